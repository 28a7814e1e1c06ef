import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { applied, mutants } from '../../../bench/mutants.ts';

it('the faults that `bench/mutate-reduction.ts` makes can be made', () => {
  expect(mutants.length).toBeGreaterThanOrEqual(30);
  for (const mutant of mutants) {
    const source = readFileSync(new URL(`../../../src/${mutant.file}`, import.meta.url), 'utf8');
    expect(applied(mutant, source)).not.toBe(source);
  }
});
