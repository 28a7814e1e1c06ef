/** The model of a library's code: two callers at once. */
import fc from 'fast-check';
import { defineModel, operation, type Model } from '../../src/index.ts';
import type { Library } from './library.ts';

export function modelOf(library: Library, form: 'faulty' | 'mended'): Model {
  const { name, schema, rows, setup, teardown, refusal } = library;
  return defineModel({
    name: name.replaceAll(/[^\w.-]/g, ''),
    variant: form,
    schema: schema ?? 'create table accounts (name text primary key, balance int not null)',
    rows: rows ?? (schema === undefined ? { accounts: [{ name: 'alice', balance: 10 }] } : {}),
    ...(setup === undefined ? {} : { setup }),
    ...(teardown === undefined ? {} : { teardown }),
    ...(refusal === undefined ? {} : { refusal }),
    operations: {
      call: operation<[number]>({
        arguments: [fc.constantFrom(5, 7)],
        run: ({ app }, amount) => library[form](amount, app),
      }),
    },
  });
}
