/** The states of a statement in flight, and which of them change by what. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { headOf } from '../../../src/driver/statement-head.ts';
import type { HeldStatement } from '../../../src/driver/gated-client.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { InFlight, type FlightState } from '../../../src/engine/in-flight.ts';
import { Bench, inOrder, lines, sql } from '../../support/bench.ts';

const statement = {
  text: 'select 1',
  values: [],
  head: headOf('select 1'),
} as unknown as HeldStatement;
const wait = { pid: 2, blockedBy: [1, 7], isChecked: true };

const events = {
  'observed to wait': (entry: InFlight) => entry.observed(wait),
  'observed not to wait': (entry: InFlight) => entry.observed(undefined),
  stop: (entry: InFlight) => entry.stop(),
  resume: (entry: InFlight) => entry.resume(),
  replied: (entry: InFlight) => entry.ended(false),
  lost: (entry: InFlight) => entry.ended(true),
};
type Event = keyof typeof events;

/** How each state is reached from the first one. */
const ways: Readonly<Record<FlightState['kind'], readonly Event[]>> = {
  sent: [],
  waiting: ['observed to wait'],
  stopped: ['observed to wait', 'stop'],
  replied: ['replied'],
  lost: ['lost'],
};

function after(...happened: readonly Event[]): InFlight {
  const entry = new InFlight(1, statement, 3);
  for (const event of happened) events[event](entry);
  return entry;
}

describe.each<[FlightState['kind'], Partial<Record<Event, FlightState['kind']>>]>([
  ['sent', { 'observed to wait': 'waiting', replied: 'replied', lost: 'lost' }],
  ['waiting', { 'observed not to wait': 'sent', stop: 'stopped', replied: 'replied', lost: 'lost' }],
  ['stopped', { resume: 'waiting', replied: 'replied', lost: 'lost' }],
  ['replied', {}],
  ['lost', {}],
])('a statement that is %s', (state, changes) => {
  test.each(Object.keys(events) as Event[])('%s', (event) => {
    expect(after(...ways[state], event).state).toBe(changes[event] ?? state);
  });

  test('waits for others while it waits or is stopped', () => {
    const entry = after(...ways[state]);
    const waits = state === 'waiting' || state === 'stopped';
    expect(entry.isWaiting).toBe(waits);
    expect([1, 7, 2].map((pid) => entry.waitsFor(pid))).toEqual([waits, waits, false]);
    expect(entry.isStopped).toBe(state === 'stopped');
  });

  test('has a deadlock check to come while it waits, until it is announced', () => {
    const entry = after(...ways[state]);
    expect(entry.checkIsDue).toBe(state === 'waiting');
    entry.announced = true;
    expect(entry.checkIsDue).toBe(false);
  });
});

test('a wait without a deadlock check (for a safe snapshot) is never due', () => {
  const entry = after();
  entry.observed({ ...wait, isChecked: false });
  expect([entry.state, entry.checkIsDue]).toEqual(['waiting', false]);
});

describe('the history', () => {
  const driver = postgres();
  const update = (id: number): string => `update t set n = n + 1 where id = ${id}`;
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.open(driver, {
      schema: 'create table t (id int primary key, n int not null); insert into t values (1, 0), (2, 0)',
      operations: {
        both: ({ pool }) => Promise.all([pool.query(update(1)), pool.query(update(2))]).then(() => {}),
      },
    });
  });
  afterAll(async () => {
    await bench.close();
    await driver.close();
  });

  test('has each wait once, however often the database was asked, also of two connections of a session', async () => {
    const { history, end } = await bench.run(
      [
        [sql('begin', update(1), 'commit')],
        [{ operation: 'both', args: [] }],
        [sql('begin', update(2), 'commit')],
        [sql(update(1))],
      ],
      // s1 and s3 hold a row each, s2 waits for both; that s4 waits too is another question to the database.
      inOrder(0, 2, 1, 1, 3),
    );
    expect(end).toEqual({ kind: 'completed' });
    const waits = lines(history).filter((line) => line.startsWith('s2 blocked'));
    expect(waits).toEqual(['s2 blocked by s1', 's2 blocked by s3']);
  });
});
