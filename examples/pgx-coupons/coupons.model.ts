/** Coupons that are redeemed by `pgx` and its pool. Build it first; see the guide. */
import fc from 'fast-check';
import { defineModel, operation, processes } from 'pg-lockstep';

const coupons = (variant: string, name: string) =>
  defineModel({
    name: 'pgx-coupons',
    variant,
    promise: 'a coupon for one use is used once',
    schema: `create table coupons (code text primary key, uses_left int not null);
      create table redemptions (id serial primary key, code text not null references coupons);
      insert into coupons values ('spring', 1)`,
    clients: processes({ command: ['./pgx-coupons'], cwd: import.meta.dirname }),
    operations: { [name]: operation({ arguments: [fc.constant('spring')] }) },
  });

export const reported = coupons('reported', 'redeem');
export const mended = coupons('mended', 'redeemLocked');
