/**
 * Ids of transactions as versions of rows, in pairs: `xmin` tells whether a row was changed meanwhile. The ids are other ones
 * in each execution; code that looks at them right holds, and code that does not is violated.
 */
import { afterAll, expect, test } from 'vitest';
import { check, defineModel, operation, type Model, type Session } from '../../src/index.ts';
import { pglite } from '../../src/driver/pglite/index.ts';
import { postgres } from '../../src/driver/postgres/index.ts';

const engine = postgres();
const embedded = pglite();
afterAll(() => Promise.all([engine.close(), embedded.close()]));

const schema = `create table doc (id int primary key, edits int not null, note text not null default '');
  insert into doc values (1, 0)`;

interface Row {
  readonly edits: number;
  readonly version: string;
}

async function read({ client }: Session): Promise<Row> {
  const { rows } = await client.query('select edits, xmin as version from doc where id = 1');
  return rows[0];
}

/** Reads and writes until what was read is still there. */
function edit(write: (session: Session, row: Row) => Promise<boolean>, answer?: (row: Row) => unknown): Model {
  return defineModel({
    name: 'editor',
    schema,
    operations: {
      edit: operation({
        run: async (session) => {
          for (;;) {
            const row = await read(session);
            if (await write(session, row)) return answer?.(row);
          }
        },
      }),
    },
  });
} // prettier-ignore

const set = 'update doc set edits = $1 where id = 1';
const done = ({ rowCount }: { readonly rowCount: number | null }): boolean => rowCount === 1;
const ifUnchanged = async ({ client }: Session, { edits, version }: Row): Promise<boolean> =>
  done(await client.query(`${set} and xmin = $2`, [edits + 1, version]));
const blindly = async ({ client }: Session, { edits }: Row): Promise<boolean> =>
  done(await client.query(set, [edits + 1]));
const noting = (condition: string) => async ({ client }: Session, { edits, version }: Row): Promise<boolean> =>
  done(await client.query(`update doc set edits = $1, note = 'after ' || $2 where id = 1 ${condition}`, [edits + 1, version])); // prettier-ignore

/** The version goes from one operation to the next. */
function form(save: (session: Session, row: Row) => Promise<boolean>): Model {
  return defineModel({
    name: 'form',
    schema,
    memory: (): { seen?: Row } => ({}),
    operations: {
      open: operation({
        run: async (session) => {
          session.memory.seen = await read(session);
          return session.memory.seen.edits;
        },
      }),
      save: operation({
        run: async (session) => {
          const { seen } = session.memory;
          if (seen === undefined) return 'nothing is open';
          // As slow as any request that does something else first.
          await session.client.query('select 1');
          return (await save(session, seen)) ? 'saved' : 'changed meanwhile';
        },
      }),
    },
  });
}

const twoForms = {
  rows: {},
  sessions: [1, 2].map(() => ['open', 'save'].map((name) => ({ operation: name, args: [] }))),
};

test.each([
  ['a version that the write asks for', edit(ifUnchanged), 'holds'],
  ['a version that is read and not asked for', edit(blindly), 'violated'],
  ['a version that is returned', edit(ifUnchanged, ({ version }) => version), 'holds'],
  ['a version that is returned, and not asked for', edit(blindly, ({ version }) => version), 'violated'],
  ['a version that is stored', edit(noting('and xmin::text = $2')), 'holds'],
  ['a version that is stored, and not asked for', edit(noting('')), 'violated'],
  [
    'the id of the own transaction',
    edit(async ({ client }) => {
      await client.query('begin');
      await client.query('select txid_current()');
      await client.query('update doc set edits = edits + 1');
      await client.query('commit');
      return true;
    }),
    'holds',
  ],
] as const)('%s: $2', async (_, model, expected) => {
  for (const reduction of [true, false]) {
    const once = { engine, seed: 1, sessions: 2, maxOperations: 1, numRuns: 20, maxSchedules: 2_000, reduction };
    const { verdict, inconclusive, coverage } = await check(model, once);
    expect([verdict, inconclusive]).toEqual([expected, undefined]);
    if (expected === 'holds') expect(coverage.exhaustive).toBe(coverage.scenarios);
  }
}); // prettier-ignore

const looksFirst = async (session: Session, row: Row): Promise<boolean> =>
  (await read(session)).version === row.version && blindly(session, row);

test.each([
  ['by the write', form(ifUnchanged), 'holds'],
  ['before the write', form(looksFirst), 'violated'],
] as const)('a version that the session keeps for its next request, and that is asked for %s there', async (_, model, expected) => {
  const both = { engine, sessions: 2, maxOperations: 2, numRuns: 1, maxSchedules: 2_000, examples: [twoForms] };
  const { verdict, inconclusive, remarks } = await check(model, both);
  expect([verdict, inconclusive]).toEqual([expected, undefined]);
  expect(remarks.join('\n')).toContain('open leaves a transaction’s id (xmin) behind');
}); // prettier-ignore

test('on PGlite, too', async () => {
  const once = { engine: embedded, seed: 1, sessions: 2, maxOperations: 1, numRuns: 2 };
  const good = await check(edit(ifUnchanged, ({ version }) => version), once);
  const bad = await check(edit(blindly, ({ version }) => version), once);
  expect([good.verdict, bad.verdict]).toEqual(['holds', 'violated']);
}); // prettier-ignore
