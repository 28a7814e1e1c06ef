/** Deposits that come at once. */
import fc from 'fast-check';
import { defineModel, operation } from 'pg-lockstep';
import { deposit, depositAtOnce } from './bank.js';

const bank = (variant, run) =>
  defineModel({
    name: 'test-runners',
    variant,
    promise: 'no deposit is lost',
    schema: 'create table accounts (id int primary key, balance int); insert into accounts values (1, 10)',
    operations: {
      deposit: operation({
        arguments: [fc.integer({ min: 1, max: 9 })],
        run: (_session, amount) => run(amount),
      }),
    },
  });

export const reported = bank('reported', deposit);
export const mended = bank('at-once', depositAtOnce);
