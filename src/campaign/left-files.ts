/** The files that campaigns left in folders. They are only read, never moved. */
import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Fault, messageOf } from '../core/fault.ts';
import type { DamagedFile } from './corpus/corpus.ts';
import { countEntries } from './find-files.ts';

/** Content with the file or folder that it comes from. */
export interface From<T> {
  readonly from: string;
  readonly content: T;
}

/**
 * The files in folders and those below them, each once and in a fixed order; not those in `node_modules` and in folders that
 * begin with a dot. A file may be named, too.
 *
 * @throws Fault `no-such-file`, `too-many-files`
 */
export function filesBelow(places: readonly string[]): readonly string[] {
  return [...new Set(places.flatMap(filesAt))].toSorted();
}

/** The names of a campaign's files in its folder `fuzz`. */
export const names: Readonly<Record<'state' | 'joined' | 'nights', RegExp>> = {
  state: /^state(?:-\d+-of-\d+)?\.json$/,
  joined: /^joined\.json$/,
  nights: /^nights\.jsonl$/,
};

/** Those with such a name, in a folder `fuzz`. */
export function inFuzz(files: readonly string[], name: RegExp): readonly string[] {
  return files.filter((file) => name.test(basename(file)) && basename(dirname(file)) === 'fuzz');
}

/** @param damaged takes the files that cannot be used */
export function readEach<T>(
  files: readonly string[],
  read: (file: string) => T,
  damaged: DamagedFile[],
): readonly From<T>[] {
  return files.flatMap((from) => {
    try {
      return [{ from, content: read(from) }];
    } catch (error) {
      const detail = error instanceof Fault ? error.detail : undefined;
      damaged.push({ file: from, why: detail ?? messageOf(error) });
      return [];
    }
  });
}

function filesAt(place: string): readonly string[] {
  const found = statSync(place, { throwIfNoEntry: false });
  if (found === undefined) {
    throw new Fault(`cannot find ${place}`, {
      code: 'no-such-file',
      kind: 'usage',
      detail: 'the file or folder does not exist',
      hint: 'name folders that lockstep fuzz left: its reports and its corpus',
    });
  }
  return found.isDirectory() ? below(place, { entries: 0 }) : [place];
}

function below(folder: string, seen: { entries: number }): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  const hint = 'name the folders that lockstep fuzz left, and not one that holds everything';
  countEntries(seen, entries.length, folder, hint);
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isFile()) return [path];
    const skipped = entry.name === 'node_modules' || entry.name.startsWith('.');
    return entry.isDirectory() && !skipped ? below(path, seen) : [];
  });
}
