/** Frontend messages for tests, made by `pg`'s own serializer. */
import { createRequire } from 'node:module';

interface Serializer {
  startup(options: Record<string, string>): Buffer;
  query(text: string): Buffer;
  parse(options: { name?: string; text: string }): Buffer;
  bind(options: { statement?: string; portal?: string; values?: unknown[] }): Buffer;
  describe(options: { type: 'S' | 'P'; name?: string }): Buffer;
  execute(options: { portal?: string; rows?: number }): Buffer;
  close(options: { type: 'S' | 'P'; name?: string }): Buffer;
  sync(): Buffer;
  flush(): Buffer;
  end(): Buffer;
  copyData(chunk: Buffer): Buffer;
  copyDone(): Buffer;
  copyFail(message: string): Buffer;
}

const require = createRequire(createRequire(import.meta.url).resolve('pg'));

export const { serialize } = require('pg-protocol') as { serialize: Serializer };
