/** The parts that shards left in folders: their states, corpora, results and nights. Files are only read, never moved. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Night } from '../../core/night.ts';
import type { CheckResult } from '../../core/result.ts';
import { fromJson } from '../../report/json.ts';
import { Corpus, type DamagedFile } from '../corpus/corpus.ts';
import { parseState, type CampaignState } from '../fuzz/state.ts';
import { filesBelow, inFuzz, names, readEach, type From } from '../left-files.ts';
import { readNights } from '../nights.ts';

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

/**
 * Looks through these places. A file that cannot be used is listed as damaged, and the others are read all the same.
 *
 * @throws Fault `no-such-file`, `too-many-files`, `bad-corpus`
 */
export function partsIn(places: readonly string[]): Parts {
  const files = filesBelow(places);
  const damaged: DamagedFile[] = [];
  const readAll = <T>(fitting: readonly string[], read: (file: string) => T): readonly From<T>[] =>
    readEach(fitting, read, damaged);
  const states = readAll(inFuzz(files, names.state), (file) => parseState(readFileSync(file, 'utf8')));
  const nights = readAll(inFuzz(files, names.nights), (file) => {
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
