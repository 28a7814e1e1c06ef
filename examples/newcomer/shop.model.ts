import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { defineModel, operation } from 'pg-lockstep';
import { buy } from './shop.ts';

export const shop = defineModel({
  name: 'shop',
  promise: 'nobody buys what is sold out',
  schema: readFileSync(new URL('schema.sql', import.meta.url), 'utf8'),
  rows: { products: [{ name: 'lamp', stock: 3 }] },
  operations: {
    buy: operation({
      arguments: [fc.constant('lamp'), fc.integer({ min: 1, max: 3 })],
      run: (_session, name, quantity) => buy(name, quantity),
    }),
  },
});
