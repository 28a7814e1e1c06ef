/** A schedule as lanes: a column for each session, a row for each event, a span while a session waits. */
import type { Counterexample } from '../../core/result.ts';
import { sessionText } from '../call-text.ts';
import { dependencyText, sameDependency } from '../dependency-text.ts';
import { element, type Element, type Markup } from '../markup.ts';
import { markedTimeline, sessionHeadings } from '../story.ts';
import type { Entry, TimelineRow } from '../timeline.ts';

/** Undefined if no schedule was run (a specification that the code alone breaks). */
export function lanes(counterexample: Counterexample): Element | undefined {
  const rows = markedTimeline(counterexample);
  if (rows.length === 0) return undefined;
  const headings = sessionHeadings(counterexample.scenario);
  const steps = rows.reduce((last, { turn }) => Math.max(last, turn), 0);
  const head = element(
    'tr',
    { role: 'row' },
    element('th', { scope: 'col', role: 'columnheader', class: 'step' }, 'step'),
    headings.map((heading) => element('th', { scope: 'col', role: 'columnheader', dir: 'auto' }, heading)),
  );
  const body = rows.map((row, index) => laneRow(row, rows[index - 1], headings.length));
  return element(
    'div',
    {
      class: 'stepper',
      tabindex: 0,
      role: 'group',
      'aria-label': 'schedule, step by step',
      'data-steps': steps,
    },
    controls(),
    element(
      'div',
      { class: 'stage' },
      element(
        'table',
        { class: 'lanes', role: 'table' },
        element('thead', { role: 'rowgroup' }, head),
        element('tbody', { role: 'rowgroup' }, body),
      ),
    ),
    dependencies(counterexample),
  );
}

/** Shown by the page's script, since they do nothing without it. */
function controls(): Element {
  const button = (go: string, label: string, sign: string): Element =>
    element('button', { type: 'button', 'data-go': go, 'aria-label': label, title: label }, sign);
  return element(
    'div',
    { class: 'controls', hidden: true },
    button('first', 'first step (Home)', 'first'),
    button('back', 'one step back (left arrow, k)', 'back'),
    button('on', 'one step on (right arrow, j)', 'next'),
    button('last', 'last step (End)', 'last'),
    button('all', 'the whole schedule (Escape)', 'all'),
    element('output', { 'aria-live': 'polite' }),
  );
}

function laneRow(row: TimelineRow, before: TimelineRow | undefined, sessions: number): Element {
  const classes = [
    ...(row.racing === true ? ['racing'] : []),
    ...(before === undefined || before.turn !== row.turn ? ['begins'] : []),
  ];
  const number: readonly Markup[] = row.step === undefined ? [] : [String(row.step)];
  const race = row.racing === true ? [element('span', { class: 'pair' }, 'race')] : [];
  const cells = Array.from({ length: sessions }, (_, session) => {
    const entry = row.cells[session];
    const waits = row.waiting.includes(session);
    const attributes = {
      role: 'cell',
      class: [...(waits ? ['waits'] : []), ...(entry === undefined ? ['none'] : [])].join(' ') || undefined,
      'data-session': sessionText(session),
      'data-at': entry?.step,
    };
    return element('td', attributes, entry === undefined ? waitText(waits) : entryMarkup(entry));
  });
  return element(
    'tr',
    { role: 'row', class: classes.join(' ') || undefined, 'data-turn': row.turn },
    element('th', { scope: 'row', role: 'rowheader', class: 'step' }, number, race),
    cells,
  );
}

/** For readers who do not see the span. */
function waitText(waits: boolean): readonly Markup[] {
  return waits ? [element('span', { class: 'unseen' }, 'waits')] : [];
}

function entryMarkup({ body, tone, mark, markTone, step }: Entry): readonly Markup[] {
  const text = typeof body === 'string' ? body : body.full;
  const name = step === undefined && typeof body === 'string' ? 'span' : 'code';
  return [
    element(name, { class: tone, dir: 'auto' }, text),
    ...(mark === undefined
      ? []
      : [element('span', { class: `mark ${markTone ?? ''}`.trim(), dir: 'auto' }, mark)]),
  ];
}

/** A list for all readers; the page's script also draws them as arrows. */
function dependencies({ explanation, scenario }: Counterexample): readonly Markup[] {
  if (explanation === undefined || explanation.dependencies.length === 0) return [];
  const items = explanation.dependencies.map((dependency) =>
    element(
      'li',
      {
        class: explanation.evidence.some((each) => sameDependency(each, dependency)) ? 'proves' : undefined,
        'data-from': dependency.fromStep + 1,
        'data-from-session': sessionText(dependency.from.session),
        'data-to': dependency.toStep + 1,
        'data-to-session': sessionText(dependency.to.session),
        'data-kind': dependency.kind,
        dir: 'auto',
      },
      dependencyText(scenario, dependency),
    ),
  );
  return [
    element(
      'details',
      { class: 'dependencies', open: true },
      element('summary', {}, 'Dependencies between the operations'),
      element('ol', {}, items),
    ),
  ];
}
