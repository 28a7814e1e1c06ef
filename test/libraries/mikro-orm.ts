import { EntitySchema, LockMode, MikroORM } from '@mikro-orm/postgresql';
import type { Library } from './library.ts';

interface Account {
  name: string;
  balance: number;
}

const Accounts = new EntitySchema<Account>({
  name: 'Account',
  tableName: 'accounts',
  properties: { name: { type: 'text', primary: true }, balance: { type: 'int' } },
});

export const library: Library = {
  name: '@mikro-orm/postgresql',
  shown: 'entity manager, flush, pessimistic lock',
  setup: () =>
    MikroORM.init({
      clientUrl: 'postgres://app:secret@db.example.invalid:5432/app',
      entities: [Accounts],
    }),
  teardown: (orm: MikroORM) => orm.close(),
  faulty: async (amount, orm: MikroORM) => {
    const em = orm.em.fork();
    const alice = await em.findOneOrFail(Accounts, { name: 'alice' });
    alice.balance += amount;
    await em.flush();
    return alice.balance;
  },
  mended: (amount, orm: MikroORM) =>
    orm.em.fork().transactional(async (em) => {
      const lockMode = LockMode.PESSIMISTIC_WRITE;
      const alice = await em.findOneOrFail(Accounts, { name: 'alice' }, { lockMode });
      alice.balance += amount;
      return alice.balance;
    }),
  trouble: 'Made in `setup`. Version 7 asks for Node 22.',
};
