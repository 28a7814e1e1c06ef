/**
 * The engine's overhead for a schedule of six lock-free steps, compared with the same statements sent by bare
 * `pg` clients one after another to the same server, with a handwritten reset (delete and insert in one round
 * trip, then read the table back).
 */
import pg from 'pg';
import { exploreAll, openLab, runAll } from './laboratory.js';
import { ratio, takeTurns } from './measure.js';
import { ids, rows, scenario, schedulesOfScenario, schema, sixSteps, statement } from './six-steps.js';

const refill = `begin; delete from counters;
  insert into counters (id, value) values ${rows.map(({ id, value }) => `(${id}, ${value})`).join(', ')}; commit`;

/** @param {import('pg-lockstep').Driver} driver */
export async function measureOverhead(driver, rounds) {
  const lab = await openLab(driver, sixSteps);
  const byHand = await openByHand(driver);
  try {
    const measured = await takeTurns(
      [
        { name: 'byHand', batch: () => byHand.run(false) },
        { name: 'byHandWithSessionReset', batch: () => byHand.run(true) },
        { name: 'engine', batch: () => runAll(lab, scenario) },
        { name: 'engineAndOracle', batch: () => exploreAll(lab, scenario) },
      ],
      { rounds, warmUp: 20 },
    );
    return { measured, ratioOf: (name, base = 'byHand') => ratio(measured[name], measured[base]) };
  } finally {
    await byHand.close();
    await lab.close();
  }
}

/** Three clients on a database of their own: one for each session, one that resets. */
async function openByHand(driver) {
  const database = await driver.open();
  const open = async (role) => {
    const client = new pg.Client(database.clientConfig(role));
    await client.connect();
    return client;
  };
  const session = { kind: 'session', isolation: 'read committed' };
  const admin = await open({ kind: 'admin' });
  const clients = [await open(session), await open(session)];
  await admin.query(schema);

  const schedule = async (resetSessions) => {
    await admin.query(refill);
    for (const [index, client] of clients.entries()) {
      for (const id of ids[index]) await client.query(statement, [id]);
    }
    // The engine also resets state that a session may have left behind: settings, temporary tables, advisory locks.
    if (resetSessions) await Promise.all(clients.map((client) => client.query('discard all')));
    const { rows: final } = await admin.query('select id, value from counters');
    if (!final.every(({ value }) => value === 1)) throw new Error('the hand-written run lost an update');
  };
  return {
    run: async (resetSessions) => {
      for (let count = 0; count < schedulesOfScenario; count += 1) await schedule(resetSessions);
      return schedulesOfScenario;
    },
    close: async () => {
      await Promise.all([admin, ...clients].map((client) => client.end()));
      await database.drop();
    },
  };
}
