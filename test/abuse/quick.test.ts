/** The quick part of the abuse: `npm run abuse` runs all of it. */
import { afterAll, describe, expect, test } from 'vitest';
import { Runner } from './runner.ts';
import { cases } from './topics.ts';

const runner = new Runner();
afterAll(() => runner.stop());

const quick = cases.filter((each) => each.quick);

describe.each([...new Set(quick.map((each) => each.topic))])('%s', (topic) => {
  test.each(quick.filter((each) => each.topic === topic))('$name', { timeout: 180_000 }, async (each) => {
    const { failure } = await runner.run(each, '1');
    expect(failure).toBeUndefined();
  });
});
