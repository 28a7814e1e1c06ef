import { defineModel, operation, type Model, type Session } from '../../src/index.ts';

/** One account and one operation without arguments. */
export function bank(deposit: (session: Session) => Promise<unknown>): Model {
  return defineModel({
    name: 'bank',
    schema: 'create table account (balance int not null); insert into account values (10)',
    operations: { deposit: operation({ run: deposit }) },
  });
}
