/** A rate limiter's window begins: express-rate-limit/rate-limit-postgresql#17, before and after 1.4.0. */
import { defineModel, operation } from 'pg-lockstep';
import * as v1_3 from 'rate-limit-postgresql-faulty';
import * as v1_4 from 'rate-limit-postgresql-mended';
import { open } from './store.ts';

function limiter({ PostgresStore }: typeof v1_4, variant: string) {
  return defineModel({
    name: 'rate-limit-session',
    variant,
    promise: 'every hit of a client counts',
    schema: '',
    setup: () => open(PostgresStore),
    // As in a process that has just started: the window of an earlier execution is forgotten.
    beforeEach: (store) => Object.assign(store, { session: {} }),
    operations: {
      hit: operation({
        run: ({ app }) => app.increment('203.0.113.7'),
        compare: ({ totalHits }) => totalHits,
      }),
    },
  });
}

export const faulty = limiter(v1_3, '1.3.2');
export const mended = limiter(v1_4, '1.4.1');
