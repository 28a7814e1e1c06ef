/** The lines of the table of libraries in docs/libraries.md, from what the tests of this folder saw. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { CheckResult } from '../../src/index.ts';
import type { Library } from './library.ts';

export interface Finding {
  readonly library: Library;
  readonly faulty: CheckResult;
  readonly mended: CheckResult;
}

/** Exports of a package may hide its package.json, so it is looked for like a module. */
function versionOf(name: string): string {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  for (const folder of folders) {
    try {
      return JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')).version;
    } catch {
      // Not there.
    }
  }
  throw new Error(`${name} is not installed`);
}

export function linesOf(findings: readonly Finding[]): readonly (readonly string[])[] {
  const rows = findings.map(({ library, faulty, mended }) => [
    library.name,
    versionOf(library.name),
    library.shown,
    'hook',
    `${faulty.verdict} after ${faulty.coverage.schedules} schedules`,
    `${mended.verdict}, all ${mended.coverage.schedules} schedules`,
    library.trouble ?? '',
  ]);
  return [['library', 'version', 'what was run', 'path', 'read, then write', 'mended', 'to know'], ...rows];
}
