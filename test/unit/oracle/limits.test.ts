/** A search that comes to its limit says neither yes nor no. */
import { describe, expect, test } from 'vitest';
import type { Specification } from '../../../src/core/model.ts';
import { exactly } from '../../../src/oracle/comparison.ts';
import { carriedOut, type Question } from '../../../src/oracle/serial.ts';
import { checkSpecification } from '../../../src/oracle/specification.ts';
import { witnessOf } from '../../../src/oracle/witness.ts';
import { call } from '../../support/bench.ts';
import { learn, returned, rules, stateOf, type Pure } from '../../support/pure-oracle.ts';

const add: Pure = (store, _memory, _next, amount: number) => (store['x'] = Number(store['x']) + amount);

/** Sessions that each add powers of two: every subset of finished calls is a state of its own. */
function question(sessions: number, operations: number): Question {
  const start = stateOf({ x: 0 });
  const world = () => ({ learned: learn({ add }), start });
  return {
    worlds: [world(), world()],
    rules,
    fixed: new Set(),
    sessions: Array.from({ length: sessions }, (_, session) =>
      Array.from({ length: operations }, (_, operation) =>
        call('add', 2 ** (session * operations + operation)),
      ),
    ),
    initialMemory: () => ({}),
    order: 'session',
    maySkip: () => true,
  };
}

describe('the search for a witness', () => {
  const asked = question(3, 3);
  const observed = {
    answers: asked.sessions.map((calls) => calls.map(() => returned(-1))),
    state: stateOf({ x: -1 }),
  };
  const comparison = { ...exactly(asked, observed), fits: () => true };
  const search = (limit?: number) =>
    carriedOut(witnessOf(asked, observed, comparison, 1, limit), asked.worlds);

  test('says no once it has tried everything', async () => {
    expect(await search()).toEqual({ kind: 'none' });
  });

  test('gives up at its limit, which has a name', async () => {
    expect(await search(100)).toEqual({
      kind: 'gave-up',
      limit: 'maxSerialNodes',
      after: 100,
    });
  });

  test('a comparison that gave up leaves the search without an answer, unless another order is a witness', async () => {
    const unclear = { ...comparison, outcome: () => 'gave-up' as const };
    const found = await carriedOut(witnessOf(asked, observed, unclear, 1), asked.worlds);
    expect(found).toMatchObject({ kind: 'gave-up', limit: 'maxComparedRows' });
    let compared = 0;
    const clear = {
      ...comparison,
      outcome: () => ((compared += 1) > 3 ? ('same' as const) : ('gave-up' as const)),
    };
    expect(await carriedOut(witnessOf(asked, observed, clear, 1), asked.worlds)).toMatchObject({
      kind: 'witness',
    });
  });
});

describe('a specification', () => {
  // Agrees with the code, but for the very last call.
  const specification: Specification<number> = {
    init: () => 0,
    apply: (state, { args }) => {
      const value = state + Number(args[0]);
      return { state: value, value: value === 2 ** 9 - 1 ? -1 : value };
    },
  };
  const checked = (limit?: number) => {
    const asked = question(3, 3);
    return carriedOut(checkSpecification(specification, asked, {}, limit), asked.worlds);
  };

  test('that disagrees at the end of every order is found', async () => {
    expect(await checked()).toMatchObject({ kind: 'specification', specified: -1 });
  });

  test('that agreed until the limit does not agree', async () => {
    expect(await checked(8)).toMatchObject({ kind: 'gave-up', limit: 'maxSpecifiedSteps' });
  });
});

test('a search asks for each transition that it lacks once, and for none that is known', () => {
  const asked = question(2, 1);
  const observed = { answers: [[returned(1)], [returned(3)]], state: stateOf({ x: 3 }) };
  const search = witnessOf(asked, observed, exactly(asked, observed), 1);
  const first = search.next();
  expect(first.done).toBe(false);
  expect(first.value).toMatchObject({ world: 0, state: 0, call: call('add', 1), choices: [] });
});
