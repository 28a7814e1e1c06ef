/** A target of a campaign is one model on one engine at one level. */
import { createHash } from 'node:crypto';
import type { Cell } from '../cells.ts';

export interface Target extends Cell {
  /** The same in every campaign: states are kept by it. */
  readonly key: string;
}

export function targetsOf(cells: readonly Cell[]): readonly Target[] {
  return cells.map((cell) => {
    const { model, engine, isolation, order } = cell;
    return { ...cell, key: [model.file, model.id, engine, isolation, order].join(' | ') };
  });
}

/** The same for the same targets in the same order: then the dealt rounds of a seed are the same. */
export function digestOfTargets(targets: readonly Target[]): string {
  const keys = targets.map(({ key }) => key);
  return createHash('sha256').update(JSON.stringify(keys)).digest('hex').slice(0, 10);
}

/** `bank/faulty on postgres, read committed` */
export function targetText({ model, engine, isolation }: Target): string {
  return `${model.id} on ${engine}, ${isolation}`;
}
