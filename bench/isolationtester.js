/**
 * Postgres's own isolationtester against the engine, on one server and one specification: transactions that
 * read a row, write it and commit. If a step is commanded while its session waits for a lock, isolationtester
 * stalls until its time limit, so it gets only the permutations in which that cannot happen: 14 of 20 for two
 * sessions. With three sessions, two may wait at once; the operating system then decides which goes on first,
 * unless they are held still as by the engine. So with three it gets the permutations in which at most one
 * waits at any time. Both sides run the same permutations and reset only rows.
 */
import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import fc from 'fast-check';
import { defineModel, operation } from 'pg-lockstep';
import pg from 'pg';
import { coverAll, openLab, runInOrder } from './laboratory.js';
import { ratio, repeated, takeTurns } from './measure.js';

export const binaries = '/usr/lib/postgresql/15/bin';
const program = '/usr/lib/postgresql/15/lib/pgxs/src/test/isolation/isolationtester';

const schema = 'create table accounts (name text primary key, balance integer not null)';
const read = `select balance from accounts where name = 'alice'`;
const write = (amount) => `update accounts set balance = ${amount} where name = 'alice'`;
const amounts = [15, 17, 19];

export const model = defineModel({
  name: 'read-write-commit',
  schema,
  rows: { accounts: [{ name: 'alice', balance: 10 }] },
  operations: {
    set: operation({
      arguments: [fc.nat()],
      run: async ({ client }, amount) => {
        await client.query('begin');
        await client.query(read);
        await client.query(write(amount));
        await client.query('commit');
      },
    }),
  },
});

/** @param {number} sessions 2 or 3 */
export const scenarioOf = (sessions) => ({
  rows: { accounts: [{ name: 'alice', balance: 10 }] },
  sessions: amounts.slice(0, sessions).map((amount) => [{ operation: 'set', args: [amount] }]),
});

/** @returns undefined if the machine has no isolationtester */
export async function findIsolationtester() {
  try {
    await access(program, constants.X_OK);
    await access(`${binaries}/postgres`, constants.X_OK);
    return program;
  } catch {
    return undefined;
  }
}

/**
 * @param {import('pg-lockstep').Driver} driver Postgres 15 from `binaries`
 * @param {{ sessions: number, rounds: number, repeats: number }} options `repeats`: how often each
 * permutation stands in the specification, so that starting the program hardly counts
 */
export async function measureIsolationtester(driver, { sessions, rounds, repeats }) {
  const database = await driver.open();
  const admin = new pg.Client(database.clientConfig({ kind: 'admin' }));
  await admin.connect();
  await admin.query(schema);
  const lab = await openLab(driver, model);
  const observed = await openLab(driver, model, true);
  const scenario = scenarioOf(sessions);
  try {
    const { host, port, user, password, database: name } = database.clientConfig({ kind: 'admin' });
    const connection = `host=${host} port=${port} user=${user} dbname=${name}`;
    const environment = password === undefined ? {} : { PGPASSWORD: String(password) };
    const permutations = validPermutations(sessions);
    const text = specification(sessions, Array.from({ length: repeats }, () => permutations).flat());
    const orders = permutations.map((steps) => steps.map((step) => Number(step.slice(1)) - 1));
    let classes = 0;
    const measured = await takeTurns(
      [
        { name: 'isolationtester', batch: () => runProgram(connection, environment, text) },
        { name: 'engine', batch: () => repeated(repeats, () => runInOrder(lab, scenario, orders)) },
        {
          // Stands for all permutations, also for those that isolationtester cannot run.
          name: 'reduced',
          batch: async () => {
            for (let time = 0; time < repeats; time += 1) classes = await coverAll(observed, scenario);
            return repeats * permutations.length;
          },
        },
      ],
      { rounds, warmUp: 1 },
    );
    return {
      measured,
      permutations: permutations.length,
      classes,
      ratio: ratio(measured.isolationtester, measured.engine),
      reducedRatio: ratio(measured.isolationtester, measured.reduced),
    };
  } finally {
    await lab.close();
    await observed.close();
    await admin.end();
    await database.drop();
  }
}

/**
 * The reset is delete and insert, as in the engine, and not the usual create and drop in setup and teardown,
 * which would cost isolationtester a millisecond more.
 */
function specification(sessions, permutations) {
  const session = (number, amount) => `session s${number}
setup { begin; }
step r${number} { ${read}; }
step w${number} { ${write(amount)}; }
step c${number} { commit; }
`;
  const texts = amounts.slice(0, sessions).map((amount, index) => session(index + 1, amount));
  return `setup { delete from accounts; insert into accounts values ('alice', 10); }
teardown { select * from accounts; }
${texts.join('')}
${permutations.map((steps) => `permutation ${steps.join(' ')}`).join('\n')}
`;
}

/** All orders of the steps in which no session is commanded while it waits, and at most one waits at any time. */
export function validPermutations(sessions) {
  const kinds = ['r', 'w', 'c'];
  const found = [];
  // `queue`: the holder of the row's lock, then its waiters, in order.
  const extend = (steps, taken, queue) => {
    if (steps.length === kinds.length * sessions) {
      found.push(steps);
      return;
    }
    for (let session = 0; session < sessions; session += 1) {
      const kind = kinds[taken[session]];
      if (kind === undefined || queue.slice(1).includes(session)) continue;
      if (kind === 'w' && queue.length === 2) continue;
      const next = taken.with(session, taken[session] + 1);
      const after = kind === 'w' ? [...queue, session] : kind === 'c' ? queue.slice(1) : queue;
      extend([...steps, `${kind}${session + 1}`], next, after);
    }
  };
  extend([], Array(sessions).fill(0), []);
  return found;
}

/** Runs one specification; returns how many permutations it ran. */
function runProgram(connection, environment, text) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [connection], { env: { ...process.env, ...environment }, stdio: 'pipe' });
    const output = [];
    const errors = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => errors.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      const printed = Buffer.concat(output).toString();
      const ran = printed.match(/^starting permutation:/gm)?.length ?? 0;
      if (code !== 0 || ran === 0 || printed.includes('invalid permutation')) {
        reject(
          new Error(
            `isolationtester ended with ${code}: ${Buffer.concat(errors).toString() || printed.slice(0, 500)}`,
          ),
        );
      } else resolve(ran);
    });
    child.stdin.end(text);
  });
}
