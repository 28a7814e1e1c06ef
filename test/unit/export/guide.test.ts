/** The part of a script that the guide shows is what is exported. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { exportTable } from '../../../src/cli/export-command.ts';
import { flagOf } from '../../../src/cli/options/option.ts';
import { exportPsql } from '../../../src/export/psql.ts';
import { blocksOf } from '../../docs/blocks.ts';
import { lostUpdate } from '../report/build.ts';

const root = new URL('../../../', import.meta.url);

test('the script in docs/exports.md', () => {
  const block = blocksOf('docs/exports.md', root).find(({ info }) =>
    info['not-run']?.startsWith('a part of the file'),
  );
  expect(block?.text).toContain('step 3 s1');
  expect(exportPsql(lostUpdate, '')).toContain(block?.text);
});

test('the guide tells of every option', () => {
  const page = readFileSync(new URL('docs/exports.md', root), 'utf8');
  const options = Object.keys(exportTable).map((name) => flagOf(name));
  expect(options).toHaveLength(4);
  for (const option of options) expect(page).toContain(`\`${option}\``);
});
