/**
 * The sights of a search are what it has shown so far: the orders of conflicting steps, waits, overlaps and errors, each
 * once. Another value in a statement is nothing new.
 */
import type { TallyCounts } from '../core/tally-counts.ts';
import { ordersSeen } from './conflict-orders.ts';
import { shapeOf } from './statement-shape.ts';

/** A text for each sight: two searches of a model saw the same if their texts are equal. */
export function sightsOf({ waits, conflicts, operations }: TallyCounts): ReadonlySet<string> {
  const sights = new Set<string>();
  for (const wait of waits.keys()) sights.add(`wait\0${shapeOf(wait)}`);
  if (conflicts !== undefined) for (const order of ordersSeen(conflicts)) sights.add(`order\0${order}`);
  for (const [operation, { errors, meetings }] of operations) {
    for (const error of errors.keys()) sights.add(`error\0${operation}\0${error}`);
    for (const [other, { overlapped }] of meetings)
      if (overlapped > 0) sights.add(`overlap\0${operation}\0${other}`);
  }
  return sights;
}
