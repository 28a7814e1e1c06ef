import { createRequire } from 'node:module';
import { KeyvPostgres } from '@keyv/postgres';
import { Keyv } from 'keyv';
import type { Library } from './library.ts';

const uri = 'postgres://app:secret@db.example.invalid:5432/app';
const advisoryLock = createRequire(import.meta.url)('advisory-lock');
const createMutex = advisoryLock.default(uri);

async function add(amount: number, keyv: Keyv): Promise<number> {
  const count = ((await keyv.get<number>('count')) ?? 0) + amount;
  await keyv.set('count', count);
  return count;
}

export const library: Library = {
  name: '@keyv/postgres',
  shown: 'get and set; mended with a mutex of advisory-lock 2.0.0',
  schema: '',
  setup: async () => new Keyv({ store: new KeyvPostgres({ uri }) }),
  teardown: (keyv: Keyv) => keyv.disconnect(),
  faulty: (amount, keyv: Keyv) => add(amount, keyv),
  mended: (amount, keyv: Keyv) => createMutex('count').withLock(() => add(amount, keyv)),
  trouble: 'Made in `setup`, since it makes its table when it is constructed; nothing awaits that.',
};
