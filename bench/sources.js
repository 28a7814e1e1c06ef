/**
 * What a source of statements costs: the schedules of six steps through the session's client, through the hook (a pool that
 * the code made itself) and through the proxy (a connection over TCP to each session's address). `npm run bench:sources`;
 * ratios within one run, and nothing is asserted.
 */
import { Socket } from 'node:net';
import pg from 'pg';
import { postgres } from 'pg-lockstep/postgres';
import { currentHost } from '../dist/engine/outside.js';
import { Proxy } from '../dist/source/proxy/proxy.js';
import { openLab, runAll } from './laboratory.js';
import { median, ratio, takeTurns } from './measure.js';
import { ids, rows, scenario, schema, statement } from './six-steps.js';

const rounds = Number(process.argv[2] ?? 41);

/** A socket that the hook does not take: not `pg` connects it. */
class OuterSocket extends Socket {
  connect(...args) {
    setImmediate(() => super.connect(...args));
    return this;
  }
}

const hosts = [];
const proxies = await Promise.all(ids.map((_, index) => Proxy.open(() => hosts[index])));
const outer = [];
async function clientOf(index) {
  hosts[index] = currentHost();
  if (outer[index] === undefined) {
    const stream = () => new OuterSocket();
    const client = new pg.Client({ host: '127.0.0.1', port: proxies[index].port, user: 'app', stream });
    outer[index] = client;
    await client.connect();
  }
  return outer[index];
}

const pool = new pg.Pool({ host: '127.0.0.1', port: 5432, user: 'app', max: 2, idleTimeoutMillis: 0 });
const sources = {
  client: async ({ client }, send) => send(client),
  hook: async (_, send) => {
    const client = await pool.connect();
    await send(client);
    client.release();
  },
  proxy: async (_, send, first) => {
    // The engine waits for a timer; a socket that was opened in another execution it does not know.
    const running = setTimeout(() => {}, 900);
    await send(await clientOf(first === ids[0][0] ? 0 : 1));
    clearTimeout(running);
  },
};

const modelOf = (name, through) => ({
  name: `six-steps by ${name}`,
  schema,
  rows: { counters: rows },
  operations: {
    countThree: {
      run: (session, first) =>
        through(
          session,
          async (client) => {
            for (let id = first; id < first + 3; id += 1) await client.query(statement, [id]);
          },
          first,
        ),
    },
  },
});

const driver = postgres();
const labs = [];
try {
  const variants = [];
  for (const [name, through] of Object.entries(sources)) {
    const lab = await openLab(driver, modelOf(name, through));
    labs.push(lab);
    variants.push({ name, batch: () => runAll(lab, scenario) });
  }
  const measured = await takeTurns(variants, { rounds, warmUp: 5 });
  for (const name of Object.keys(sources)) {
    const { median: times, lowerQuartile, upperQuartile, calm } = ratio(measured[name], measured.client);
    const figures = [times, lowerQuartile, upperQuartile, calm].map((value) => value.toFixed(2));
    console.log(`${name.padEnd(7)} ${median(measured[name]).toFixed(3)} ms  x${figures.join('  ')}`);
  }
} finally {
  for (const client of outer) await client?.end().catch(() => {});
  await Promise.all(proxies.map((proxy) => proxy.close()));
  for (const lab of labs) await lab.close();
  await driver.close();
}
