import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgres } from '../../src/driver/postgres/index.ts';
import { findAndReplay, models, onPglite, onPostgres, told, withNames } from './replay-suite.ts';

const engine = postgres();
// Keeps the server up from one check to the next.
beforeAll(() => engine.open().then(() => undefined));
afterAll(() => engine.close());

test('there are cases', () => {
  expect(models.length).toBeGreaterThan(25);
  expect(onPostgres.length).toBeGreaterThan(35);
  expect(told.length).toBeGreaterThan(25);
  expect(onPglite.length).toBeGreaterThan(5);
});

test.each(withNames(told))('%s at %s', (_, isolation, model) => findAndReplay(engine, model, isolation));
