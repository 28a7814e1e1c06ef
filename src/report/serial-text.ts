/** An outcome that no serial order gives, compared with the outcomes of serial orders. */
import type { Scenario } from '../core/scenario.ts';
import { schemaTable, tablesOf } from '../core/state.ts';
import type {
  Difference,
  OperationRef,
  OrderRule,
  Outcome,
  SerialOutcome,
  Violation,
} from '../core/verdict.ts';
import { answerMark, answerVerb, operationText, orderText } from './call-text.ts';
import { schemaDifferenceText, tableName } from './schema-text.ts';
import { joined, rowsApart, rowTexts } from './tables-text.ts';
import { count, listed, oneLine } from './text.ts';

type NotSerializable = Violation & { readonly kind: 'not-serializable' };

/** More differences than this do not help to see what is wrong. */
const shownDifferences = 3;
/** If there are more outcomes than this, they are counted and only the nearest is shown. */
const shownOutcomes = 4;

/** One text per difference to the nearest serial outcome. */
export function notSerializableTexts(
  violation: NotSerializable,
  scenario: Scenario,
  order: OrderRule,
): readonly string[] {
  // An aborted operation has no answer to compare; it must only have had no effect.
  const differences = violation.differences.filter(
    ({ where }) => 'table' in where || !violation.aborted.some((ref) => isSame(ref, where)),
  );
  const nearest = nearestOrder(violation, scenario);
  let called = nearest;
  const texts = differences.map((difference) => {
    const text = differenceText(violation, scenario, difference, called);
    // An order is named once.
    if (violation.nearest !== undefined && text.includes(nearest)) called = 'that order';
    return text;
  });
  const more = texts.length - shownDifferences;
  return [
    ...(texts.length === 0
      ? [`${noOrder(scenario, order)} gives what was observed`]
      : texts.slice(0, shownDifferences)),
    ...(more > 0 ? [`and ${count(more, 'more difference')}`] : []),
    ...violation.aborted.flatMap((ref) => {
      const answer = violation.observed.answers[ref.session]?.[ref.operation];
      if (answer === undefined) return [];
      return [`${operationText(scenario, ref)} ${answerVerb(answer)}, so it must have had no effect`];
    }),
  ];
}

/** Whether {@link notSerializableTexts} says everything about serial orders, since all of them give one outcome. */
export function saysItAll({ serial, complete, differences, aborted }: NotSerializable): boolean {
  return (
    complete &&
    serial.length === 1 &&
    aborted.length === 0 &&
    differences.length > 0 &&
    differences.length <= shownDifferences
  );
}

function noOrder(scenario: Scenario, order: OrderRule): string {
  const several = scenario.sessions.some((calls) => calls.length > 1);
  switch (order) {
    case 'free':
      return 'no serial order';
    case 'session':
      return several ? "no serial order that keeps each session's own order" : 'no serial order';
    case 'real-time':
      return 'no serial order that keeps what was over before something else began';
  }
}

function nearestOrder(violation: NotSerializable, scenario: Scenario): string {
  const { nearest } = violation;
  if (nearest === undefined) return 'a serial order';
  return `the order ${orderText(scenario, without(violation, nearest))}`;
}

/** @param order what the nearest serial order is called */
function differenceText(
  violation: NotSerializable,
  scenario: Scenario,
  { where }: Difference,
  order: string,
): string {
  const { nearest } = violation;
  if ('table' in where) return tableDifferenceText(violation, where.table, order);
  const seen = violation.observed.answers[where.session]?.[where.operation];
  const wanted = nearest?.answers[where.session]?.[where.operation];
  const who = operationText(scenario, where);
  if (seen === undefined || wanted === undefined)
    return `${who} ${seen === undefined ? 'did not end' : answerVerb(seen)}; not so in ${order}`;
  const always = everywhere(violation, (outcome) => {
    const answer = outcome.answers[where.session]?.[where.operation];
    return answer === undefined ? '' : answerVerb(answer);
  });
  const verb = answerVerb(wanted, 'present');
  return `${who} ${answerVerb(seen)}; ${always ? `in every serial order it ${verb}` : `in ${order} it ${verb}`}`;
}

/** Rows that both hold are left out, unless none would remain. */
function tableDifferenceText(violation: NotSerializable, table: string, order: string): string {
  const rowsOf = (outcome: Outcome | undefined): readonly string[] => rowTexts(outcome?.state.tables[table]);
  const seen = rowsOf(violation.observed);
  const wanted = rowsOf(violation.nearest);
  const { one, two } = rowsApart(seen, wanted);
  const always = everywhere(violation, (outcome) => rowsOf(outcome).join(' '));
  const name = `table ${oneLine(table)}`;
  if (table === schemaTable)
    return schemaDifferenceText(
      violation.observed.state.tables[table],
      violation.nearest?.state.tables[table],
      always ? 'every serial order' : order,
    );
  const which = always ? 'every serial order' : order;
  if (one.length === 0 && seen.length > 0 && two.length > 0)
    return `${name} lacks ${joined(two)}, which ${which} leaves`;
  if (two.length === 0 && wanted.length > 0 && one.length > 0) {
    return `${name} also holds ${joined(one)}, which ${always ? 'no serial order leaves' : `${order} does not leave`}`;
  }
  const apart = one.length + two.length > 0;
  return `${name} holds ${joined(apart ? one : seen)}; ${which} leaves ${joined(apart ? two : wanted)}`;
}

/** Whether all serial outcomes are known and agree in one respect. */
function everywhere(violation: NotSerializable, what: (outcome: SerialOutcome) => string): boolean {
  return violation.complete && new Set(violation.serial.map(what)).size === 1;
}

/** Which serial outcomes are described: all if they are few, the nearest one, or none (only whether some are unknown). */
export type SerialDetail = 'few' | 'nearest' | 'none';

export function serialTexts(
  violation: NotSerializable,
  scenario: Scenario,
  detail: SerialDetail = 'few',
): readonly string[] {
  const { serial, complete, nearest } = violation;
  const orders = serial.reduce((sum, outcome) => sum + outcome.orders, 0);
  const outcomes = count(serial.length, 'outcome');
  const all = complete
    ? `${count(orders, 'order')} ${orders === 1 ? 'gives' : 'give'} ${outcomes}`
    : `the first ${count(orders, 'order')} tried give ${outcomes}; not all orders were tried`;
  if (serial.length === 0) return [];
  if (detail === 'none') return complete ? [] : [all];
  const few = serial.length <= (detail === 'few' ? shownOutcomes : 1);
  const shown = few ? serial : nearest === undefined ? [] : [nearest];
  const relevant = variationOf(violation, shown);
  return [
    `${all}${few ? ':' : '; the nearest:'}`,
    ...shown.map((outcome) => outcomeText(violation, scenario, outcome, relevant)),
  ];
}

interface Variation {
  readonly tables: readonly string[];
  answer(ref: OperationRef): boolean;
}

/** The tables and answers that vary. Those that are the same in all shown outcomes and in the observed one need no words. */
function variationOf(violation: NotSerializable, outcomes: readonly SerialOutcome[]): Variation {
  const all: readonly Outcome[] = [violation.observed, ...outcomes];
  const varies = (what: (outcome: Outcome) => string): boolean => new Set(all.map(what)).size > 1;
  return {
    tables: tablesOf(...all.map(({ state }) => state)).filter((table) =>
      varies(({ state }) => rowTexts(state.tables[table]).join(' ')),
    ),
    answer: (ref) => varies(({ answers }) => markOf(answers, ref)),
  };
}

function outcomeText(
  violation: NotSerializable,
  scenario: Scenario,
  outcome: SerialOutcome,
  variation: Variation,
): string {
  const steps = without(violation, outcome).map((ref) => {
    const mark = markOf(outcome.answers, ref);
    return `${operationText(scenario, ref, 40)}${mark === '' || !variation.answer(ref) ? '' : ` ${mark}`}`;
  });
  const tables = variation.tables.map(
    (table) => `${tableName(table)} ${joined(rowTexts(outcome.state.tables[table]))}`,
  );
  return `${steps.join(', ')}${tables.length === 0 ? '' : `; leaves ${listed(tables)}`}`;
}

function markOf(answers: Outcome['answers'], ref: OperationRef): string {
  const answer = answers[ref.session]?.[ref.operation];
  return answer === undefined ? '' : (answerMark(answer) ?? '');
}

/** The order without aborted operations. */
function without(violation: NotSerializable, outcome: SerialOutcome): readonly OperationRef[] {
  return outcome.order.filter((ref) => !violation.aborted.some((other) => isSame(other, ref)));
}

function isSame(one: OperationRef, two: OperationRef): boolean {
  return one.session === two.session && one.operation === two.operation;
}
