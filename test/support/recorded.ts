/** Counterexamples that `test/fixtures/record.ts` recorded from real executions. */
import { readdirSync, readFileSync } from 'node:fs';
import type { CheckResult, Counterexample } from '../../src/core/result.ts';
import { fromJson } from '../../src/report/json.ts';

const folder = new URL('../fixtures/recorded/', import.meta.url);

function resultIn(file: string): CheckResult {
  const [result] = fromJson(JSON.parse(readFileSync(new URL(file, folder), 'utf8'))).results;
  if (result?.counterexample === undefined) throw new Error(`${file} holds no counterexample`);
  return result;
}

/** By name. */
export const recorded: Readonly<Record<string, Counterexample>> = Object.fromEntries(
  readdirSync(folder).map((file) => [
    file.replace('.json', ''),
    resultIn(file).counterexample as Counterexample,
  ]),
);
