/** The main job on two small models: the table, the stories, what is written, and the exit codes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fromJson } from '../../../src/report/json.ts';
import { emptyFolder, failuresIn, fixture, lockstep } from './lockstep.ts';

test('a verdict that is not as declared is marked, and the exit code is 1', async () => {
  const cwd = emptyFolder();
  const { code, stdout } = await lockstep(['main', fixture('declared.ts'), '--time', '5s'], { cwd });
  expect(stdout).toMatch(
    /^The first race, found after [\d.]+ s:\n\nVIOLATION {2}lost update \(P4\) in bank\/faulty/,
  );
  const rows = stdout.split('\n').filter((line) => /^(?:bank)? +(?:faulty|mended) /.test(line));
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatch(/faulty +reported +(?:VIOLATED after \d+ *){4}$/);
  expect(rows[1]).toMatch(
    /mended +tempting +(?:holds [\d,]+(?:\/all)? +){4}NOT AS DECLARED at serializable: violated$/,
  );
  expect(stdout).toContain('1 not as the models declare');
  expect(stdout).toContain('elsewhere  serializable: violated too');
  expect(code).toBe(1);

  const report = readFileSync(join(cwd, 'reports/main.txt'), 'utf8');
  expect(stdout).toContain(report.trimEnd());
  const { results } = fromJson(JSON.parse(readFileSync(join(cwd, 'reports/main.json'), 'utf8')));
  expect(results).toHaveLength(8);
  const page = readFileSync(join(cwd, 'reports/main.html'), 'utf8');
  expect(page.split('<section class="race"')).toHaveLength(5);
  expect(page).toContain(`lockstep replay ${fixture('declared.ts')} v1:`);
  expect(failuresIn(cwd)).toHaveLength(4);
});

test('where all is as declared it is 0', async () => {
  const { code, stdout } = await lockstep([
    'main',
    fixture('declared.ts'),
    '--variant',
    'faulty',
    '--time',
    '5s',
  ]);
  expect(stdout).toContain('every verdict is as the models declare');
  expect(code).toBe(0);
});
