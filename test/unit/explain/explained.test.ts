/** Explanations in results of a check, of a replay and in JSON, from an engine that reports reads and writes and from one that does not. */
import { afterAll, expect, it } from 'vitest';
import { check } from '../../../src/check/check.ts';
import { replay } from '../../../src/check/replay.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { pglite } from '../../../src/driver/pglite/index.ts';
import type { Counterexample } from '../../../src/core/result.ts';
import { explanationSentences } from '../../../src/report/explanation-text.ts';
import { fromJson, toJson } from '../../../src/report/json.ts';
import { account, modelOf, readThenWrite } from '../../support/models.ts';

const engine = postgres();
const embedded = pglite();
afterAll(() => Promise.all([engine.close(), embedded.close()]));

const model = account(readThenWrite);
const options = { engine, seed: 1, sessions: 2, maxOperations: 1 };

it('a check explains its counterexample, JSON carries it, and a replay explains it again', async () => {
  const result = await check(model, options);
  const { explanation, replay: line = '' } = result.counterexample ?? {};
  expect(explanation?.anomaly.code).toBe('P4');
  const meta = { version: '0', startedAt: '2026-01-31T12:00:00.000Z' };
  const json = JSON.stringify(toJson([result], meta));
  expect(json).toContain('so what s1 wrote is lost');
  const [read] = fromJson(JSON.parse(json)).results;
  expect(read?.counterexample?.explanation).toEqual(explanation);
  const again = await replay(model, line, { engine });
  expect(again.counterexample?.explanation).toEqual(explanation);
});

it('a search that did not observe is explained all the same', async () => {
  const { counterexample } = await check(model, { ...options, strategy: 'random' });
  expect(counterexample?.explanation?.evidence.map(({ kind }) => kind)).toEqual(['rw', 'ww']);
});

it('if the engine does not report reads and writes, it says so, and names what the outcome proves', async () => {
  const { counterexample } = await check(model, { ...options, engine: embedded });
  const { anomaly, evidence, dependencies, racingPair } = counterexample?.explanation ?? {};
  expect(anomaly?.code).toBe('unclassified');
  expect([evidence, dependencies]).toEqual([[], []]);
  expect(racingPair).toBeDefined();
  expect(explanationSentences(counterexample as Counterexample)).toContain(
    'what statements read and wrote is not known here: this engine does not show it',
  );
});

it('what is rolled back to a savepoint was never written', async () => {
  const writer = modelOf('create table t (id int primary key, n int); insert into t values (1, 0), (2, 0)', {
    write: async ({ client }) => {
      await client.query('begin');
      await client.query('savepoint a');
      await client.query('update t set n = n + 1 where id = 2');
      await client.query('rollback to a');
      await client.query('update t set n = n + 1 where id = 1');
      await client.query('commit');
    },
    read: async ({ client }) => {
      const one = await client.query('select n from t where id = 1');
      const again = await client.query('select n from t where id = 1');
      const two = await client.query('select n from t where id = 2');
      return [one.rows, again.rows, two.rows];
    },
  });
  const { counterexample } = await check(writer, { ...options, sessions: 2 });
  const { anomaly, dependencies } = counterexample?.explanation ?? {};
  expect(anomaly?.code).toBe('P2');
  expect(dependencies?.map(({ after }) => after?.['id'])).toEqual(['1', '1']);
});
