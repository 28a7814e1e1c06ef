/** A client's bytes come in chunks of any size; the units are the same. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Unit } from '../../../src/source/unit.ts';
import { UnitReader } from '../../../src/source/unit-reader.ts';
import { frame, FrameReader, ProtocolError } from '../../../src/wire/frames.ts';
import { say } from '../../support/wire-speaker.ts';

const name = fc.constantFrom('', 'a', 'b');
const message = fc.oneof(
  fc.string().map((sql) => say.query(sql.replaceAll('\0', ' '))),
  fc.tuple(fc.constantFrom('select 1', 'update t set a = 1'), name).map(([sql, as]) => say.parse(sql, as)),
  fc.tuple(name, name).map(([portal, as]) => say.bind(portal, as)),
  name.map(say.describe),
  fc.tuple(name, fc.nat(3)).map(([portal, rows]) => say.execute(portal, rows)),
  name.map(say.close),
  fc.constant(say.sync()),
  fc.constant(say.flush()),
  fc.string().map(say.rows),
  fc.constant(say.copyDone()),
);

function unitsOf(bytes: Buffer, sizes: readonly number[]): Unit[] {
  const reader = new UnitReader();
  const units: Unit[] = [];
  let at = 0;
  for (let index = 0; at < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1;
    // Every chunk is memory of its own, as from a socket.
    units.push(...reader.read(Buffer.from(bytes.subarray(at, at + size))));
    at += size;
  }
  return units;
}

test('chunks of any size give the same units, and the units hold every message once and in order', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 25 }), sizes, (messages, each) => {
      const bytes = Buffer.concat([...messages, say.sync(), say.terminate()]);
      const whole = unitsOf(bytes, [bytes.length]);
      expect(unitsOf(bytes, each)).toEqual(whole);
      // What was begun before a simple query is asked for by a Flush of the tool's own.
      const isFlush = (each: Buffer): boolean => each.equals(say.flush());
      const given = [...messages, say.sync(), say.terminate()].filter((each) => !isFlush(each));
      expect(whole.flatMap((unit) => unit.messages).filter((each) => !isFlush(each))).toEqual(given);
    }),
    { numRuns: 300 },
  );
});

test('bytes that are no protocol are refused, and nothing else happens', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 5 }), (chunks) => {
      const [units, frames] = [new UnitReader(), new FrameReader()];
      for (const chunk of chunks) {
        for (const reader of [units, frames]) {
          try {
            reader.read(Buffer.from(chunk));
          } catch (error) {
            expect(error).toBeInstanceOf(ProtocolError);
            return;
          }
        }
      }
      expect(chunks.length).toBeLessThanOrEqual(5);
    }),
    { numRuns: 500 },
  );
});

describe('what a unit is', () => {
  const units = (...messages: readonly Buffer[]): Unit[] => new UnitReader().read(Buffer.concat(messages));

  test('a query, the messages up to a Sync, those up to a Flush', () => {
    const kinds = units(
      say.query('select 1'),
      say.parse('select $1', 'a'),
      say.describe(),
      say.flush(),
      say.bind('', 'a'),
      say.execute(),
      say.execute('', 5),
      say.sync(),
    ).map(({ kind, text, answers, uses, parses, leavesPortal }) => ({
      kind,
      text,
      answers,
      uses: [...uses.keys()],
      parses,
      leavesPortal,
    }));
    expect(kinds).toEqual([
      { kind: 'statement', text: 'select 1', answers: 'ready', uses: [], parses: [], leavesPortal: false },
      { kind: 'preparation', text: '', answers: 2, uses: [], parses: ['a'], leavesPortal: false },
      {
        kind: 'statement',
        text: 'select $1; select $1',
        answers: 'ready',
        uses: ['a'],
        parses: [],
        leavesPortal: false,
      },
    ]);
    const [whole] = units(say.parse('select 1'), say.bind(), say.execute(), say.sync());
    expect(whole?.leavesPortal).toBe(true);
  });

  test('a statement that is no decision is one by itself, although the client does not wait for its end', () => {
    const run = (sql: string): Buffer[] => [say.parse(sql), say.bind(), say.execute()];
    const all = units(
      ...run('BEGIN'), ...run('SAVEPOINT a'), ...run('select 1'), ...run('SAVEPOINT b'), ...run('select 2'), say.sync(),
      ...run('BEGIN'), say.sync(), say.query('select 3'), ...run('BEGIN'), say.query('select 4'),
    ); // prettier-ignore
    expect(all.map(({ text, answers }) => [text, answers])).toEqual([
      ['BEGIN', 3],
      ['SAVEPOINT a', 3],
      ['select 1; SAVEPOINT b; select 2', 'ready'],
      ['BEGIN', 'ready'],
      ['select 3', 'ready'],
      ['BEGIN', 3],
      ['select 4', 'ready'],
    ]);
  });

  test('an empty statement, by which a pool asks whether its connection stands, is none', () => {
    for (const text of ['', ' ; ', '-- ping', '/* * */;'])
      expect(units(say.query(text), say.parse(text), say.bind(), say.execute(), say.sync())).toMatchObject([
        { kind: 'preparation' },
        { kind: 'preparation' },
      ]);
    expect(units(say.query('-- all\nselect 1'))).toMatchObject([{ kind: 'statement' }]);
  });

  test('rows of a COPY: by themselves, or along with their statement', () => {
    expect(
      units(say.query('copy'), say.rows('1'), say.copyDone()).map(({ kind, endsCopy }) => [kind, endsCopy]),
    ).toEqual([
      ['statement', false],
      ['rows', false],
      ['rows', true],
    ]);
    expect(
      units(say.parse('copy'), say.bind(), say.execute(), say.rows('1'), say.copyDone(), say.sync()),
    ).toMatchObject([{ kind: 'statement', endsCopy: true, text: 'copy' }]);
  });

  test('a type that no client sends is an error', () => {
    expect(() => units(frame('z'))).toThrow(ProtocolError);
  });
});
