/** A mistake in a model or an option ends in a fault that says whose it is: no stack trace, no race, no pass. */
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { certify } from '../../../src/certify/certify.ts';
import { check } from '../../../src/check/check.ts';
import type { CheckOptions } from '../../../src/check/options.ts';
import { lockstepProperty } from '../../../src/check/property.ts';
import { operation } from '../../../src/core/define-model.ts';
import { formatFault, type Fault } from '../../../src/core/fault.ts';
import type { Model } from '../../../src/core/model.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { faultOf } from '../../support/fault-of.ts';
import { account, addInPlace } from '../../support/models.ts';

const engine = postgres();
afterAll(() => engine.close());

const small = { engine, seed: 1, sessions: 2, numRuns: 3, maxSchedules: 20 };

/** The model as somebody wrote it without types. */
function mistaken(change: Readonly<Record<string, unknown>>): Model {
  return account(addInPlace, change as Partial<Model>);
}

function boom(): never {
  throw new TypeError('cannot read x');
}

describe('a function of the model', () => {
  const cases: readonly (readonly [string, Readonly<Record<string, unknown>>, RegExp])[] = [
    [
      'an invariant that throws',
      { invariants: { 'adds up': boom } },
      /^invariant "adds up" of account throws TypeError\nDETAIL: cannot read x; it was given s1 deposit\(\d\)/,
    ],
    [
      'an invariant that is async',
      { invariants: { 'adds up': async () => undefined } },
      /^invariant "adds up" of account gives a value that cannot be used\nDETAIL: it returned a promise: it must not be async/,
    ],
    [
      'an invariant that says true',
      { invariants: { 'adds up': () => true } },
      /must return a complaint, or undefined if all is well, and returned a boolean/,
    ],
    [
      'an invariant with an empty complaint',
      { invariants: { 'adds up': () => '' } },
      /returned an empty text/,
    ],
    ['an invariant that returns null', { invariants: { 'adds up': () => null } }, /returned null/],
    [
      'a refusal that throws',
      { refusal: boom },
      /^`refusal` of account throws TypeError\nDETAIL: cannot read x; it was given deposit\(\d\), which returned undefined/,
    ],
    [
      'a refusal that throws a text',
      {
        refusal: () => {
          throw 'no';
        },
      },
      /^`refusal` of account throws a text\nDETAIL: no/,
    ],
    ['a refusal that is async', { refusal: async () => true }, /must not be async/],
    [
      'a refusal that forgets to return',
      { refusal: () => {} },
      /must return true or false, and returned undefined/,
    ],
    [
      'a specification whose init throws',
      { specification: { init: boom, apply: () => ({ state: 0, value: 0 }) } },
      /^`init` of the specification of account throws TypeError\nDETAIL: cannot read x; it was given {"account"/,
    ],
    [
      'a specification whose apply throws',
      { specification: { init: () => 0, apply: boom } },
      /^`apply` of the specification of account throws TypeError\nDETAIL: cannot read x; it was given deposit\(\d\)/,
    ],
    [
      'a specification whose apply is async',
      { specification: { init: () => 0, apply: async () => ({ state: 0, value: 0 }) } },
      /must not be async/,
    ],
    [
      'a specification whose apply returns nothing',
      { specification: { init: () => 0, apply: () => undefined } },
      /must return { state, value }, and returned undefined/,
    ],
    [
      'a specification whose state is a function',
      { specification: { init: () => boom, apply: boom } },
      /cannot be copied and compared/,
    ],
    ['a memory that throws', { memory: boom }, /^`memory` of account throws TypeError/],
    [
      'a memory that is async',
      { memory: async () => ({}) },
      /^`memory` of account gives a value that cannot be used\nDETAIL: it returned a promise/,
    ],
    ['a memory that holds a function', { memory: () => ({ boom }) }, /cannot be copied and compared/],
    ['a shared state that throws', { shared: boom }, /^`shared` of account throws TypeError/],
    [
      'a shared state that is async',
      { shared: async () => ({}) },
      /^`shared` of account gives a value that cannot be used/,
    ],
  ];
  test.each(cases)('%s', async (_, change, words) => {
    const fault = await faultOf(() => check(mistaken(change), small));
    expect(fault).toMatchObject({ code: 'callback-fails', kind: 'usage' });
    expect(wordsOf(fault)).toMatch(words);
  });
});

describe('rows and arbitraries', () => {
  const drawing = (arbitrary: fc.Arbitrary<unknown>): Readonly<Record<string, unknown>> => ({
    operations: { deposit: { arguments: [arbitrary], run: async () => {} } },
  });
  const throwing = fc.nat().map((): number => boom());
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  const cases: readonly (readonly [string, Readonly<Record<string, unknown>>, string, RegExp])[] = [
    [
      'an argument that throws',
      drawing(throwing),
      'arbitrary-fails',
      /^the arbitrary of argument 1 of operation deposit of account throws TypeError\nDETAIL: cannot read x/,
    ],
    [
      'an argument that is a function',
      drawing(fc.constant(boom)),
      'arbitrary-fails',
      /cannot be copied and compared/,
    ],
    [
      'an argument that contains itself',
      drawing(fc.constant(cyclic)),
      'arbitrary-fails',
      /it contains itself/,
    ],
    [
      'rows that throw',
      { rows: throwing },
      'arbitrary-fails',
      /^the arbitrary of the starting rows of account throws TypeError/,
    ],
    ['rows that are a text', { rows: fc.constant('none') }, 'arbitrary-fails', /DETAIL: they are a text/],
    [
      'a table that is no list',
      { rows: fc.constant({ account: { id: 1 } }) },
      'arbitrary-fails',
      /those of table "account" are an object of class Object, not an array/,
    ],
    [
      'a row that is a list',
      { rows: fc.constant({ account: [[1, 2]] }) },
      'arbitrary-fails',
      /row 1 of table "account" is an array, not an object/,
    ],
    [
      'an invalid date',
      { rows: fc.constant({ account: [{ id: new Date('x') }] }) },
      'arbitrary-fails',
      /column "id" of row 1 of table "account" is an invalid date/,
    ],
    [
      'a number that JSON turns into null',
      { rows: fc.constant({ account: [{ balance: NaN }] }) },
      'arbitrary-fails',
      /is NaN: give it as text/,
    ],
    [
      'a bigint',
      { rows: fc.constant({ account: [{ balance: 1n }] }) },
      'arbitrary-fails',
      /is a bigint: give it as text, '1'/,
    ],
  ];
  test.each(cases)('%s', async (_, change, code, words) => {
    const fault = await faultOf(() => check(mistaken(change), small));
    expect(fault).toMatchObject({ code, kind: 'usage' });
    expect(wordsOf(fault)).toMatch(words);
    const certifying = await faultOf(() =>
      certify(mistaken(change), { engine, source: import.meta.url, sessions: 2, operations: 1 }),
    );
    expect(certifying).toMatchObject({ code, kind: 'usage' });
  });

  test('an invalid date among the arguments is an argument like any other', async () => {
    const model = account(async ({ client }) => void (await client.query('select 1')), {
      operations: {
        at: operation({
          arguments: [fc.constant(new Date(Number.NaN))],
          run: async ({ client }, at: Date) =>
            (await client.query('select $1::text as year', [String(at.getFullYear())])).rows,
        }),
      },
    });
    expect((await check(model, small)).verdict).toBe('holds');
  });
});

describe('options', () => {
  const cases: readonly (readonly [string, Readonly<Record<string, unknown>>, RegExp])[] = [
    [
      'an unknown one',
      { numruns: 3 },
      /there is no such option\nDETAIL: "numruns" is not known; did you mean "numRuns"\?/,
    ],
    [
      'an unknown limit',
      { limits: { stepTimeout: 1 } },
      /there is no such limit\nDETAIL: "stepTimeout" is not known; did you mean "stepTimeoutMs"\?/,
    ],
    [
      'a limit that is no number',
      { limits: { maxSteps: '10' } },
      /^option limits.maxSteps takes a whole number from 1$/,
    ],
    [
      'a limit of nothing',
      { limits: { stepTimeoutMs: 0 } },
      /^option limits.stepTimeoutMs takes a whole number from 1$/,
    ],
    ['an unknown part of sessions', { sessions: { min: 2, most: 3 } }, /"most" is not known/],
    ['sessions that are null', { sessions: null }, /^option sessions takes/],
    ['a path of letters', { path: 'x:y' }, /^option path takes a path as a failure prints it/],
    ['a path that nobody could walk', { path: '99999999999:0' }, /^option path takes/],
    ['a path that leads nowhere', { path: '0:70000:5:5' }, /^the path 0:70000:5:5 leads nowhere/],
    ['a seed that is no number', { seed: Number.NaN }, /^option seed takes a whole number or a text$/],
    ['a signal that is none', { signal: {} }, /^option signal takes an AbortSignal$/],
    [
      'an example of another model',
      { examples: [{ rows: {}, sessions: [[{ operation: 'constructor', args: [] }]] }] },
      /^example 1 is no scenario of account\nDETAIL: session 1: there is no operation "constructor"; there are deposit/,
    ],
    [
      'an example with an unknown key',
      { examples: [{ rows: {}, session: [] }] },
      /"session" is not known; did you mean "sessions"\?/,
    ],
    [
      'an example with an invalid date',
      { examples: [{ rows: { account: [{ id: new Date('x') }] }, sessions: [[]] }] },
      /is an invalid date/,
    ],
  ];
  test.each(cases)('%s', async (_, change, words) => {
    const fault = await faultOf(() =>
      check(account(addInPlace), { ...small, ...change } as unknown as CheckOptions),
    );
    expect(fault.kind).toBe('usage');
    expect(wordsOf(fault)).toMatch(words);
  });

  test.each([
    ['numRuns', 5, 'give it to fast-check: fc.assert(lockstepProperty(model, { engine }), { numRuns: ... })'],
    ['seed', 5, 'give it to fast-check: fc.assert(lockstepProperty(model, { engine }), { seed: ... })'],
    ['fastCheck', {}, 'give these parameters to fc.assert'],
    ['lanes', 2, 'use check or assertHolds, which take it'],
    ['failOnWarnings', true, 'use check or assertHolds, which take it'],
  ])('a property does not take %s', async (name, value, hint) => {
    const fault = await faultOf(() => lockstepProperty(account(addInPlace), { engine, [name]: value }));
    expect(fault).toMatchObject({
      code: 'bad-option',
      message: `lockstepProperty does not take the option ${name}`,
      hint,
    });
  });
});

test('after a mistake in the model nothing more is run', async () => {
  let calls = 0;
  const model = account(addInPlace, {
    refusal: () => {
      calls += 1;
      return boom();
    },
  });
  await faultOf(() => check(model, { ...small, numRuns: 20 }));
  expect(calls).toBe(1);
});

/** As a person reads it, without the hint. */
function wordsOf(fault: Fault): string {
  return formatFault(fault)
    .replace(/^error: /, '')
    .replace(/\nHINT: .*/s, '');
}
