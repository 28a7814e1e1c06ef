/** A race file is read back as it was written, and a damaged one says what is wrong. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { raceFileText, readRaceFile } from '../../../../src/campaign/corpus/race-file.ts';
import { entries, entryWith } from './entries.ts';

test('any entry is read back as it was written, also with the line ends of Windows', () => {
  fc.assert(
    fc.property(entries, fc.boolean(), (entry, windows) => {
      const text = raceFileText(entry);
      expect(readRaceFile(windows ? text.replaceAll('\n', '\r\n') : text)).toEqual(entry);
    }),
  );
});

test('the text', () => {
  const state = { kind: 'retired', seen: '2026-12-01T00:00:00.000Z', reason: 'bank has no deposit' } as const;
  const { found } = entryWith();
  const entry = entryWith({ tables: [] }, { state, found: { ...found, seed: 'nightly 1' } });
  expect(raceFileText(entry)).toBe(`pg-lockstep race v1
title: lost update (P4): deposit and deposit
model: bank/faulty
engine: postgres
level: read committed
kind: not-serializable
anomaly: P4
operation: deposit
operation: deposit
statement: select balance from accounts
statement: update accounts set balance = ?
state: retired
seen: 2026-12-01T00:00:00.000Z
reason: bank has no deposit
found: 2026-11-30T01:02:03.000Z
found-on: postgres 18.4
found-seed: "nightly 1"
found-after: 12
replay: v1:abc.12345678

# VIOLATION  lost update (P4)
#
#       s1 deposit(1)
`);
});

describe('a damaged file says what is wrong', () => {
  const whole = raceFileText(entryWith());
  const change = (from: string | RegExp, to: string) => whole.replace(from, to);
  test.each([
    ['', 'its first line is not "pg-lockstep race v1"'],
    ['\0\0', 'its first line is not "pg-lockstep race v1"'],
    [change('race v1', 'race v2'), 'its first line is not "pg-lockstep race v1"'],
    [change(/replay: .*\n/, ''), 'it has no "replay"'],
    [change(/replay: .*[^]*/, ''), 'it has no "replay"'],
    [change('state: fails', '<<<<<<< HEAD\nstate: fails'), 'no "key: value"'],
    [change('state: fails', 'state: fails\nstate: fails'), 'it has "state" 2 times'],
    [change('state: fails', 'state: asleep'), 'its "state" is none of fails, regression, retired'],
    [change('state: fails', 'state: retired'), 'it has no "reason"'],
    [change('level: read committed', 'level: chaos'), 'its "level" is none of'],
    [change('kind: not-serializable', 'kind: toString'), 'its "kind" is none of'],
    [change(/seen: .*/, 'seen: yesterday'), 'its "seen" is no date'],
    [change('found-after: 12', 'found-after: 1e99'), 'no whole number'],
    [change('found-seed: 7', 'found-seed: null'), 'is no seed'],
    [change('found-seed: 7', 'found-seed: {'), 'it has the value {'],
    [change(/statement: up.*\n/, ''), 'it has a "statement", but not two'],
    [change('title: lost', 'title: "lost'), 'it has the value "lost'],
    [change('replay:', 'weight: 3\nreplay:'), 'it has a "weight", which this release does not know'],
    // A regression that keeps a reason was edited by hand, and only half of it.
    [change('replay:', 'reason: gone\nreplay:'), 'it has a "reason"'],
  ])('%#', (text, why) => {
    expect(() => readRaceFile(text)).toThrow(why);
  });

  test('every cut of a file is noticed, or only shortens the story', () => {
    const end = whole.indexOf('\n# ');
    for (let at = 0; at < end - 1; at += 1) {
      const cut = whole.slice(0, at);
      let read;
      try {
        read = readRaceFile(cut);
      } catch {
        continue;
      }
      // The replay line comes last, and has a checksum of its own.
      expect(cut).toContain('\nreplay: v');
      expect(read.id).toBe(entryWith().id);
    }
  });
});
