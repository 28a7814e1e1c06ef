/** Dependencies as arrows between rows: solid ones prove the anomaly's name, the others are dashed. */
import type { Dependency } from '../../core/explanation.ts';
import type { Counterexample } from '../../core/result.ts';
import { sameDependency } from '../dependency-text.ts';
import { element, type Element } from '../markup.ts';
import type { Layout } from './layout.ts';
import { colors, letter, round, textAt } from './lettering.ts';
import type { PlacedRow } from './rows.ts';

interface Arrow {
  readonly dependency: Dependency;
  readonly proves: boolean;
  readonly y1: number;
  readonly y2: number;
  /** Its place beside arrows that run in the same gutter, from 0 to 3. */
  readonly track: number;
}

export function arrowElements(
  { explanation }: Pick<Counterexample, 'explanation'>,
  placed: readonly PlacedRow[],
  layout: Layout,
): readonly Element[] {
  const proofs = explanation?.evidence ?? [];
  const others = (explanation?.dependencies ?? []).filter(
    (each) => !proofs.some((one) => sameDependency(one, each)),
  );
  return [...proofs, ...others].flatMap((dependency, index) => {
    const [one, two] = [dependency.fromStep, dependency.toStep].map((step) =>
      placed.find(({ row }) => row.step === step + 1),
    );
    if (one === undefined || two === undefined) return [];
    const track = index % 4;
    const [y1, y2] = [one.top + 14 + track * 3, two.top + 14 + track * 3];
    return arrowElement({ dependency, proves: index < proofs.length, y1, y2, track }, layout);
  });
}

/** The line, its head and its label. */
function arrowElement(
  { dependency: { from, to, kind }, proves, y1, y2, track }: Arrow,
  { laneX, gutterX }: Layout,
): readonly Element[] {
  const left = Math.min(from.session, to.session);
  const x = gutterX(left) + 2 + track * 9;
  // An arrow into the lane on the right ends at its edge, one into the lane on the left at its text.
  const x1 = from.session === left ? x : laneX(from.session) - 6;
  const x2 = to.session === left ? x : laneX(to.session) - 6;
  const bend = from.session === to.session ? x + 24 : (x1 + x2) / 2;
  const head = x2 < x1 || from.session === to.session ? 7 : -7;
  const color = proves ? colors.bad : '#0b57b0';
  const labelY = Math.min(y1, y2) + (Math.abs(y2 - y1) * (1 + track)) / 5;
  return [
    element('path', {
      d: `M${round(x1)} ${round(y1)}C${round(bend)} ${round(y1)} ${round(bend)} ${round(y2)} ${round(x2)} ${round(y2)}`,
      stroke: color,
      'stroke-width': proves ? 2 : 1.5,
      'stroke-dasharray': proves ? undefined : '4 3',
    }),
    element('path', { d: `M${round(x2)} ${round(y2)}l${head} -4v8Z`, fill: color }),
    element('rect', { x: round(bend - 9), y: round(labelY - 11), width: 18, height: 14, fill: '#fff' }),
    textAt(bend - letter, labelY, { text: kind, color, bold: true }),
  ];
}
