/**
 * Postgres's own isolationtester against the engine, on one server and one specification: two transactions that
 * read a row, write it and commit. Of its 20 permutations 14 can happen; in the other six a step is commanded while
 * its session waits for a lock, where isolationtester stalls until its time limit. So it is given the 14.
 */
import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import fc from 'fast-check';
import { defineModel, operation } from 'pg-lockstep';
import pg from 'pg';
import { openLab, runAll } from './laboratory.js';
import { ratio, repeated, takeTurns } from './measure.js';

export const binaries = '/usr/lib/postgresql/15/bin';
const program = '/usr/lib/postgresql/15/lib/pgxs/src/test/isolation/isolationtester';

const schema = 'create table accounts (name text primary key, balance integer not null)';
const read = `select balance from accounts where name = 'alice'`;
const write = (amount) => `update accounts set balance = ${amount} where name = 'alice'`;

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
export const scenario = {
  rows: { accounts: [{ name: 'alice', balance: 10 }] },
  sessions: [[{ operation: 'set', args: [15] }], [{ operation: 'set', args: [17] }]],
};

/** Times each permutation stands in the specification, so that starting the program does not count for much. */
const repeats = 5;

/** @returns undefined where the machine has no isolationtester */
export async function findIsolationtester() {
  try {
    await access(program, constants.X_OK);
    await access(`${binaries}/postgres`, constants.X_OK);
    return program;
  } catch {
    return undefined;
  }
}

/** @param {import('pg-lockstep').Driver} driver Postgres 15 from `binaries` */
export async function measureIsolationtester(driver, rounds) {
  const database = await driver.open();
  const admin = new pg.Client(database.clientConfig({ kind: 'admin' }));
  await admin.connect();
  await admin.query(schema);
  const lab = await openLab(driver, model);
  try {
    const { host, port, user, password, database: name } = database.clientConfig({ kind: 'admin' });
    const connection = `host=${host} port=${port} user=${user} dbname=${name}`;
    const environment = password === undefined ? {} : { PGPASSWORD: String(password) };
    const permutations = validPermutations();
    const text = specification(Array.from({ length: repeats }, () => permutations).flat());
    const schedules = await runAll(lab, scenario);
    if (schedules !== permutations.length) {
      throw new Error(
        `the engine finds ${schedules} schedules, isolationtester was given ${permutations.length}`,
      );
    }
    const measured = await takeTurns(
      [
        { name: 'isolationtester', batch: () => runProgram(connection, environment, text) },
        { name: 'engine', batch: () => repeated(repeats, () => runAll(lab, scenario)) },
      ],
      { rounds, warmUp: 1 },
    );
    return {
      measured,
      permutations: permutations.length,
      ratio: ratio(measured.isolationtester, measured.engine),
    };
  } finally {
    await lab.close();
    await admin.end();
    await database.drop();
  }
}

/**
 * The reset is delete and insert, as the engine does it, and not the usual create and drop in setup and teardown,
 * which would cost isolationtester a millisecond more.
 */
function specification(permutations) {
  const session = (number, amount) => `session s${number}
setup { begin; }
step r${number} { ${read}; }
step w${number} { ${write(amount)}; }
step c${number} { commit; }
`;
  return `setup { delete from accounts; insert into accounts values ('alice', 10); }
teardown { select * from accounts; }
${session(1, 15)}${session(2, 17)}
${permutations.map((steps) => `permutation ${steps.join(' ')}`).join('\n')}
`;
}

/** All orders of the steps in which no session is commanded while it waits for the other's row lock. */
export function validPermutations() {
  const kinds = ['r', 'w', 'c'];
  const found = [];
  const extend = (steps, taken, holder, waiter) => {
    if (steps.length === 6) {
      found.push(steps);
      return;
    }
    for (const session of [0, 1]) {
      const kind = kinds[taken[session]];
      if (kind === undefined || session === waiter) continue;
      const next = taken.with(session, taken[session] + 1);
      const waits = kind === 'w' && holder !== undefined;
      const nextHolder = kind === 'c' ? waiter : (holder ?? (kind === 'w' ? session : undefined));
      extend(
        [...steps, `${kind}${session + 1}`],
        next,
        nextHolder,
        waits ? session : kind === 'c' ? undefined : waiter,
      );
    }
  };
  extend([], [0, 0], undefined, undefined);
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
