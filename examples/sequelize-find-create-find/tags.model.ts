/** Sequelize's `findCreateFind` in a transaction: sequelize/sequelize#13482, before and after 6.8.0. */
import fc from 'fast-check';
import { defineModel, operation } from 'pg-lockstep';
import v6_7 from 'sequelize-faulty';
import v6_8 from 'sequelize-mended';

function tags({ Sequelize, DataTypes }: typeof v6_8, variant: string) {
  const db = new Sequelize('postgres://app:secret@db.example.invalid:5432/app', { logging: false });
  const Tag = db.define('tag', { name: { type: DataTypes.TEXT, unique: true } }, { timestamps: false });
  return defineModel({
    name: 'sequelize-find-create-find',
    variant,
    promise: 'findCreateFind gives the one tag with that name, whoever made it',
    schema: 'create table tags (id serial primary key, name text unique)',
    operations: {
      tag: operation({
        arguments: [fc.constantFrom('sea', 'sky')],
        run: (_session, name) =>
          db.transaction(async (transaction) => {
            const [tag, created] = await Tag.findCreateFind({ where: { name }, transaction });
            return { name: tag.get('name'), created };
          }),
      }),
    },
  });
}

export const faulty = tags(v6_7 as any, 'sequelize-6.7.0');
export const mended = tags(v6_8, 'sequelize-6.8.0');
