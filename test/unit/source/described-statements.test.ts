/** What a driver asked about a statement holds for that statement, not for the name that it had. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { frame, int32 } from '../../../src/wire/frames.ts';
import { UnitConversation } from '../../support/unit-conversation.ts';
import { int16, say } from '../../support/wire-speaker.ts';

const driver = postgres();
let server: UnitConversation;

beforeAll(async () => {
  server = await UnitConversation.open(driver);
  await server.client.queryNow('create table t (a int, b numeric)');
});
afterAll(async () => {
  await server.close();
  await driver.close();
});

const run = [say.bind(), say.execute(), say.sync()];
const select = say.parse('select 1 as a, 2.50 as b');
const insert = say.parse('insert into t values (1, 1)');

test('as JDBC asks: a statement without a name is parsed again, and its columns are known from the first time', async () => {
  const first = await server.say(select, say.bind(), say.describe(), say.execute(), say.sync());
  expect(first).toEqual({ columns: ['a', 'b'], rows: [[1, '2.50']] });
  expect(await server.say(insert, say.bind(), say.describe(), say.execute(), say.sync())).toEqual({
    columns: [],
    rows: [],
  });
  expect(await server.say(insert, ...run)).toEqual({ columns: [], rows: [] });
  expect(await server.say(select, ...run)).toEqual(first);
});

test('one that nobody asked about has columns without names, whatever was asked about another', async () => {
  expect(await server.say(say.parse('select 7, 8'), ...run)).toEqual({ columns: [], rows: [['7', '8']] });
  const described = [select, say.bind(), say.describe(), say.execute()];
  expect(await server.say(...described, say.parse('select 9'), ...run)).toEqual({
    columns: [],
    rows: [['9']],
  });
  // Asked about before its values are bound.
  const about = frame('D', Buffer.from('S'), '');
  expect(await server.say(...described, say.parse('select 9 as nine'), about, ...run)).toEqual({
    columns: ['nine'],
    rows: [[9]],
  });
});

test('as pgx asks: values are sent as bytes of the types that the server named', () => {
  const text = 'select $1::numeric, $2';
  const describe = frame('D', Buffer.from('S'), 'p');
  const value = (...bytes: readonly number[]): Buffer =>
    Buffer.concat([int32(bytes.length), Buffer.from(bytes)]);
  const bind = [int16(1), int16(1), int16(2), value(0, 1, 0, 0, 0, 0, 0, 1, 0, 5), value(65), int16(0)];
  const bound = (): unknown =>
    server.units(frame('B', '', 'p', ...bind), say.execute(), say.sync())[0]?.values;
  return server
    .say(say.parse(text, 'p'), describe, say.sync())
    .then(() => expect(bound()).toEqual(['5.0', 'A']));
});
