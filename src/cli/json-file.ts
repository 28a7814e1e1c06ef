/** Results as JSON text. */
import { readFileSync } from 'node:fs';
import type { CheckResult } from '../core/result.ts';
import { toJson } from '../report/json.ts';

export function packageVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}

/** @param startedAt in ISO 8601 */
export function jsonText(results: readonly CheckResult[], startedAt: string): string {
  return `${JSON.stringify(toJson(results, { version: packageVersion(), startedAt }), null, 2)}\n`;
}
