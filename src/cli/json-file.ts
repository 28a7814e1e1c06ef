/** Results for machines: to a file, or to stdout. */
import { readFileSync } from 'node:fs';
import type { CheckResult } from '../core/result.ts';
import { toJson } from '../report/json.ts';
import { writeWhole } from './failures.ts';

export function packageVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}

/** @param to a file, or `-` for stdout */
export function writeJson(to: string, results: readonly CheckResult[], startedAt: Date): void {
  const value = toJson(results, { version: packageVersion(), startedAt: startedAt.toISOString() });
  const text = `${JSON.stringify(value, null, 2)}\n`;
  if (to === '-') process.stdout.write(text);
  else writeWhole(to, text);
}
