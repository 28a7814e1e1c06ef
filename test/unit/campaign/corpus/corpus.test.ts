/** A corpus on disk: damaged files, other processes, processes that are killed. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Corpus, fileOf } from '../../../../src/campaign/corpus/corpus.ts';
import { raceFileText } from '../../../../src/campaign/corpus/race-file.ts';
import { entryWith } from './entries.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-corpus-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const [one, other] = [entryWith(), entryWith({ isolation: 'serializable' })]; // prettier-ignore
const idsOf = (corpus: Corpus) => corpus.entries.map(({ id }) => id);

test('a folder that does not exist is an empty corpus; opening makes nothing', () => {
  const corpus = Corpus.open(join(folder, 'corpus'));
  expect(corpus.entries).toEqual([]);
  expect(corpus.damaged).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});

test('what is added, updated and removed is on disk at once', () => {
  const corpus = Corpus.open(folder);
  corpus.add(one);
  corpus.add(other);
  expect(readdirSync(join(folder, 'bank--faulty'))).toEqual([`${one.id}.race`, `${other.id}.race`].sort());
  expect(Corpus.open(folder).entries).toEqual(corpus.entries);
  expect(corpus.has(one.id)).toBe(true);
  const passing = { ...one, state: { kind: 'regression', seen: '2026-12-02T00:00:00.000Z' } } as const;
  corpus.update(passing);
  expect(Corpus.open(folder).entries).toContainEqual(passing);
  corpus.remove(one.id);
  corpus.remove('unknown');
  expect(corpus.has(one.id)).toBe(false);
  expect(idsOf(Corpus.open(folder))).toEqual([other.id]);
});

test('of two processes that add the same race, the first one stays', () => {
  const [first, second] = [Corpus.open(folder), Corpus.open(folder)];
  first.add(one);
  second.add({ ...one, replay: 'v1:other.00000000' });
  expect(second.entries).toEqual([one]);
  expect(Corpus.open(folder).entries).toEqual([one]);
});

test('a model whose name is dots stays inside the folder', () => {
  for (const model of ['.', '..', '../..']) {
    const entry = entryWith({ model });
    expect(dirname(dirname(fileOf(folder, entry)))).toBe(folder);
    Corpus.open(folder).add(entry);
  }
  expect(Corpus.open(folder).entries).toHaveLength(3);
  expect(readdirSync(dirname(folder)).filter((name) => name.endsWith('.race'))).toEqual([]);
});

describe('a file that cannot be used', () => {
  const write = (name: string, text: string): string => {
    const file = join(folder, 'bank--faulty', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };

  test('is listed and left alone, and the others are read', () => {
    Corpus.open(folder).add(one);
    const texts = ['', raceFileText(other).slice(0, 200), `<<<<<<< HEAD\n${raceFileText(other)}`];
    const files = texts.map((text, index) => write(`${index}000000000.race`, text));
    const corpus = Corpus.open(folder);
    expect(corpus.entries).toEqual([one]);
    expect(corpus.damaged.map(({ file }) => file)).toEqual(files);
    expect(files.map((file) => readFileSync(file, 'utf8'))).toEqual(texts);
  });

  test('is one whose facts were changed, or that was moved: its name is its key', () => {
    write(`${one.id}.race`, raceFileText(one).replace('anomaly: P4', 'anomaly: G2'));
    const moved = join(folder, 'elsewhere', `${other.id}.race`);
    mkdirSync(dirname(moved));
    writeFileSync(moved, raceFileText(other));
    const { damaged, entries } = Corpus.open(folder);
    expect(entries).toEqual([]);
    expect(damaged.map(({ why }) => why)).toEqual([
      expect.stringContaining('was changed or moved'),
      expect.stringContaining(fileOf(folder, other)),
    ]);
  });

  test('is one that is too large, a folder, or a link that leads nowhere', () => {
    write('1.race', raceFileText(one) + '# \n'.repeat(400_000));
    mkdirSync(join(folder, 'bank--faulty', '2.race'));
    symlinkSync('/nowhere', join(folder, 'bank--faulty', '3.race'));
    expect(Corpus.open(folder).damaged.map(({ why }) => why)).toEqual([
      'it has more than 1000000 bytes',
      'it is no plain file',
      expect.stringContaining('ENOENT'),
    ]);
  });

  test('is put aside when its race is found again', () => {
    const text = `<<<<<<< HEAD\n${raceFileText(one)}`;
    const file = write(`${one.id}.race`, text);
    const corpus = Corpus.open(folder);
    corpus.add(one);
    expect(Corpus.open(folder).entries).toEqual([one]);
    const [aside = ''] = readdirSync(dirname(file)).filter((name) => name.endsWith('.damaged'));
    expect(readFileSync(join(dirname(file), aside), 'utf8')).toBe(text);
  });

  test('a corpus that is a file is a fault', () => {
    const file = write('a', '');
    expect(() => Corpus.open(file)).toThrow(`cannot read the corpus ${file}`);
  });

  test('a race that could not be written is not in the corpus', () => {
    writeFileSync(join(folder, 'bank--faulty'), '');
    const corpus = Corpus.open(folder);
    expect(() => corpus.add(one)).toThrow(/^cannot write/);
    expect(corpus.has(one.id)).toBe(false);
  });
});

describe('a process that was killed in mid-write leaves a draft', () => {
  const draft = () => join(folder, 'bank--faulty', `${other.id}.race.0123456789ab.tmp`);
  beforeEach(() => {
    Corpus.open(folder).add(one);
    writeFileSync(draft(), raceFileText(other).slice(0, 100));
  });

  test('which is no entry, and stays as long as its process may be alive', () => {
    const { entries, damaged } = Corpus.open(folder);
    expect([entries, damaged]).toEqual([[one], []]);
    expect(readdirSync(join(folder, 'bank--faulty'))).toHaveLength(2);
  });

  test('which is removed when it is old', () => {
    utimesSync(draft(), new Date(0), new Date(0));
    Corpus.open(folder);
    expect(readdirSync(join(folder, 'bank--faulty'))).toEqual([`${one.id}.race`]);
  });
});

/** A process that adds races for ever, and says of each that it is there; killed after it has said this many. */
function adder(): (lines: number) => Promise<readonly string[]> {
  const url = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
  const program = `
    import { Corpus } from ${url('../../../../src/campaign/corpus/corpus.ts')};
    import { entryWith } from ${url('./entries.ts')};
    const corpus = Corpus.open(${JSON.stringify(folder)});
    for (let number = 0; ; number += 1) {
      const entry = entryWith({ operations: ['deposit', String(number)] });
      corpus.add(entry);
      process.stdout.write(entry.id + '\\n');
    }`;
  const root = fileURLToPath(new URL('../../../../', import.meta.url));
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '-C', 'pg-lockstep-source', '--input-type=module', '-e', program],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const closed = new Promise((done) => child.once('close', done));
  return async (lines) => {
    const said: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      said.push(line);
      if (said.length === lines) child.kill('SIGKILL');
    }
    await closed;
    return said.filter((line) => /^[0-9a-f]{10}$/.test(line));
  };
}

test('two processes that add the same races at once, and are killed while they do, lose nothing that they said', async () => {
  const said = (await Promise.all([adder()(60), adder()(45)])).flat();
  expect(said.length).toBeGreaterThanOrEqual(105);
  const { entries, damaged } = Corpus.open(folder);
  expect(damaged).toEqual([]);
  const ids = new Set(entries.map(({ id }) => id));
  expect(said.filter((id) => !ids.has(id))).toEqual([]);
});
