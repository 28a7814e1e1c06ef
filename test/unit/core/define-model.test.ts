import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defineModel, isModel, operation } from '../../../src/core/define-model.ts';
import { modelId, type Model } from '../../../src/core/model.ts';
import { processes } from '../../../src/source/workers/processes.ts';
import { faultOf } from '../../support/fault-of.ts';

const good: Model = {
  name: 'bank-account',
  schema: '',
  operations: { read: operation({ run: async () => 1 }) },
};

const clients = processes({ command: ['python3', 'app.py'] });

describe('defineModel', () => {
  test('takes operations without `run` if there are clients to call them', () => {
    expect(isModel(defineModel({ ...good, operations: { read: {} }, clients }))).toBe(true);
  });

  test('gives the model back, marked', () => {
    const model = defineModel({ ...good, variant: 'v1' });
    expect(model).toMatchObject({ name: 'bank-account', variant: 'v1', schema: '' });
    expect(modelId(model)).toBe('bank-account/v1');
    expect(modelId(good)).toBe('bank-account');
    expect([isModel(model), isModel(good), isModel(null), isModel('bank-account')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    // The mark is no part of the model: spreading and printing show what the user wrote.
    expect(Object.getOwnPropertySymbols({ ...model })).toEqual([]);
  });

  test('needs no schema if the tables are made in `setup`', () => {
    const { schema: _, ...without } = good;
    expect(defineModel({ ...without, setup: () => {} }).schema).toBe('');
    expect(defineModel({ ...good, schema: 'select 1', setup: () => {} }).schema).toBe('select 1');
  });

  test('a copy of this package marks in the same way', () => {
    expect(isModel(Object.defineProperty({}, Symbol.for('pg-lockstep.model.1'), { value: true }))).toBe(true);
  });

  test.each([
    [
      'a name with a space',
      { name: 'bank account' },
      '`name` must be letters, digits, dots, dashes or underscores',
    ],
    ['no name', { name: undefined }, '`name` must be letters, digits, dots, dashes or underscores'],
    [
      'a variant with a slash',
      { variant: 'a/b' },
      '`variant` must be letters, digits, dots, dashes or underscores',
    ],
    ['no schema', { schema: undefined }, '`schema` must be SQL text (it may be empty)'],
    ['no operations', { operations: {} }, '`operations` must name at least one operation'],
    ['operations missing', { operations: undefined }, '`operations` must name at least one operation'],
    ['an operation without run', { operations: { read: {} } }, 'operation "read" has no `run` function'],
    [
      'arguments that are one arbitrary',
      { operations: { read: { run: async () => 1, arguments: fc.nat() } } },
      '`arguments` of operation "read" must be an array of fast-check arbitraries',
    ],
    [
      'a key that is mistyped',
      { invariant: {} },
      'the key "invariant" is not known; did you mean "invariants"?',
    ],
    [
      'a key of an operation that is mistyped',
      { operations: { read: { run: async (): Promise<number> => 1, wieght: 2 } } },
      'the key "wieght" is not known; did you mean "weight"? (in operation "read")',
    ],
    [
      'arguments that are no arbitraries',
      { operations: { read: { run: async (): Promise<number> => 1, arguments: [5] } } },
      '`arguments` of operation "read" must be an array of fast-check arbitraries',
    ],
    [
      'a weight of a half',
      { operations: { read: { run: async (): Promise<number> => 1, weight: 0.5 } } },
      '`weight` of operation "read" must be a whole number from 0',
    ],
    [
      'weights that draw nothing',
      { operations: { read: { run: async (): Promise<number> => 1, weight: 0 } } },
      '`weight` is 0 for every operation, so none is ever drawn',
    ],
    [
      'a refusal that is a text',
      { refusal: '412' },
      '`refusal` must be a function of an answer and its call',
    ],
    [
      'a memory that is a value',
      { memory: {} },
      '`memory` must be a function that makes the value, so that every execution gets one of its own',
    ],
    ['an invariant that is a text', { invariants: { adds: 'up' } }, 'invariant "adds" must be a function'],
    ['invariants that are a list', { invariants: [] }, '`invariants` must be an object: names to functions'],
    [
      'a specification without apply',
      { specification: { init: () => 0 } },
      '`specification` must have the functions `init` and `apply`',
    ],
    [
      'rows that are a promise',
      { rows: Promise.resolve({}) },
      '`rows` must be rows by table, or a fast-check arbitrary of them: they are a promise',
    ],
    [
      'rows with an invalid date',
      { rows: { account: [{ at: new Date('x') }] } },
      '`rows` must be rows by table, or a fast-check arbitrary of them: column "at" of row 1 of table "account" is an invalid date',
    ],
    [
      'generated columns that are a text',
      { generated: { account: 'id' } },
      "`generated` must be lists of columns by table: { tickets: ['code'] }",
    ],
    [
      'a level that is none',
      { expected: { serialisable: 'holds' } },
      'the key "serialisable" is not known; did you mean "serializable"? (in `expected`)',
    ],
    ['a setup that is a URL', { setup: 'postgres://' }, '`setup` must be a function'],
    ['a reset that is a value', { beforeEach: true }, '`beforeEach` must be a function'],
    ['a teardown that is a list', { teardown: [] }, '`teardown` must be a function'],
    [
      'a setup that is mistyped',
      { setUp: async () => 1 },
      'the key "setUp" is not known; did you mean "setup"?',
    ],
    [
      'clients that are a command',
      { clients: ['python3', 'app.py'] },
      '`clients` must be what `processes` or `http` returns',
    ],
    [
      'a request that is a path',
      { operations: { read: { request: '/read' } }, clients },
      '`request` of operation "read" must be a function of its arguments',
    ],
    [
      'a run that is a path',
      { operations: { read: { run: '/read' } }, clients },
      'operation "read" has no `run` function',
    ],
    [
      'a lens that is a field',
      { operations: { read: { run: async (): Promise<number> => 1, compare: 'status' } } },
      '`compare` of operation "read" must be a function',
    ],
    [
      'an expectation that is none',
      { expected: { pglite: 'fails' } },
      '`expected` must say `holds` or `violated` of each level',
    ],
  ])('%s is refused in plain words', async (_, change, detail) => {
    const fault = await faultOf(() => defineModel({ ...good, ...change } as unknown as Model));
    expect(fault).toMatchObject({ code: 'bad-model', kind: 'usage', detail });
    // A test runner prints the stack: it is the words, and no frames.
    expect(fault.stack).toBe(`Fault: ${fault.message}\nDETAIL: ${detail}`);
    expect(fault.message).toMatch(/^the model "(bank.account|\(without a name\))" is not complete$/);
  });
});
