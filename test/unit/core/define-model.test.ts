import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defineModel, isModel, operation } from '../../../src/core/define-model.ts';
import { modelId, type Model } from '../../../src/core/model.ts';
import { faultOf } from '../../support/fault-of.ts';

const good: Model = {
  name: 'bank-account',
  schema: '',
  operations: { read: operation({ run: async () => 1 }) },
};

describe('defineModel', () => {
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
  ])('%s is refused in plain words', async (_, change, detail) => {
    const fault = await faultOf(() => defineModel({ ...good, ...change } as unknown as Model));
    expect(fault).toMatchObject({ code: 'bad-model', kind: 'usage', detail });
    expect(fault.message).toMatch(/^the model "(bank.account|\(without a name\))" is not complete$/);
  });
});
