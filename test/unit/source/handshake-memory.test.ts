/** What a set-up sends before each execution is sent again once, however often it came. */
import { expect, test } from 'vitest';
import { remember } from '../../../src/source/session-state.ts';
import type { Unit } from '../../../src/source/unit.ts';

test('of equal texts only the last one is kept, in its place', () => {
  const handshake: Unit[] = [];
  const unit = (text: string, value: number): Unit => ({ text, values: [value] }) as unknown as Unit;
  for (let value = 1; value <= 1_000; value += 1) {
    remember(handshake, unit('select set_config($1)', value));
    remember(handshake, unit('set search_path to app', value));
  }
  expect(handshake.map(({ text, values }) => [text, values])).toEqual([
    ['select set_config($1)', [1_000]],
    ['set search_path to app', [1_000]],
  ]);
});
