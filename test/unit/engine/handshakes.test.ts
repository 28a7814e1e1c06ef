/** A handshake is what a new connection sends and a used one does not. What is in doubt stays a statement of the code. */
import { expect, test } from 'vitest';
import { Handshakes } from '../../../src/engine/handshakes.ts';
import { defineModel, operation } from '../../../src/index.ts';
import type { CodeConnection } from '../../../src/source/contract.ts';
import type { Unit } from '../../../src/source/unit.ts';

function newHandshakes(): Handshakes {
  const operations = { start: operation({ run: async () => {} }) };
  return new Handshakes(defineModel({ name: 'handshakes', schema: '', operations }), [
    { name: 'public.Prices' },
  ]);
}

const newConnection = (): CodeConnection =>
  ({ handshake: [], opening: [], isUsed: false }) as unknown as CodeConnection;

/** What the statements are, in order: true for those of a handshake. */
function send(handshakes: Handshakes, connection: CodeConnection, texts: readonly string[]): boolean[] {
  return texts.map((text) => handshakes.sees(connection, { text } as Unit));
}

function learn(handshakes: Handshakes, runs: readonly (() => void)[]): void {
  const [first = [], second = []] = runs.map((run) => {
    handshakes.watch();
    run();
    return handshakes.takeWatched();
  });
  handshakes.learn(first, second);
}

test('what a pool sends on a new connection, and not on the same one again, is a handshake', () => {
  const handshakes = newHandshakes();
  const pooled = newConnection();
  learn(handshakes, [
    () => send(handshakes, pooled, ['select version()', 'select 1', 'insert 1']),
    () => send(handshakes, pooled, ['select 1', 'insert 1']),
  ]);
  expect(send(handshakes, newConnection(), ['select version()', 'select 1', 'insert 1'])).toEqual([
    true,
    false,
    false,
  ]);
});

test('with a connection for each run nothing is hidden: its first statement may be what the race is about', () => {
  const handshakes = newHandshakes();
  const migrate = ['select from information_schema.tables', 'create table migrations ()'];
  const run = (): boolean[] => send(handshakes, newConnection(), migrate);
  learn(handshakes, [run, run]);
  expect(run()).toEqual([false, false]);
});

test('nor on a connection for each run beside a pool', () => {
  const handshakes = newHandshakes();
  const pooled = newConnection();
  const lock = ['select from locks', 'insert into locks'];
  learn(handshakes, [
    () => {
      send(handshakes, pooled, ['select version()', 'select 1']);
      send(handshakes, newConnection(), lock);
    },
    () => {
      send(handshakes, pooled, ['select 1']);
      send(handshakes, newConnection(), lock);
    },
  ]);
  expect(send(handshakes, newConnection(), lock)).toEqual([false, false]);
  expect(send(handshakes, newConnection(), ['select version()', 'select 1'])).toEqual([true, false]);
});

test('nor what names a table of the model, though the code keeps it from then on: another operation may read it each time', () => {
  const handshakes = newHandshakes();
  const pooled = newConnection();
  const read = 'select price from "Prices"';
  learn(handshakes, [
    () => send(handshakes, pooled, ['show server_version', read, 'select 1']),
    () => send(handshakes, pooled, ['select 1']),
  ]);
  expect(send(handshakes, newConnection(), [read])).toEqual([false]);
  expect(send(handshakes, newConnection(), ['show server_version', read])).toEqual([true, false]);
});

test('what a set-up sent first on a connection is a handshake, up to its own work', () => {
  const handshakes = newHandshakes();
  const opened = newConnection();
  const texts = ['set a', 'create table t ()', 'select 2'];
  opened.opening.push(...texts.map((text) => ({ text }) as Unit));
  expect(send(handshakes, opened, ['select 1'])).toEqual([false]);
  expect(send(handshakes, newConnection(), ['set a', 'select 2'])).toEqual([true, false]);
});
