/** The observed outcome beside the nearest serial one: answers and tables, with differences marked. */
import type { Counterexample } from '../../core/result.ts';
import { schemaTable, tablesOf } from '../../core/state.ts';
import type { OperationRef, Outcome, SerialOutcome, Violation } from '../../core/verdict.ts';
import { answerVerb, operationText } from '../call-text.ts';
import { element, type Element, type Markup } from '../markup.ts';
import { rowsApart, rowTexts } from '../tables-text.ts';
import { count, oneLine } from '../text.ts';

type NotSerializable = Violation & { readonly kind: 'not-serializable' };

/** More rows of one table than this are counted, not shown. */
const shownRows = 20;

/** Undefined if there is no serial outcome to compare with. */
export function comparison({ violation, scenario }: Counterexample): Element | undefined {
  if (violation.kind !== 'not-serializable' || violation.nearest === undefined) return undefined;
  const { observed, nearest } = violation;
  const order = nearest.order.filter((ref) => !violation.aborted.some((other) => isSame(other, ref)));
  const heads = ['', 'this schedule', 'nearest serial order'].map((text) =>
    element('th', { scope: 'col' }, text),
  );
  const answers = scenario.sessions.flatMap((calls, session) =>
    calls.map((_, operation) => {
      const ref = { session, operation };
      const differs = violation.differences.some(({ where }) => !('table' in where) && isSame(where, ref));
      return row(operationText(scenario, ref), answerOf(observed, ref), answerOf(nearest, ref), differs);
    }),
  );
  const list = order.map((ref) => element('li', { dir: 'auto' }, operationText(scenario, ref)));
  return element(
    'div',
    { class: 'scrolls' },
    element(
      'table',
      { class: 'comparison' },
      element('thead', {}, element('tr', {}, heads)),
      element(
        'tbody',
        {},
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, 'order'),
          element('td', {}, 'overlapping, as shown above'),
          element('td', {}, element('ol', {}, list)),
        ),
        answers,
        tableRows(violation, nearest),
      ),
    ),
  );
}

function answerOf(outcome: Outcome, { session, operation }: OperationRef): readonly Markup[] {
  const answer = outcome.answers[session]?.[operation];
  return answer === undefined ? ['did not end'] : [element('span', { dir: 'auto' }, answerVerb(answer))];
}

/** Tables that are the same in both are only named. */
function tableRows(violation: NotSerializable, nearest: SerialOutcome): readonly Element[] {
  return tablesOf(violation.observed.state, nearest.state).map((name) => {
    const one = rowTexts(violation.observed.state.tables[name]);
    const two = rowTexts(nearest.state.tables[name]);
    const differs = violation.differences.some(({ where }) => 'table' in where && where.table === name);
    const apart = rowsApart(one, two);
    const list = (rows: readonly string[], only: readonly string[]): readonly Markup[] => {
      if (rows.length === 0) return [name === schemaTable ? 'no changes' : 'no rows'];
      const rest = [...only];
      const items = rows.slice(0, shownRows).map((text) => {
        const at = differs ? rest.indexOf(text) : -1;
        if (at >= 0) rest.splice(at, 1);
        return element('li', { dir: 'auto' }, at >= 0 ? element('mark', {}, text) : text);
      });
      const more = rows.length - shownRows;
      return [
        element('ul', {}, items, more > 0 ? [element('li', {}, `and ${count(more, 'more row')}`)] : []),
      ];
    };
    return row(
      name === schemaTable ? 'schema' : `table ${oneLine(name)}`,
      list(one, apart.one),
      list(two, apart.two),
      differs,
    );
  });
}

function row(what: string, one: readonly Markup[], two: readonly Markup[], differs: boolean): Element {
  const sign = differs ? [element('span', { class: 'differs' }, ' differs')] : [];
  return element(
    'tr',
    { class: differs ? 'differs' : undefined },
    element('th', { scope: 'row', dir: 'auto' }, what, sign),
    element('td', {}, one),
    element('td', {}, two),
  );
}

function isSame(one: OperationRef, two: OperationRef): boolean {
  return one.session === two.session && one.operation === two.operation;
}
