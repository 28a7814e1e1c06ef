/** Planted races behind values: only some arguments, or some numbers in the database, lead there. */
import { defineModel, operation, type Session } from '../../src/index.ts';
import { numberFrom, oneOf, transaction, type Client, type Planted } from './tools.ts';

/** Each coupon is used once, by check and insert; one code of many is checked without a lock. */
export function coupon(codes: number): Planted {
  return {
    depth: codes < 8 ? 3 : 4,
    model: defineModel({
      name: `coupon-${codes}`,
      schema: 'create table uses (code integer not null, at integer generated always as identity)',
      generated: { uses: ['at'] },
      operations: {
        redeem: operation({
          arguments: [oneOf(codes)],
          run: (session: Session, code: number) =>
            transaction(session, async (client) => {
              if (code !== 3) await client.query('select pg_advisory_xact_lock($1)', [code]);
              const used = await numberFrom(client, 'select count(*) from uses where code = $1', code);
              if (used > 0) return false;
              await client.query('insert into uses (code) values ($1)', [code]);
              return true;
            }),
        }),
        list: operation({
          arguments: [],
          run: ({ client }: Session) => numberFrom(client, 'select count(*) from uses'),
        }),
      },
    }),
  };
}

/** Stock is taken under a lock; when little is left, more is ordered without one. */
export function stock(amount: number): Planted {
  return {
    depth: 2 + Math.ceil(amount / 4),
    model: defineModel({
      name: `stock-${amount}`,
      schema: `
        create table stock (id integer primary key, amount integer not null);
        create table reorders (item integer not null)`,
      rows: { stock: [1, 2].map((id) => ({ id, amount })) },
      operations: {
        take: operation({
          arguments: [oneOf(2), oneOf(4)],
          run: async (session: Session, item: number, count: number) => {
            const left = await transaction(session, async (client) => {
              const locked = 'select amount from stock where id = $1 for update';
              const before = await numberFrom(client, locked, item);
              if (before < count) return before;
              await client.query('update stock set amount = amount - $2 where id = $1', [item, count]);
              return before - count;
            });
            if (left > 2) return;
            const { client } = session;
            const ordered = await numberFrom(client, 'select count(*) from reorders where item = $1', item);
            if (ordered === 0) await client.query('insert into reorders values ($1)', [item]);
          },
        }),
      },
    }),
  };
}

/** Writes that were overtaken are tried again, and after some times forced. */
export function retries(times: number): Planted {
  return {
    depth: 2 + 2 * times,
    model: defineModel({
      name: `retries-${times}`,
      schema: 'create table pages (id integer primary key, version integer not null, words integer not null)',
      rows: { pages: [1, 2].map((id) => ({ id, version: 1, words: 0 })) },
      operations: {
        write: operation({
          arguments: [oneOf(2), oneOf(3)],
          run: async ({ client }: Session, page: number, more: number) => {
            for (let tried = 0; ; tried += 1) {
              const text = 'select version, words from pages where id = $1';
              const { rows } = await client.query(text, [page]);
              const [{ version, words }] = rows as [{ version: number; words: number }];
              const force = tried >= times;
              const { rowCount } = await client.query(
                `update pages set version = version + 1, words = $2
                 where id = $1 and (version = $3 or $4)`,
                [page, words + more, version, force],
              );
              if (rowCount === 1) return;
            }
          },
        }),
      },
    }),
  };
}

/** What exists already is counted instead, without a lock; after a ban only. */
export function fallback(bans: number): Planted {
  const count = async (client: Client, name: number, careful: boolean): Promise<void> => {
    if (careful) {
      await client.query('update visitors set visits = visits + 1 where name = $1', [name]);
      return;
    }
    const visits = await numberFrom(client, 'select visits from visitors where name = $1', name);
    await client.query('update visitors set visits = $2 where name = $1', [name, visits + 1]);
  };
  return {
    depth: 3 + bans,
    model: defineModel({
      name: `fallback-${bans}`,
      schema: `
        create table visitors (name integer primary key, visits integer not null);
        create table bans (name integer primary key)`,
      operations: {
        visit: operation({
          arguments: [oneOf(4)],
          run: async ({ client }: Session, name: number) => {
            try {
              await client.query('insert into visitors values ($1, 1)', [name]);
            } catch {
              const banned = await numberFrom(client, 'select count(*) from bans where name = $1', name);
              await count(client, name, banned < bans);
            }
          },
        }),
        ban: operation({
          arguments: [oneOf(4)],
          run: async ({ client }: Session, name: number) => {
            await client.query('insert into bans values ($1) on conflict do nothing', [name]);
          },
        }),
      },
    }),
  };
}

/** Who loses to a deadlock tries again without locks. */
export function deadlock(): Planted {
  const move = async (client: Client, from: number, to: number, lock: string): Promise<void> => {
    const read = `select money from purses where id = $1 ${lock}`;
    const a = await numberFrom(client, read, from);
    const b = await numberFrom(client, read, to);
    await client.query('update purses set money = $2 where id = $1', [from, a - 1]);
    await client.query('update purses set money = $2 where id = $1', [to, b + 1]);
  };
  return {
    depth: 5,
    model: defineModel({
      name: 'deadlock',
      schema: 'create table purses (id integer primary key, money integer not null)',
      rows: { purses: [1, 2, 3].map((id) => ({ id, money: 10 })) },
      operations: {
        transfer: operation({
          arguments: [oneOf(3), oneOf(3)],
          run: async (session: Session, from: number, to: number) => {
            if (from === to) return;
            try {
              await transaction(session, (client) => move(client, from, to, 'for update'));
            } catch {
              await transaction(session, (client) => move(client, from, to, ''));
            }
          },
        }),
      },
    }),
  };
}
