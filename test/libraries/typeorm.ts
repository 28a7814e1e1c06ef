import { DataSource, EntitySchema } from 'typeorm';
import type { Library } from './library.ts';

interface Account {
  readonly name: string;
  balance: number;
}

const Accounts = new EntitySchema<Account>({
  name: 'account',
  tableName: 'accounts',
  columns: { name: { type: 'text', primary: true }, balance: { type: 'int' } },
});

export const library: Library = {
  name: 'typeorm',
  shown: 'repository.save, transaction with a pessimistic lock',
  setup: () =>
    new DataSource({
      type: 'postgres',
      url: 'postgres://app:secret@db.example.invalid:5432/app',
      entities: [Accounts],
    }).initialize(),
  teardown: (source: DataSource) => source.destroy(),
  faulty: async (amount, source: DataSource) => {
    const accounts = source.getRepository(Accounts);
    const alice = await accounts.findOneByOrFail({ name: 'alice' });
    alice.balance += amount;
    await accounts.save(alice);
    return alice.balance;
  },
  mended: (amount, source: DataSource) =>
    source.transaction(async (manager) => {
      const where = { name: 'alice' };
      const alice = await manager.findOneOrFail(Accounts, { where, lock: { mode: 'pessimistic_write' } });
      alice.balance += amount;
      await manager.save(Accounts, alice);
      return alice.balance;
    }),
  trouble: 'The DataSource is made in `setup`: each database of a check gets its own.',
};
