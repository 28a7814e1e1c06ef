/** A target of a campaign is one model on one engine at one level. */
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

/** `bank/faulty on postgres, read committed` */
export function targetText({ model, engine, isolation }: Target): string {
  return `${model.id} on ${engine}, ${isolation}`;
}
