/** The nights of a project: a file with one line of JSON for each, which only grows. */
import { closeSync, fstatSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf } from '../core/fault.ts';
import { nightRate, type Night } from '../core/night.ts';
import { makeFolder, writeFault } from './write-whole.ts';

const schema = 'pg-lockstep-night';
const schemaVersion = 1;

export function nightsFile(reports: string): string {
  return join(reports, 'fuzz', 'nights.jsonl');
}

/**
 * Adds a line. Several shards may share the file, so it is not replaced; a half line that a killed process left is ended first.
 *
 * @throws Fault `cannot-write`
 */
export function appendNight(file: string, night: Night): void {
  try {
    makeFolder(dirname(file));
    const to = openSync(file, 'a+');
    try {
      const line = `${JSON.stringify({ schema, schemaVersion, ...night })}\n`;
      writeSync(to, endsInHalfALine(to) ? `\n${line}` : line);
    } finally {
      closeSync(to);
    }
  } catch (error) {
    throw writeFault(file, error);
  }
}

function endsInHalfALine(descriptor: number): boolean {
  const { size } = fstatSync(descriptor);
  const last = Buffer.alloc(1);
  return size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last.toString() !== '\n';
}

export interface NightsOnDisk {
  /** In the order of the file. */
  readonly nights: readonly Night[];
  /** Lines that cannot be read: each with its number and what is wrong. */
  readonly damaged: readonly string[];
}

/** A file that is not there has no nights. @throws Error if it cannot be read */
export function readNights(file: string): NightsOnDisk {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { nights: [], damaged: [] };
    throw error;
  }
  const nights: Night[] = [];
  const damaged: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    try {
      nights.push(nightOf(JSON.parse(line)));
    } catch (error) {
      damaged.push(`line ${index + 1}: ${messageOf(error)}`);
    }
  }
  return { nights, damaged };
}

/** Only this tool writes them, so a look at what is used is enough. */
function nightOf(value: unknown): Night {
  const { schema: found, schemaVersion: version, ...night } = value as Record<string, unknown>;
  if (found !== schema) throw new Error('it is no record of a night');
  if (version !== schemaVersion) throw new Error(`its version is ${String(version)}, not ${schemaVersion}`);
  const { startedAt, shards, races, sights } = night as unknown as Night;
  const lists = [shards, races?.new, races?.back, races?.known, races?.mended];
  const isWhole =
    !Number.isNaN(Date.parse(startedAt)) &&
    lists.every((list) => Array.isArray(list)) &&
    Number.isFinite(sights) &&
    Number.isFinite(nightRate(night as unknown as Night));
  if (!isWhole) throw new Error('a part of it is missing');
  return night as unknown as Night;
}
