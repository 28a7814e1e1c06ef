/** A rate limiter's window begins: express-rate-limit/rate-limit-postgresql#17, before and after 1.4.0. */
import { setTimeout } from 'node:timers/promises';
import { defineModel, operation } from 'pg-lockstep';
import * as v1_3 from 'rate-limit-postgresql-faulty';
import * as v1_4 from 'rate-limit-postgresql-mended';

const config = { host: 'db.example.invalid', port: 5432, user: 'app', password: 'secret', database: 'app' };

function limiter({ PostgresStore }: typeof v1_4, variant: string) {
  return defineModel({
    name: 'rate-limit-session',
    variant,
    promise: 'every hit of a client counts',
    schema: '',
    setup: async () => {
      const store = new PostgresStore(config, 'login');
      store.init({ windowMs: 60_000 });
      await setTimeout(2_000); // It migrates its database in the constructor, which gives no promise.
      return store;
    },
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
