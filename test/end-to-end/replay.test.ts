import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgres } from '../../src/driver/postgres/index.ts';
import { atBothEnds, findAndReplay, models, onPglite, onPostgres, withNames } from './replay-suite.ts';

const engine = postgres();
// Keeps the server up from one check to the next.
beforeAll(() => engine.open().then(() => undefined));
afterAll(() => engine.close());

test('there are cases', () => {
  expect(models.length).toBeGreaterThan(25);
  expect(onPostgres.length).toBeGreaterThan(35);
  expect(atBothEnds.length).toBeGreaterThan(30);
  expect(onPglite.length).toBeGreaterThan(8);
});

test.each(withNames(atBothEnds))('%s at %s', (_, isolation, model) =>
  findAndReplay(engine, model, isolation),
);
