/** A bank as a web application, tested through its routes: an account may be closed while money comes in. */
import fc from 'fast-check';
import { defineModel, http, operation } from 'pg-lockstep';

const amount = fc.integer({ min: 1, max: 9 });
const post = (path: string) => (amount?: number) => ({ method: 'POST', path, body: { amount } });

const accounts = (variant: string, LOCK: string) =>
  defineModel({
    name: 'web-accounts',
    variant,
    promise: 'no money is on a closed account, and no account is overdrawn',
    schema: `create table accounts (id int primary key, balance int not null, closed boolean not null default false);
      insert into accounts values (1, 0)`,
    clients: http({
      command: [process.execPath, 'server.js'],
      ready: '/health',
      cwd: import.meta.dirname,
      env: { LOCK },
    }),
    operations: {
      deposit: operation({ arguments: [amount], request: post('/deposit') }),
      withdraw: operation({ arguments: [amount], request: post('/withdraw') }),
      close: operation({ request: post('/close') }),
    },
  });

export const reported = accounts('reported', '0');
export const locked = accounts('locked', '1');
