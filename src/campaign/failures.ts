/** Failures on disk: one small file each, so that the next run begins with them. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { IsolationLevel } from '../core/isolation.ts';
import type { Minimality } from '../core/minimality.ts';
import type { CheckResult, Counterexample } from '../core/result.ts';
import type { OrderRule } from '../core/verdict.ts';
import { formatCounterexample } from '../report/story.ts';
import { writeWhole } from './write-whole.ts';

export interface SavedFailure {
  readonly schema: 'pg-lockstep-failure';
  readonly schemaVersion: 1;
  readonly model: string;
  /** As the user named it, relative to the working directory. */
  readonly modelFile: string;
  readonly driver: string;
  readonly isolation: IsolationLevel;
  readonly order: OrderRule;
  /** The line for `lockstep replay`. */
  readonly replay: string;
  /** When it was found, in ISO 8601. */
  readonly foundAt: string;
  readonly seed: number | string;
  readonly path?: string | undefined;
  /** The kind of violation. */
  readonly violation: string;
  readonly minimality: Minimality;
  /** The failure's text when it was found, line by line. */
  readonly story: readonly string[];
}

export interface FailureOnDisk {
  readonly file: string;
  readonly failure: SavedFailure;
}

function folderOf(reports: string): string {
  return join(reports, 'failures');
}

/**
 * Saves the failure of a result.
 *
 * @returns the file's name; undefined if the result is no failure
 * @throws Fault `cannot-write`
 */
export function saveFailure(
  reports: string,
  result: Pick<CheckResult, 'seed' | 'path' | 'counterexample'>,
  modelFile: string,
): string | undefined {
  const { counterexample, seed, path } = result;
  if (counterexample === undefined) return undefined;
  const { setting, replay, violation, minimality } = counterexample;
  const failure: SavedFailure = {
    schema: 'pg-lockstep-failure',
    schemaVersion: 1,
    model: setting.model,
    modelFile,
    driver: setting.driver,
    isolation: setting.isolation,
    order: setting.order,
    replay,
    foundAt: new Date().toISOString(),
    seed,
    path,
    violation: violation.kind,
    minimality,
    story: formatCounterexample(counterexample, { modelPath: modelFile }).split('\n'),
  };
  const file = join(folderOf(reports), nameOf(counterexample));
  writeWhole(file, `${JSON.stringify(failure, null, 2)}\n`);
  return file;
}

function nameOf({ setting, replay }: Counterexample): string {
  const hash = createHash('sha256').update(replay).digest('hex').slice(0, 8);
  const level = setting.isolation.replaceAll(' ', '-');
  return `${[setting.model.replaceAll('/', '--'), level, setting.driver, hash].join('--')}.json`;
}

/** The saved failures, without files that are something else. */
export function savedFailures(reports: string): readonly FailureOnDisk[] {
  let names: string[];
  try {
    names = readdirSync(folderOf(reports)).toSorted();
  } catch {
    return [];
  }
  return names
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const file = join(folderOf(reports), name);
      try {
        // Reading a pipe would wait for a writer.
        if (!statSync(file).isFile()) return [];
        const failure = JSON.parse(readFileSync(file, 'utf8')) as SavedFailure;
        const known = failure.schema === 'pg-lockstep-failure' && failure.schemaVersion === 1;
        return known ? [{ file, failure }] : [];
      } catch {
        return [];
      }
    });
}

/** Whether it could be removed. */
export function removeFailure(file: string): boolean {
  try {
    rmSync(file, { force: true });
    return true;
  } catch {
    return false;
  }
}
