/** A worker process on `pg`, with operations that go wrong in every way. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setImmediate as turn } from 'node:timers/promises';
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
const until = async (holds) => {
  while (!holds()) await turn();
};
const never = () => new Promise(() => undefined);
/** Like a pool that fills itself: it opens another connection whenever it likes, and sets it up by the text in FILLS. */
const spare = [];
async function fill() {
  const another = new pg.Client(process.env.DATABASE_URL);
  another.on('error', () => undefined);
  spare.push(another);
  await another.connect();
  return another.query(process.env.FILLS);
}
if (process.env.FILLS !== undefined) await fill();
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
  async sleep() {
    await query('select pg_sleep(60)');
  },
  async addOne() {
    await query('update account set balance = balance + 1 where id = 1');
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
  /** Answers; its statement is sent when `awaitsLate` runs. */
  async late() {
    const { asked, sent } = process.env;
    // What comes first on a new connection might be its handshake.
    await query('select 1');
    rmSync(sent, { force: true });
    writeFileSync(asked, String(process.pid));
    void until(() => !existsSync(asked)).then(() => {
      void query("select 'late'");
      writeFileSync(sent, '');
    });
  },
  /** Goes on when a `late` of another session that has answered has sent its statement. */
  async awaitsLate() {
    const { asked, sent } = process.env;
    if (existsSync(asked) && readFileSync(asked, 'utf8') !== String(process.pid)) {
      rmSync(asked);
      await until(() => existsSync(sent));
    }
    await operations.deposit(1);
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

lines.on('line', (line) => {
  const fills = process.env.FILLS !== undefined && spare.length < 10;
  void serve(line).then(() => fills && fill().catch(() => undefined));
});
