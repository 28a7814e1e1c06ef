/**
 * A process that uses the driver, for tests that kill it. Usage: child.ts MODE [SERVER]. It prints one line
 * of JSON once its database is open.
 *
 * - `stay`: lives until it is killed
 * - `stubborn`: survives SIGINT, and then asks the server something
 * - `end`: does nothing more, and closes nothing
 * - `exit`: calls process.exit
 * - `keep`: is kept alive by the driver until an unreferenced timer ends that
 */
import { postgres } from '../../../../src/driver/postgres/index.ts';

const [mode = 'end', server] = process.argv.slice(2);
const database = await postgres(server === undefined ? {} : { server }).open();
const { host, database: name } = database.clientConfig({ kind: 'admin' });
// Whoever reads this may send a signal at once.
const ready = (): void => console.log(JSON.stringify({ host, name }));

switch (mode) {
  case 'stay':
    setInterval(() => undefined, 60_000);
    ready();
    break;
  case 'stubborn': {
    const alive = setInterval(() => undefined, 60_000);
    process.once('SIGINT', () => {
      void database.waits([1]).then((waits) => {
        console.log(`answer ${waits.length}`);
        clearInterval(alive);
      });
    });
    ready();
    break;
  }
  case 'exit':
    ready();
    process.exit(0);
    break;
  case 'keep':
    database.keepAlive(true);
    ready();
    process.once('beforeExit', () => console.log('idle'));
    setTimeout(() => {
      console.log('kept');
      database.keepAlive(false);
    }, 100).unref();
    break;
  default:
    ready();
    break;
}
