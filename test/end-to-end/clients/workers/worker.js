/** A worker process on `pg`, with operations that go wrong in every way. */
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import pg from 'pg';

const pidFile = process.env.PID_FILE;
if (pidFile !== undefined) {
  writeFileSync(`${pidFile}.${process.pid}`, '');
  process.on('SIGTERM', () => undefined);
  // Nothing ends it but SIGKILL.
  setInterval(() => undefined, 1_000);
}

const client = new pg.Client(process.env.DATABASE_URL);
client.on('error', () => undefined);
await client.connect();
const query = (...args) => client.query(...args);
const never = () => new Promise(() => undefined);
let inTransaction = false;
let cached;
let runs = 0;

const operations = {
  async deposit(amount, lock = '') {
    await query('begin');
    const { rows } = await query(`select balance from account where id = 1 ${lock}`);
    await query('update account set balance = $1 where id = 1', [rows[0].balance + amount]);
    await query('commit');
  },
  careful: (amount) => operations.deposit(amount, 'for update'),
  /** Like a driver that begins a transaction by itself and knows whether one is open; nobody commits. */
  async peek() {
    if (!inTransaction) await query('begin');
    inTransaction = true;
    return (await query('select balance from account where id = 1')).rows[0].balance;
  },
  async cached() {
    cached ??= (await query('select balance from account where id = 1')).rows[0].balance;
    return cached;
  },
  async fails() {
    await query('insert into account values (1, 0)');
  },
  async random() {
    return (await query('select $1::float8 as value', [Math.random()])).rows[0].value;
  },
  /** Every other time it asks twice. */
  async moody() {
    runs += 1;
    if (runs % 2 === 0) await query('select 1');
    await query('select 2');
  },
  die() {
    console.error('no cheese left');
    process.exit(3);
  },
  async dieIfRich() {
    const { rows } = await query('select balance from account where id = 1');
    await query('select 1');
    const again = await query('select balance from account where id = 1');
    if (again.rows[0].balance !== rows[0].balance) operations.die();
  },
  async add(amount) {
    await query('update account set balance = balance + $1 where id = 1', [amount]);
  },
  async late() {
    setTimeout(() => void query("select 'late'"), 50);
  },
  async garbage() {
    process.stdout.write('hello, world\n');
    await never();
  },
  async hang() {
    console.error('waiting for ever');
    await never();
  },
  huge: async () => 'x'.repeat(17 * 1024 * 1024),
};

const answer = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
if (process.env.NEVER_READY === undefined) answer({ ready: true, reset: process.env.RESETS !== undefined });
const lines = createInterface({ input: process.stdin });
lines.on('close', () => pidFile === undefined && process.exit());
async function serve(line) {
  const { id, operation, arguments: args = [], reset } = JSON.parse(line);
  if (reset) cached = undefined;
  try {
    answer({ id, result: reset ? null : await operations[operation](...args) });
  } catch ({ name, message, code: sqlstate, constraint }) {
    answer({ id, error: { name, message, sqlstate, constraint } });
  }
}

lines.on('line', (line) => void serve(line));
