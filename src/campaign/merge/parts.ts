/** The parts that shards left in folders: their states, corpora, results and nights. Files are only read, never moved. */
import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Fault, messageOf } from '../../core/fault.ts';
import type { Night } from '../../core/night.ts';
import type { CheckResult } from '../../core/result.ts';
import { fromJson } from '../../report/json.ts';
import { Corpus, type DamagedFile } from '../corpus/corpus.ts';
import { parseState, type CampaignState } from '../fuzz/state.ts';
import { readNights } from '../nights.ts';

/** Content with the file or folder that it comes from. */
export interface From<T> {
  readonly from: string;
  readonly content: T;
}

export interface Parts {
  readonly states: readonly From<CampaignState>[];
  readonly corpora: readonly From<Corpus>[];
  readonly results: readonly From<{
    readonly startedAt: string;
    readonly results: readonly CheckResult[];
  }>[];
  readonly nights: readonly From<readonly Night[]>[];
  readonly damaged: readonly DamagedFile[];
}

/** No folder of shards has more entries than this; / has. */
const mostEntries = 200_000;

/**
 * Looks through folders and those below them, but not into `node_modules` and folders that begin with a dot. A file may be
 * named, too. A file that cannot be used is listed as damaged, and the others are read all the same.
 *
 * @throws Fault `no-such-file`, `too-many-files`, `bad-corpus`
 */
export function partsIn(places: readonly string[]): Parts {
  const files = [...new Set(places.flatMap(filesIn))].toSorted();
  const damaged: DamagedFile[] = [];
  const readAll = <T>(
    fitting: readonly string[],
    read: (file: string) => T | undefined,
  ): readonly From<T>[] =>
    fitting.flatMap((from) => {
      try {
        const content = read(from);
        return content === undefined ? [] : [{ from, content }];
      } catch (error) {
        const detail = error instanceof Fault ? error.detail : undefined;
        damaged.push({ file: from, why: detail ?? messageOf(error) });
        return [];
      }
    });
  const inFuzz = (name: RegExp): readonly string[] =>
    files.filter((file) => name.test(basename(file)) && basename(dirname(file)) === 'fuzz');
  const states = readAll(inFuzz(/^state(?:-\d+-of-\d+)?\.json$/), (file) =>
    parseState(readFileSync(file, 'utf8')),
  );
  const nights = readAll(inFuzz(/^nights\.jsonl$/), (file) => {
    const found = readNights(file);
    for (const why of found.damaged) damaged.push({ file, why });
    return found.nights;
  });
  const results = readAll(files.filter(isResults), (file) =>
    fromJson(JSON.parse(readFileSync(file, 'utf8'))),
  );
  const races = files.filter((file) => file.endsWith('.race'));
  const folders = [...new Set(races.map((file) => dirname(dirname(file))))].toSorted();
  const corpora = folders.map((from) => ({ from, content: Corpus.open(from) }));
  for (const { content } of corpora) damaged.push(...content.damaged);
  return { states, corpora, results, nights, damaged };
}

function filesIn(place: string): readonly string[] {
  const found = statSync(place, { throwIfNoEntry: false });
  if (found === undefined) {
    throw new Fault(`cannot find ${place}`, {
      code: 'no-such-file',
      kind: 'usage',
      detail: 'the file or folder does not exist',
      hint: 'name the folders that the shards left: their reports and corpora',
    });
  }
  return found.isDirectory() ? below(place, { entries: 0 }) : [place];
}

function below(folder: string, seen: { entries: number }): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  seen.entries += entries.length;
  if (seen.entries > mostEntries) {
    throw new Fault('too many files to look through', {
      code: 'too-many-files',
      kind: 'usage',
      detail: `more than ${mostEntries} entries, the last in ${folder}`,
      hint: 'name the folders that the shards left, and not one that holds everything',
    });
  }
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isFile()) return [path];
    const skipped = entry.name === 'node_modules' || entry.name.startsWith('.');
    return entry.isDirectory() && !skipped ? below(path, seen) : [];
  });
}

/** Other JSON files may lie there, too: the first lines say what one is, even if the rest is missing. */
function isResults(file: string): boolean {
  if (!file.endsWith('.json')) return false;
  const head = Buffer.alloc(200);
  const from = openSync(resolve(file), 'r');
  try {
    const length = readSync(from, head, 0, head.length, 0);
    return /"schema":\s*"pg-lockstep-results"/.test(head.toString('utf8', 0, length));
  } finally {
    closeSync(from);
  }
}
