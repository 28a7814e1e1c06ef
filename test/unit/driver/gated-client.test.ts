/** What the code under test sees of a statement's error. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { framesOf } from '../../../src/diagnosis/call-site.ts';
import { uncaughtFault } from '../../../src/campaign/worker/uncaught.ts';
import { Lab } from '../../../src/lab/lab.ts';
import { defaultChoice } from '../../../src/core/schedule.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { defineModel, operation, type Session } from '../../../src/index.ts';

const engine = postgres();
let seen: unknown;
const waits = async (promise: Promise<unknown>): Promise<void> => {
  await promise.catch((error: unknown) => (seen = error));
};
const model = defineModel({
  name: 'errors',
  schema: 'create table t (n integer)',
  operations: {
    awaited: operation({
      run: async ({ client }: Session) => {
        try {
          await client.query('select 1/0');
        } catch (error) {
          seen = error;
        }
      },
    }),
    handedOn: operation({ run: ({ client }: Session) => waits(client.query('select 1/0')) }),
  },
});
let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open(model, { engine, isolation: 'read committed' });
});
afterAll(async () => {
  await lab.close();
  await engine.close();
});

async function errorOf(name: string): Promise<Error> {
  const scenario = { rows: {}, sessions: [[{ operation: name, args: [] }]] };
  await lab.run(scenario, await lab.start({}), defaultChoice);
  expect(seen).toBeInstanceOf(Error);
  return seen as Error;
}

test('its stack begins with who awaits it', async () => {
  expect(
    framesOf((await errorOf('awaited')).stack ?? '').find(({ of }) => of === 'us' || of === 'user'),
  ).toMatchObject({
    of: 'user',
  });
});

test('an error for which nobody waits is the code’s under test, and none of ours', async () => {
  const error = await errorOf('handedOn');
  expect(uncaughtFault(error, 'operation act')).toMatchObject({ code: 'uncaught', kind: 'usage' });
});
