/**
 * A corpus is a folder of race files, made to be committed: one for each race that was ever found, in a folder for its
 * model. Every change is on disk before the call returns, and a killed process leaves no half of a file.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Fault, messageOf } from '../../core/fault.ts';
import { writeWhole } from '../write-whole.ts';
import type { CorpusEntry } from './entry.ts';
import { raceFileText, readRaceFile } from './race-file.ts';

/** A file that cannot be used; it is left as it is. */
export interface DamagedFile {
  readonly file: string;
  readonly why: string;
  /** What is in it, if it only lies in the wrong place: it was moved, or edited. */
  readonly entry?: CorpusEntry;
}

const extension = '.race';
/** A race file has some thousand characters. */
const maxBytes = 1_000_000;
/** Nobody writes a draft for that long: a process that was killed left it. */
const draftLifeMs = 3_600_000;

export class Corpus {
  readonly folder: string;
  readonly damaged: readonly DamagedFile[];
  readonly #entries = new Map<string, CorpusEntry>();

  private constructor(folder: string, found: readonly CorpusEntry[], damaged: readonly DamagedFile[]) {
    this.folder = folder;
    this.damaged = damaged;
    for (const entry of found) this.#entries.set(entry.id, entry);
  }

  /**
   * Reads a folder; one that does not exist is an empty corpus. A file that cannot be used is listed as damaged, and the
   * others are read all the same.
   *
   * @throws Fault `bad-corpus` if the folder is none or cannot be read
   */
  static open(folder: string): Corpus {
    const found: CorpusEntry[] = [];
    const damaged: DamagedFile[] = [];
    for (const file of filesIn(folder)) {
      if (isLeftover(file)) removeIfPossible(file);
      if (!file.endsWith(extension)) continue;
      try {
        const entry = read(file);
        const place = fileOf(folder, entry);
        if (place === file) found.push(entry);
        else damaged.push({ file, entry, why: `its content belongs in ${place}: it was changed or moved` });
      } catch (error) {
        damaged.push({ file, why: messageOf(error) });
      }
    }
    return new Corpus(folder, found, damaged);
  }

  /** By model, and in each model by id. */
  get entries(): readonly CorpusEntry[] {
    const key = ({ identity, id }: CorpusEntry): string => `${identity.model}\n${id}`;
    return [...this.#entries.values()].toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
  }

  /** Whether it is here, and not retired: a retired race that is found again is news. */
  has(id: string): boolean {
    return isKept(this.#entries.get(id));
  }

  /**
   * Keeps a race that is not yet here, or was retired. If another process has added it meanwhile, its entry stays.
   *
   * @throws Fault `cannot-write`
   */
  add(entry: CorpusEntry): void {
    if (this.has(entry.id)) return;
    const file = fileOf(this.folder, entry);
    const older = this.#onDisk(file);
    const kept = isKept(older) ? older : entry;
    if (kept === entry) writeWhole(file, raceFileText(entry));
    this.#entries.set(entry.id, kept);
  }

  /**
   * Replaces the entry of the same id.
   *
   * @throws Fault `cannot-write`
   */
  update(entry: CorpusEntry): void {
    writeWhole(fileOf(this.folder, entry), raceFileText(entry));
    this.#entries.set(entry.id, entry);
  }

  /** Removes an entry with its file. @throws Fault `cannot-write` */
  remove(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.removeFile(fileOf(this.folder, entry));
    this.#entries.delete(id);
  }

  /** Removes a file of the folder that is no entry's. @throws Fault `cannot-write` */
  removeFile(file: string): void {
    try {
      rmSync(file, { force: true });
    } catch (error) {
      throw new Fault(`cannot remove ${file}`, {
        code: 'cannot-write',
        kind: 'usage',
        detail: messageOf(error),
      });
    }
  }

  /** An entry that another process has added; a damaged file is put aside, since the race was found again. */
  #onDisk(file: string): CorpusEntry | undefined {
    if (!existsSync(file)) return undefined;
    try {
      const entry = read(file);
      if (fileOf(this.folder, entry) === file) return entry;
    } catch {
      // It is put aside.
    }
    try {
      renameSync(file, `${file}.${randomBytes(4).toString('hex')}.damaged`);
    } catch (error) {
      throw new Fault(`cannot put ${file} aside`, {
        code: 'cannot-write',
        kind: 'usage',
        detail: messageOf(error),
      });
    }
    return undefined;
  }
}

function isKept(entry: CorpusEntry | undefined): entry is CorpusEntry {
  return entry !== undefined && entry.state.kind !== 'retired';
}

/** The file of an entry. A model's name may hold dots, but must not lead out of the folder. */
export function fileOf(folder: string, { identity, id }: Pick<CorpusEntry, 'identity' | 'id'>): string {
  const models = identity.model.replaceAll('/', '--').replace(/^\.+$/, '_');
  return join(folder, models, `${id}${extension}`);
}

function read(file: string): CorpusEntry {
  const found = statSync(file);
  // Reading a pipe would wait for a writer.
  if (!found.isFile()) throw new Error('it is no plain file');
  if (found.size > maxBytes) throw new Error(`it has more than ${maxBytes} bytes`);
  return readRaceFile(readFileSync(file, 'utf8'));
}

function isLeftover(file: string): boolean {
  if (!/\.race\.[0-9a-f]+\.tmp$/.test(file)) return false;
  const found = statSync(file, { throwIfNoEntry: false });
  return found !== undefined && found.mtimeMs < Date.now() - draftLifeMs;
}

/** A corpus that may only be read is read all the same. */
function removeIfPossible(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // The next process that may write there removes it.
  }
}

/** Those in the folders of models, in a fixed order. */
function filesIn(folder: string): readonly string[] {
  try {
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) => readdirSync(join(folder, name)).map((file) => join(folder, name, file)))
      .toSorted();
  } catch (error) {
    throw new Fault(`cannot read the corpus ${folder}`, {
      code: 'bad-corpus',
      kind: 'usage',
      detail: messageOf(error),
      hint: 'a corpus is a folder that lockstep fuzz makes',
    });
  }
}
