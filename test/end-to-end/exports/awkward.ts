/**
 * Models whose races put exports to the test: every kind of parameter, names that need quotes, rows that reference
 * each other, triggers, several connections in one session, several statements in one message, a deadlock.
 */
import type pg from 'pg';
import { defineModel, operation } from '../../../src/core/define-model.ts';
import type { Model } from '../../../src/core/model.ts';

const odd = `it's a "test" of \\ and $1 } {`;

export const awkward: Model = defineModel({
  name: 'awkward',
  schema: `
    create schema "other one";
    create table "Node" (id integer primary key, parent integer references "Node");
    create table "other one".things (
      id bigint generated always as identity primary key,
      node integer not null references "Node",
      n integer not null,
      at timestamptz, tags text[], doc jsonb default '{"a": 1}', raw bytea, big bigint, flag boolean, label text,
      double integer generated always as (n * 2) stored,
      touched integer not null default 0 -- counted by the trigger
    );
    create function touch() returns trigger language plpgsql as $body$ begin
      /* { a brace } */
      new.touched := new.touched + case when '{}' = '}' then 5 else 1 end;
      return new;
    end $body$;
    create trigger touch before insert or update on "other one".things for each row execute function touch()`,
  rows: {
    // Before the table that it references, and with a trigger that must not count these rows.
    'other one.things': [{ id: 7, node: 2, n: 1, tags: ['x', 'y'], label: odd, touched: 0 }],
    Node: [
      { id: 1, parent: 2 },
      { id: 2, parent: 1 },
    ],
  },
  operations: {
    bump: operation({
      run: async ({ client, pool }) => {
        // The session's own connection and one of its pool; a statement that is no step; two statements in one message.
        const { rows } = await pool.query<{ n: number }>(
          'select n from "other one".things where id = $1',
          [7],
        );
        await client.query('set application_name to bump');
        const several = (await client.query(
          'select 1 as one; select 2 as two',
        )) as unknown as pg.QueryResult[];
        const values = [
          new Date('2026-01-31T12:00:00.123Z'),
          ['a,b', 'c'],
          { text: odd, list: [1, null] },
          Buffer.from([0, 1, 255]),
          12345678901234567n,
          true,
          odd,
          (rows[0]?.n ?? 0) + 1,
          null,
        ];
        const written = await client.query(
          `update "other one".things -- $1 and ' and }
           set at = $1, tags = $2, doc = $3, raw = $4, big = $5, flag = $6, label = $7, n = $8 /* $9 */
           where id = 7 and $9::text is null and '$1' <> $$ $2 $$
           returning at, doc, raw, big, flag, n, touched, null as nothing`,
          values,
        );
        await client.query(
          `insert into "other one".things (node, n, label) values ($1, $2, $3);`.replace(
            /;$/,
            ' returning id',
          ),
          [1, 5, ''],
        );
        return [several.length, written.rowCount];
      },
    }),
  },
});

const move = (first: number, second: number) =>
  operation({
    run: async ({ client }) => {
      await client.query('begin');
      try {
        for (const id of [first, second])
          await client.query('update stocks set pieces = pieces + 1 where id = $1', [id]);
        await client.query('commit');
      } catch (error) {
        await client.query('rollback');
        throw error;
      }
    },
  });

export const deadlock: Model = defineModel({
  name: 'deadlock',
  schema: 'create table stocks (id integer primary key, pieces integer not null)',
  rows: {
    stocks: [
      { id: 1, pieces: 0 },
      { id: 2, pieces: 0 },
    ],
  },
  operations: { up: move(1, 2), down: move(2, 1) },
  allowAborts: false,
});
