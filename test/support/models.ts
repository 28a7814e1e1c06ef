/** Small models for tests of the check: a bank account in its faulty and its mended way, and a way to vary them. */
import fc from 'fast-check';
import { defineModel, operation } from '../../src/core/define-model.ts';
import type { Model, Session } from '../../src/core/model.ts';

type Deposit = (session: Session, amount: number) => Promise<unknown>;

export const readThenWrite: Deposit = async ({ client }, amount) => {
  const { rows } = await client.query('select balance from account where id = 1');
  await client.query('update account set balance = $1 where id = 1', [rows[0].balance + amount]);
};

export const addInPlace: Deposit = async ({ client }, amount) => {
  await client.query('update account set balance = balance + $1 where id = 1', [amount]);
};

export function account(deposit: Deposit, more: Partial<Model> = {}): Model {
  return defineModel({
    name: 'account',
    schema: 'create table account (id int primary key, balance int not null)',
    rows: { account: [{ id: 1, balance: 10 }] },
    operations: { deposit: operation({ arguments: [fc.integer({ min: 1, max: 9 })], run: deposit }) },
    ...more,
  });
}

/** A model of operations without arguments. */
export function modelOf(
  schema: string,
  operations: Readonly<Record<string, (session: Session<any, any>) => Promise<unknown>>>,
  more: Partial<Model> = {},
): Model {
  return defineModel({
    name: 'small',
    schema,
    operations: Object.fromEntries(
      Object.entries(operations).map(([name, run]) => [name, operation({ run })]),
    ),
    ...more,
  });
}
