/**
 * Runs the integration tests of `pg` itself through the proxy with nothing held, and directly on the same server: both
 * must have the same results. Given a checkout of github.com/brianc/node-postgres with its dependencies installed:
 *
 *     npx tsx -C pg-lockstep-source test/abuse/driver-suite.ts CHECKOUT/packages/pg [PART OF A FILE'S NAME]
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { postgres } from '../../src/driver/postgres/index.ts';
import { PassingProxy } from '../support/passing-proxy.ts';

const limitMs = 60_000;

/** Files with a test of what the proxy leaves to the tool. */
const byDesign: Readonly<Record<string, string>> = {
  'client/api-tests.js': 'every user is let in',
  'client/error-handling-tests.js': 'every user is let in',
  'client/appname-tests.js': "the server's connections have the tool's application_name",
  'client/statement_timeout-tests.js': 'the tool has limits of its own',
  'client/idle_in_transaction_session_timeout-tests.js': 'the tool has limits of its own',
};

type Settings = Readonly<Record<string, string>>;

interface Run {
  readonly passed: boolean;
  readonly output: string;
}

const [folder = '', part = ''] = process.argv.slice(2);
const suite = resolve(folder);
const tests = readdirSync(join(suite, 'test/integration'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('-tests.js') && file.includes(part))
  .sort();

function run(file: string, settings: Settings): Promise<Run> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [join(suite, file)], {
      cwd: suite,
      env: { ...process.env, TEST_TIMEOUT: '20000', ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => (output += String(chunk)));
    const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
    child.on('close', (code) => {
      clearTimeout(timer);
      done({ passed: code === 0, output });
    });
  });
}

const driver = postgres();
const proxy = await PassingProxy.open(driver);
const { direct } = proxy;
const settings: Readonly<Record<'direct' | 'proxied', Settings>> = {
  direct,
  proxied: { ...direct, PGHOST: '127.0.0.1', PGPORT: String(proxy.port) },
};

const count = { direct: 0, proxied: 0, different: 0 };
for (const test of tests) {
  const file = join('test/integration', test);
  const directly = await run(file, settings.direct);
  const proxied = await run(file, settings.proxied);
  if (directly.passed) count.direct += 1;
  if (proxied.passed) count.proxied += 1;
  if (directly.passed === proxied.passed) {
    if (!directly.passed) console.log(`fails both ways: ${test}`);
    continue;
  }
  const reason = byDesign[test];
  if (reason !== undefined && directly.passed) {
    console.log(`differs by design: ${test} (${reason})`);
    continue;
  }
  count.different += 1;
  console.log(`DIFFERENT: ${test} ${directly.passed ? 'fails through the proxy' : 'passes only there'}`);
  console.log((directly.passed ? proxied : directly).output.slice(-1_500));
}
console.log(`${tests.length} files: ${count.direct} pass directly, ${count.proxied} through the proxy`);
await proxy.close();
await driver.close();
process.exitCode = count.different === 0 ? 0 : 1;
