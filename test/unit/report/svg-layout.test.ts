/** Where lanes, rows and arrows stand in a picture, without reading its text. */
import { describe, expect, test } from 'vitest';
import type { Dependency } from '../../../src/core/explanation.ts';
import { toXml } from '../../../src/report/markup.ts';
import { arrowElements } from '../../../src/report/svg/arrows.ts';
import { layoutOf } from '../../../src/report/svg/layout.ts';
import { placedRows } from '../../../src/report/svg/rows.ts';
import type { Entry, TimelineRow } from '../../../src/report/timeline.ts';
import { ref } from './build.ts';
import { story } from './every-kind.ts';

test.each([
  [1, 48],
  [2, 48],
  [3, 32],
  [5, 19],
  [20, 18],
])('lanes of %i sessions have %i letters, and all stand inside', (sessions, letters) => {
  const layout = layoutOf(sessions);
  expect(layout.letters).toBe(letters);
  for (let session = 0; session < sessions; session += 1) {
    expect(layout.laneX(session)).toBeLessThan(layout.gutterX(session));
    expect(layout.gutterX(session)).toBeLessThan(layout.laneX(session + 1));
  }
  expect(layout.laneX(sessions)).toBeLessThanOrEqual(layout.width);
});

const entry = (body: string, mark?: string): Entry => ({
  session: 0,
  body,
  mark,
  tone: undefined,
  markTone: undefined,
});
const row = (turn: number, ...cells: readonly (Entry | undefined)[]): TimelineRow => ({
  turn,
  step: turn,
  cells,
  waiting: [],
});

describe('rows', () => {
  const layout = layoutOf(2);
  test('follow one another without a gap; a turn begins with a rule', () => {
    const placed = placedRows([row(1, entry('a')), row(1, entry('b')), row(2, entry('c'))], layout, 100);
    expect(placed.map(({ top, height, begins }) => [top, height, begins])).toEqual([
      [100, 25, true],
      [125, 19, false],
      [144, 25, true],
    ]);
  });

  test('are as high as their longest cell, of at most five lines and a mark', () => {
    const lines = (body: string, mark?: string): readonly (readonly string[])[] =>
      placedRows([row(1, undefined, entry(body, mark))], layout, 0).flatMap((each) =>
        each.lines.map((cell) => cell.map(({ text }) => text)),
      );
    expect(lines('select', '-> 1')).toEqual([[], ['select', '  -> 1']]);
    expect(lines('word '.repeat(200))[1]).toHaveLength(5);
  });
});

describe('arrows', () => {
  const layout = layoutOf(2);
  const placed = placedRows([row(1, entry('a')), row(2, undefined, entry('b'))], layout, 0);
  const dependency: Dependency = {
    kind: 'rw',
    from: ref(0),
    to: ref(1),
    fromStep: 0,
    toStep: 1,
    table: 't',
    before: undefined,
    after: undefined,
    predicate: undefined,
  };
  const drawn = (evidence: readonly Dependency[], dependencies: readonly Dependency[]): string => {
    const { explanation } = story('lost-update');
    if (explanation === undefined) throw new Error('the story has no explanation');
    const elements = arrowElements(
      { explanation: { ...explanation, evidence, dependencies } },
      placed,
      layout,
    );
    return elements.map(toXml).join('');
  };

  test('are solid if they prove the name, and drawn once; the others are dashed', () => {
    const proof = drawn([dependency], [dependency]);
    expect(proof.match(/<text/g)).toHaveLength(1);
    expect(proof).not.toContain('stroke-dasharray');
    expect(drawn([], [dependency])).toContain('stroke-dasharray');
  });

  test('end at the lane on the right, and point at it; back to the left, they end in the gutter', () => {
    const [right, left] = [layout.laneX(1) - 6, layout.gutterX(0) + 2];
    expect(drawn([dependency], [])).toContain(`d="M${right} 39l-7 -4v8Z"`);
    const back = { ...dependency, from: ref(1), to: ref(0), fromStep: 1, toStep: 0 };
    expect(drawn([back], [])).toContain(`d="M${left} 14l7 -4v8Z"`);
  });

  test('are left out if one end has no row', () => {
    expect(drawn([{ ...dependency, toStep: 7 }], [])).toBe('');
  });
});
