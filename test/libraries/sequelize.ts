import { DataTypes, Sequelize } from 'sequelize';
import type { Library } from './library.ts';

const db = new Sequelize('postgres://app:secret@db.example.invalid:5432/app', { logging: false });
const Account = db.define(
  'account',
  { name: { type: DataTypes.TEXT, primaryKey: true }, balance: DataTypes.INTEGER },
  { timestamps: false },
);

export const library: Library = {
  name: 'sequelize',
  shown: 'findByPk and save, managed transactions, its own pool (sequelize-pool)',
  faulty: async (amount) => {
    const alice = await Account.findByPk('alice', { rejectOnEmpty: true });
    await alice.update({ balance: (alice.get('balance') as number) + amount });
    return alice.get('balance');
  },
  mended: (amount) =>
    db.transaction(async (transaction) => {
      const alice = await Account.findByPk('alice', { rejectOnEmpty: true, lock: true, transaction });
      await alice.update({ balance: (alice.get('balance') as number) + amount }, { transaction });
      return alice.get('balance');
    }),
};
