/** A value in the binary format is the same as in the text format, whichever a driver asks the server for. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { valueOf } from '../../../src/source/binary-values.ts';
import { frame } from '../../../src/wire/frames.ts';
import { UnitConversation } from '../../support/unit-conversation.ts';
import { int16, say } from '../../support/wire-speaker.ts';

const driver = postgres();
let server: UnitConversation;

beforeAll(async () => {
  server = await UnitConversation.open(driver);
  await server.client.queryNow(`set time zone 'UTC'; create type mood as enum ('happy', 'très sad')`);
});
afterAll(async () => {
  await server.close();
  await driver.close();
});

/** A driver asks for its only column in this format: text (0) or binary (1). */
async function value(expression: string, format: 0 | 1): Promise<unknown> {
  const bind = frame('B', '', '', int16(0), int16(0), int16(1), int16(format));
  const select = say.parse(`select ${expression}`);
  const { rows } = await server.say(select, bind, say.describe(), say.execute(), say.sync());
  return rows[0]?.[0];
}

async function expectSame(expression: string): Promise<void> {
  expect(await value(expression, 1)).toEqual(await value(expression, 0));
}

test.each([
  'true', 'false', '7::int2', '-7::int4', '9223372036854775807::int8', '4294967295::oid',
  '0.1::float4', '16777216::float4', "'65888472'::float4", "'1809007.25'::float4", "'-65888472'::float4", '0::float4', "'3.4028235e38'::float4", '1e-40::float4', "'NaN'::float4", '0.1::float8', '1e300::float8', "'-Infinity'::float8",
  '0::numeric', '0.00::numeric', '-10.50::numeric', '10000::numeric', '0.00001230::numeric', '12345678901234567890.123456789::numeric',
  "'NaN'::numeric", "'Infinity'::numeric", "'-Infinity'::numeric", '1e-20::numeric', '1e40::numeric',
  "'tèxt'::text", "'varchar'::varchar", "'ab'::char(4)", `'"'::"char"`, "'name'::name", `'{"a": [1, null]}'::json`, `'{"a": "é"}'::jsonb`,
  "'\\x00ff'::bytea", "''::bytea", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid",
  "'2026-03-01'::date", "'0044-03-15 BC'::date", "'infinity'::date", "'-infinity'::date", "'1999-12-31'::date", "'19999-12-31'::date",
  "'2026-03-01 10:00'::timestamp", "'1999-12-31 23:59:59.999999'::timestamp", "'infinity'::timestamp", "'0001-01-01 00:00:01 BC'::timestamp",
  "'2026-03-01 10:00:00.25+05:30'::timestamptz", "'-infinity'::timestamptz",
  "'10:00'::time", "'24:00'::time", "'23:59:59.000001'::time", "'10:00+02'::timetz", "'10:00-03:30'::timetz", "'10:00:00.5+00'::timetz",
  "'1 year 2 mons 3 days 04:05:06.7'::interval", "'-1 mon'::interval", "'-00:00:01.5'::interval", "'0'::interval",
  "'(1.5,-2)'::point", "'(1,2),(3,4)'::box",
  "'{}'::int[]", "'{1,NULL,3}'::int[]", "'{{1,2},{3,4}}'::int[]", "'[0:1]={5,6}'::int[]", "'{10.50,0}'::numeric[]",
  `array['', 'null', 'a b', 'a"b', 'a\\b', 'a,b', '{c}', null, 'plain']`, "'{2026-03-01 10:00}'::timestamp[]", "array['\\x00ff'::bytea]",
  "'happy'::mood", "'très sad'::mood", "array['happy'::mood, 'très sad']", "'2026-03-01 10:00+00'::timestamptz::text",
])('%s', expectSame); // prettier-ignore

test('any number, any time', async () => {
  const scaled = fc.tuple(
    fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
    fc.integer({ min: 0, max: 30 }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        scaled.map(([digits, scale]) => `${digits}e-${scale}::numeric`),
        fc.float({ noDefaultInfinity: true, noNaN: true }).map((value) => `'${value}'::float4`),
        fc.integer({ min: -700_000, max: 2_900_000 }).map((days) => `'2000-01-01'::date + ${days}`),
        fc
          .integer({ min: -60_000_000_000, max: 200_000_000_000 })
          .map((seconds) => `'2000-01-01'::timestamp + ${seconds} * interval '1.000001 s'`),
      ),
      expectSame,
    ),
    { numRuns: 200 },
  );
});

test('bytes that are no value of their type are shown as they are', () => {
  for (const type of [0, 16, 20, 23, 600, 701, 1082, 1114, 1186, 1700, 2249, 99_999])
    expect(valueOf(Buffer.from([1]), type)).toSatisfy(
      (value) => value === String.raw`\x01` || value === true,
      `type ${type}`,
    );
});
