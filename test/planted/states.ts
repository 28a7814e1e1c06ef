/** Planted races behind states: other calls must come first. */
import { defineModel, operation, type Session } from '../../src/index.ts';
import { numberFrom, oneOf, transaction, type Planted } from './tools.ts';

/** An order goes from state to state under its lock. Only in one state its total is written as it was read. */
export function ladder(steps: number): Planted {
  return {
    depth: 2 + steps,
    model: defineModel({
      name: `ladder-${steps}`,
      schema: 'create table orders (id integer primary key, state integer not null, total integer not null)',
      rows: { orders: [1, 2, 3].map((id) => ({ id, state: 0, total: 10 })) },
      operations: {
        advance: operation({
          arguments: [oneOf(3), oneOf(5)],
          run: (session: Session, order: number, to: number) =>
            transaction(session, async (client) => {
              const locked = 'select state from orders where id = $1 for update';
              if ((await numberFrom(client, locked, order)) !== to - 1) return false;
              await client.query('update orders set state = $2 where id = $1', [order, to]);
              return true;
            }),
        }),
        add: operation({
          arguments: [oneOf(3)],
          run: (session: Session, order: number) =>
            transaction(session, async (client) => {
              const state = await numberFrom(client, 'select state from orders where id = $1', order);
              if (state === steps) {
                const total = await numberFrom(client, 'select total from orders where id = $1', order);
                await client.query('update orders set total = $2 where id = $1', [order, total + 1]);
              } else await client.query('update orders set total = total + 1 where id = $1', [order]);
            }),
        }),
      },
    }),
  };
}

/** A token is passed from place to place. Where it ends, it is spent without a lock. */
export function relay(passes: number): Planted {
  return {
    depth: 2 + passes,
    model: defineModel({
      name: `relay-${passes}`,
      schema: `create table token (place integer not null, spent integer not null)`,
      rows: { token: [{ place: 1, spent: 0 }] },
      operations: {
        pass: operation({
          arguments: [oneOf(4), oneOf(4)],
          run: async ({ client }: Session, from: number, to: number) => {
            const { rowCount } = await client.query('update token set place = $2 where place = $1', [
              from,
              to,
            ]);
            return to === from + 1 && rowCount === 1;
          },
        }),
        spend: operation({
          arguments: [],
          run: (session: Session) =>
            transaction(session, async (client) => {
              const place = await numberFrom(client, 'select place from token for update');
              if (place !== passes + 1) return 'elsewhere';
              await client.query('commit');
              await client.query('begin');
              const spent = await numberFrom(client, 'select spent from token');
              await client.query('update token set spent = $1', [spent + 1]);
              return 'spent';
            }),
        }),
      },
    }),
  };
}

/** A form takes its second attachment without looking at what another request attaches. */
export function form(): Planted {
  return {
    depth: 5,
    model: defineModel({
      name: 'form',
      schema: `
        create table forms (id integer primary key, open boolean not null, files integer not null)`,
      rows: { forms: [1, 2].map((id) => ({ id, open: false, files: 0 })) },
      operations: {
        open: operation({
          arguments: [oneOf(2)],
          run: async ({ client }: Session, id: number) => {
            await client.query('update forms set open = true where id = $1', [id]);
          },
        }),
        attach: operation({
          arguments: [oneOf(2), oneOf(3)],
          run: (session: Session, id: number, files: number) =>
            transaction(session, async (client) => {
              const locked = 'select files from forms where id = $1 and open for update';
              const count = await numberFrom(client, locked, id);
              if (count < 0 || count > 2) return 'refused';
              await client.query('update forms set files = files + $2 where id = $1', [id, files]);
              return 'attached';
            }),
        }),
        submit: operation({
          arguments: [oneOf(2)],
          run: async ({ client }: Session, id: number) => {
            const files = await numberFrom(client, 'select files from forms where id = $1 and open', id);
            if (files < 2) return 'too few';
            await client.query('update forms set files = $2, open = open where id = $1', [id, files * 10]);
            return 'submitted';
          },
        }),
      },
    }),
  };
}

/** The last one on call may not leave, except that on a holiday nobody takes the lock. */
export function holiday(days: number): Planted {
  return {
    depth: 2 + days,
    model: defineModel({
      name: `holiday-${days}`,
      schema: `
        create table days (id integer primary key, holiday integer not null);
        create table staff (name text primary key, on_call boolean not null)`,
      rows: {
        days: [{ id: 1, holiday: 0 }],
        staff: ['ann', 'bob', 'cy'].map((name) => ({ name, on_call: name !== 'cy' })),
      },
      operations: {
        declare: operation({
          arguments: [oneOf(4)],
          run: async ({ client }: Session, day: number) => {
            const { rowCount } = await client.query('update days set holiday = $1 where holiday = $1 - 1', [
              day,
            ]);
            return rowCount === 1;
          },
        }),
        leave: operation({
          arguments: [oneOf(3)],
          run: (session: Session, who: number) =>
            transaction(session, async (client) => {
              if ((await numberFrom(client, 'select holiday from days for share')) !== days)
                await client.query('lock table staff in exclusive mode');
              const left = await numberFrom(client, 'select count(*) from staff where on_call');
              if (left < 2) return false;
              const name = ['ann', 'bob', 'cy'][who - 1];
              await client.query('update staff set on_call = false where name = $1', [name]);
              return true;
            }),
        }),
        back: operation({
          arguments: [oneOf(3)],
          run: async ({ client }: Session, who: number) => {
            const name = ['ann', 'bob', 'cy'][who - 1];
            await client.query('update staff set on_call = true where name = $1', [name]);
          },
        }),
      },
    }),
  };
}
