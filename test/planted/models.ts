/**
 * Twenty planted races of different depth. All code but the planted place takes its locks. They measure guided search against
 * blind search (`bench/guided.ts`).
 */
export type { Planted } from './tools.ts';
import { form, holiday, ladder, relay } from './states.ts';
import type { Planted } from './tools.ts';
import { coupon, deadlock, fallback, retries, stock } from './values.ts';

export const planted: readonly Planted[] = [
  ladder(0),
  ladder(1),
  ladder(2),
  ladder(3),
  relay(1),
  relay(2),
  relay(3),
  form(),
  holiday(1),
  holiday(2),
  coupon(4),
  coupon(12),
  coupon(40),
  stock(6),
  stock(12),
  retries(1),
  retries(2),
  fallback(0),
  fallback(1),
  deadlock(),
];
