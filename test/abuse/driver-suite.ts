/**
 * Runs the integration tests of `pg` itself through the proxy with nothing held, and directly on the same server: each test
 * must have the same result both ways. Given a checkout of packages/pg of github.com/brianc/node-postgres with its
 * dependencies installed:
 *
 *     npx tsx -C pg-lockstep-source test/abuse/driver-suite.ts CHECKOUT/packages/pg [PART OF A FILE'S NAME]
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { postgres } from '../../src/driver/postgres/index.ts';
import { PassingProxy } from '../support/passing-proxy.ts';

const limitMs = 120_000;

/** What the proxy leaves to the tool: tests, by their files, that pass only on a server itself. */
const byDesign: readonly (readonly [why: string, file: string, tests: readonly string[]])[] = [
  ['every user is let in', 'client/api-tests.js', ['raises error if cannot connect']],
  [
    'every user is let in',
    'client/error-handling-tests.js',
    [
      'non-query error with callback',
      'when connecting to an invalid host with callback',
      'when connecting to invalid host with promise',
      'non-query error',
    ],
  ],
  [
    "connections that do not name their application have the tool's name",
    'client/appname-tests.js',
    ['No default appliation_name '],
  ],
  [
    'of the settings with which a client connects, those of limits are left to the tool',
    'client/statement_timeout-tests.js',
    [
      'statement_timeout integer is used',
      'statement_timeout float is used',
      'statement_timeout string is used',
      'statement_timeout actually cancels long running queries',
    ],
  ],
  [
    'of the settings with which a client connects, those of limits are left to the tool',
    'client/idle_in_transaction_session_timeout-tests.js',
    [
      'idle_in_transaction_session_timeout integer is used',
      'idle_in_transaction_session_timeout float is used',
      'idle_in_transaction_session_timeout string is used',
    ],
  ],
];

/** They end all idle connections of the server, those of the tool and of other tests, too. */
const endsConnections: ReadonlySet<string> = new Set(['connection-pool/error-tests.js']);

const [folder = '', part = ''] = process.argv.slice(2);
const suite = resolve(folder);
const files = readdirSync(join(suite, 'test/integration'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('-tests.js') && file.includes(part))
  .sort();

const mark = '@result ';
/** A file of the suite ends at the first test that fails: this goes on with the next one, and says how each ended. */
const preload = `
  import { createRequire } from 'node:module';
  const Suite = createRequire(${JSON.stringify(`${suite}/`)})('./test/suite.js');
  const fatal = (error) => {
    console.error(error);
    process.exit(1);
  };
  let current = fatal;
  let goodbye;
  // An assertion in a callback, at which the suite itself would end.
  process.on('uncaughtException', (error) => current(error));
  const { on } = process;
  process.on = (event, listener) => {
    if (event !== 'uncaughtException') return on.call(process, event, listener);
    process.on = on;
    return process;
  };
  Suite.prototype.run = function (test, next) {
    const done = (error) => {
      if (!done.pending) return;
      done.pending = false;
      current = fatal;
      clearTimeout(timer);
      console.log('\\n${mark}' + JSON.stringify([test.name, !error]));
      if (error) console.log(error.stack);
      if (error) process.exitCode = 1;
      // A test that failed leaves connections open.
      if (process.exitCode === 1) goodbye = setTimeout(() => process.exit(), 2_000);
      next();
    };
    done.pending = true;
    current = done;
    clearTimeout(goodbye);
    const timer = setTimeout(() => done(new Error('it did not end')), 20_000);
    if (!test.action) done();
    // A test that waits for nothing may assert something later.
    else test.run((error) => (error || test.action.length > 0 ? done(error) : setTimeout(done, 500)));
  };`;

interface Run {
  /** Names of tests that passed. */
  readonly passed: ReadonlySet<string>;
  readonly failed: ReadonlySet<string>;
  readonly output: string;
}

const whole = '(the file)';

function run(file: string, env: Readonly<Record<string, string>>): Promise<Run> {
  return new Promise((done) => {
    const preloaded = `data:text/javascript,${encodeURIComponent(preload)}`;
    const child = spawn(process.execPath, ['--import', preloaded, join(suite, 'test/integration', file)], {
      cwd: suite,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => (output += String(chunk)));
    const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
    child.on('close', (code) => {
      clearTimeout(timer);
      const lines = output.split('\n').filter((line) => line.startsWith(mark));
      const results = lines.map((line) => JSON.parse(line.slice(mark.length)) as [string, boolean]);
      const named = (passed: boolean): string[] =>
        results.filter(([, ended]) => ended === passed).map(([name]) => name);
      const [passed, failed] = [new Set(named(true)), new Set(named(false))];
      (code === 0 || failed.size > 0 ? passed : failed).add(whole);
      done({ passed, failed, output });
    });
  });
}

/** Each run has a database of its own. */
async function both(driver: ReturnType<typeof postgres>, file: string): Promise<readonly [Run, Run]> {
  const runs: Run[] = [];
  for (const proxied of [false, true]) {
    const proxy = await PassingProxy.open(driver);
    const address = proxied ? { PGHOST: '127.0.0.1', PGPORT: String(proxy.port) } : {};
    runs.push(await run(file, { ...proxy.direct, ...address }));
    await proxy.close().catch((error: unknown) => {
      if (!endsConnections.has(file)) throw error;
    });
  }
  return runs as unknown as readonly [Run, Run];
}

const count = { tests: 0, direct: 0, proxied: 0, byDesign: 0, different: 0 };
const driver = postgres();
for (const file of files) {
  const own = endsConnections.has(file) ? postgres() : driver;
  const [direct, proxied] = await both(own, file);
  if (own !== driver) await own.close().catch(() => {});
  for (const name of new Set([...direct.passed, ...direct.failed, ...proxied.passed, ...proxied.failed])) {
    const [passes, passesThrough] = [direct.passed.has(name), proxied.passed.has(name)];
    count.tests += 1;
    if (passes) count.direct += 1;
    if (passesThrough) count.proxied += 1;
    if (passes === passesThrough) {
      if (!passes) console.log(`fails both ways: ${file} ${name}`);
      continue;
    }
    const why = byDesign.find(([, of, tests]) => of === file && tests.includes(name))?.[0];
    if (why !== undefined && passes) {
      count.byDesign += 1;
      console.log(`differs by design: ${file} ${name} (${why})`);
      continue;
    }
    count.different += 1;
    console.log(`DIFFERENT: ${file} ${name} ${passes ? 'fails through the proxy' : 'passes only there'}`);
    console.log((passes ? proxied : direct).output.slice(-1_500));
  }
}
await driver.close();
console.log(
  `${files.length} files, ${count.tests} tests: ${count.direct} pass directly, ${count.proxied} through the proxy, ` +
    `${count.byDesign} differ by design, ${count.different} otherwise`,
);
process.exitCode = count.different === 0 ? 0 : 1;
