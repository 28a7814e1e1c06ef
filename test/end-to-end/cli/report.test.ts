/** `lockstep report`, and reports that `check` writes: each format from the same results, and what does not fit. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Log } from 'sarif';
import { beforeAll, describe, expect, test } from 'vitest';
import { fromJson, toJson } from '../../../src/report/json.ts';
import { emptyFolder, fixture, lockstep, type Ended } from './lockstep.ts';

const formats = ['json', 'html', 'markdown', 'junit', 'sarif', 'github'] as const;
const file = (folder: string, format: string): string => join(folder, `results.${format}`);
let folder: string;
let checked: Ended;

beforeAll(async () => {
  folder = emptyFolder();
  checked = await lockstep(
    ['check', 'bank.ts', '--seed', 'test', '--sessions', '2', '--operations', '1', '--runs', '3'].concat(
      ['--reports', join(folder, 'reports')],
      formats.flatMap((format) => [`--${format}`, file(folder, format)]),
    ),
    { cwd: dirname(fixture('bank.ts')) },
  );
});

const report = (...args: readonly string[]): Promise<Ended> =>
  lockstep(['report', file(folder, 'json'), ...args], { cwd: folder });
const written = (name: string): string => readFileSync(join(folder, name), 'utf8');

describe('check writes every format at once', () => {
  test('and says what it says without them', () => {
    expect(checked.code).toBe(1);
    expect(checked.stdout).toContain('VIOLATION');
    expect(readdirSync(folder).filter((name) => name.startsWith('results.'))).toHaveLength(formats.length);
  });

  test('the places are the lines of the code under test that sent the statements', () => {
    const lines = readFileSync(fixture('bank.ts'), 'utf8').split('\n');
    const lineOf = (text: string): number => lines.findIndex((line) => line.includes(text)) + 1;
    const [select, update] = [lineOf('select balance'), lineOf('set balance = $1')];
    const { results } = fromJson(JSON.parse(written('results.json')));
    const race = results.find(({ counterexample }) => counterexample !== undefined)?.counterexample;
    const places = race?.locations?.map((place) => [place.file, place.line]);
    expect(places?.toSorted()).toEqual([select, select, update, update].map((line) => ['bank.ts', line]));

    const [result] = (JSON.parse(written('results.sarif')) as Log).runs[0]?.results ?? [];
    expect(result?.locations?.[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'bank.ts' },
      region: { startLine: update },
    });
    expect(written('results.github')).toMatch(new RegExp(`^::error file=bank\\.ts,line=${update},title=`));
  });

  test('only one of them can go to stdout, where the words then go to stderr', async () => {
    const { code, stderr } = await lockstep(['check', fixture('bank.ts'), '--json', '-', '--junit', '-']);
    expect(stderr).toContain('only one report can go to stdout, not json and junit');
    expect(code).toBe(2);
    const args = [
      '--variant',
      'faulty',
      '--runs',
      '2',
      '--sessions',
      '2',
      '--operations',
      '1',
      '--github',
      '-',
    ];
    const ended = await lockstep(['check', fixture('bank.ts'), ...args], { cwd: folder });
    expect(ended.stdout).toMatch(/^::error [^\n]*\n$/);
    expect(ended.stderr).toContain('VIOLATION');
  });

  test('a file that cannot be written is said in words', async () => {
    writeFileSync(join(folder, 'a-file'), '');
    const { code, stderr } = await report('--format', 'html', '--output', 'a-file/report.html');
    expect(stderr).toMatch(/^error: cannot write a-file\/report\.html\nDETAIL: /);
    expect(code).toBe(2);
  });
});

describe('report', () => {
  test.each(formats)('%s: what check wrote', async (format) => {
    const { code, stdout, stderr } = await report('--format', format);
    const comparable = (text: string): string =>
      text.replaceAll('file=bank.ts,', '').replaceAll(/"(?:text|story)": ".*"/g, '');
    expect(comparable(stdout)).toBe(comparable(written(`results.${format}`)));
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  test('the story is the default, on stdout or in a file', async () => {
    const { code, stdout } = await report();
    expect(stdout).toContain('VIOLATION  lost update (P4) in bank/faulty');
    expect(stdout).toContain('HOLDS  bank/mended');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('1 held, 1 violated, 0 without a verdict');
    expect(code).toBe(0);
    const ended = await report('--output', 'out/story.txt');
    expect(ended.stdout).toBe('written to out/story.txt\n');
    expect(written('out/story.txt')).toBe(stdout);
  });

  test('one race: as a picture, or in any other format', async () => {
    const { code, stdout } = await report('--format', 'svg');
    expect(stdout).toMatch(/^<\?xml[^]*<svg [^]*deposit\(\)[^]*<\/svg>\n$/);
    expect(code).toBe(0);
    const one = await report('--race', '1');
    expect(one.stdout).not.toContain('HOLDS');
    const none = await report('--race', '2');
    expect(none.stderr).toMatch(
      /^error: there is no race 2 in .*\nDETAIL: it has 1 race: 1 bank\/faulty .*\n$/,
    );
    expect(none.code).toBe(2);
  });

  test('where nothing was found there is no picture, and it says what there is', async () => {
    const { results, ...meta } = fromJson(JSON.parse(written('results.json')));
    const held = results.filter(({ verdict }) => verdict === 'holds');
    writeFileSync(join(folder, 'held.json'), JSON.stringify(toJson(held, meta)));
    const { code, stdout, stderr } = await lockstep(['report', 'held.json', '--format', 'svg'], {
      cwd: folder,
    });
    expect(stderr).toBe(
      'error: there is no race in held.json\nDETAIL: 1 held, 0 violated, 0 without a verdict\n' +
        'HINT: lockstep report shows what held, too: as html, markdown or junit\n',
    );
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('--open on a machine without a display says what to do, and the page is there', async () => {
    const { code, stdout, stderr } = await lockstep(['report', file(folder, 'json'), '--open'], {
      cwd: folder,
      env: { DISPLAY: '', WAYLAND_DISPLAY: '', WSL_DISTRO_NAME: '' },
    });
    const [, page = ''] = /^written to (.*report\.html)\n$/.exec(stdout) ?? [];
    expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>/);
    // It is left for the browser, however long that takes.
    rmSync(dirname(page), { recursive: true });
    if (process.platform === 'linux') {
      expect(stderr).toBe(
        `no browser was opened (there is no display): open ${page} in one; it needs no network\n`,
      );
    }
    expect(code).toBe(0);
  });

  test.each<[string, readonly string[], RegExp]>([
    [
      'no such file',
      ['nowhere.json'],
      /^error: cannot read nowhere\.json\nDETAIL: .*\nHINT: name a file that/,
    ],
    ['no JSON', ['notes.txt'], /^error: notes\.txt is not JSON\nDETAIL: .*\nHINT: name a file that/],
    [
      'another file',
      ['other.json'],
      /DETAIL: its "schema" is not "pg-lockstep-results"\nHINT: results are what/,
    ],
    [
      'another version',
      ['newer.json'],
      /DETAIL: its schemaVersion is 2, this release reads 1\nHINT: .*write them again/,
    ],
    [
      'a saved failure',
      ['failure.json'],
      /is a saved failure, which holds no history\nHINT: name a file that/,
    ],
    [
      'an unknown format',
      ['results.json', '--format', 'pdf'],
      /^error: --format takes story, svg, json, .*, not "pdf"/,
    ],
    ['race 0', ['results.json', '--race', '0'], /^error: --race takes a whole number from 1, not "0"/],
    [
      'opening what is no page',
      ['results.json', '--open', '--format', 'junit'],
      /^error: --open shows html, not junit/,
    ],
    [
      'opening stdout',
      ['results.json', '--open', '--output', '-'],
      /^error: --open needs a file, not stdout/,
    ],
    ['no file', [], /missing required argument 'results'/],
  ])('%s: exit code 2 and a plain message', async (_, args, message) => {
    mkdirSync(join(folder, 'bad'), { recursive: true });
    const put = (name: string, text: string): void => writeFileSync(join(folder, 'bad', name), text);
    const results = written('results.json');
    put('results.json', results);
    put('notes.txt', 'notes');
    put('other.json', '{}');
    put('newer.json', results.replace('"schemaVersion": 1', '"schemaVersion": 2'));
    const [failure = ''] = readdirSync(join(folder, 'reports/failures'));
    put('failure.json', written(join('reports/failures', failure)));
    const { code, stdout, stderr } = await lockstep(['report', ...args], { cwd: join(folder, 'bad') });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});
