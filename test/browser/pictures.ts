/**
 * Makes the pictures of docs/reports.md anew, from real races of the model branch-create:
 *
 *     npx tsx -C pg-lockstep-source test/browser/pictures.ts
 *
 * It needs a Chromium; see ../support/browser.ts for where it is looked for.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { check } from '../../src/check/check.ts';
import { isModel } from '../../src/core/define-model.ts';
import { isolationLevels } from '../../src/core/isolation.ts';
import type { CheckResult } from '../../src/core/result.ts';
import { postgres } from '../../src/driver/postgres/index.ts';
import { formatHtml } from '../../src/report/html/page.ts';
import { formatSvg } from '../../src/report/svg/picture.ts';
import * as branchCreate from '../../models/branch-create.ts';
import { openBrowser } from '../support/browser.ts';

const modelPathOf = (): string => 'models/branch-create.ts';
const pictures = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));

const looks = [
  { name: 'report-light', colorScheme: 'light', viewport: { width: 1000, height: 820 }, at: '.race' },
  {
    name: 'report-dark',
    colorScheme: 'dark',
    viewport: { width: 1000, height: 820 },
    at: '.stepper:visible',
  },
  {
    name: 'report-phone',
    colorScheme: 'light',
    viewport: { width: 390, height: 800 },
    at: '.stepper:visible',
  },
] as const;

const engine = postgres();
await engine.open();
const results: CheckResult[] = [];
for (const model of Object.values(branchCreate).flat().filter(isModel)) {
  for (const isolation of isolationLevels) {
    results.push(
      await check(model, { engine, isolation, seed: 2, sessions: 2, maxOperations: 1, numRuns: 8 }),
    );
  }
}
await engine.close();

// The race with a wait in it is the one worth looking at.
const races = results.flatMap(({ counterexample }) => counterexample ?? []);
const waits = races.findIndex(({ history }) => history.some(({ kind }) => kind === 'blocked'));
const race = races[waits];
if (race === undefined) throw new Error('no race with a wait was found');

mkdirSync(pictures, { recursive: true });
writeFileSync(join(pictures, 'race.svg'), formatSvg(race));

const folder = mkdtempSync(join(tmpdir(), 'lockstep-pictures-'));
const file = join(folder, 'report.html');
writeFileSync(file, formatHtml(results, { modelPathOf }));
const browser = await openBrowser();
try {
  for (const { name, colorScheme, viewport, at } of looks) {
    const page = await browser.newPage({ colorScheme, viewport, reducedMotion: 'reduce' });
    await page.goto(`${pathToFileURL(file).href}${at === '.race' ? '' : `#race-${waits + 1}`}`);
    if (at !== '.race') {
      await page.locator(at).focus();
      const step = race.history.find((event) => event.kind === 'blocked')?.step ?? 0;
      await page.keyboard.press('Home');
      for (let press = 0; press < step; press += 1) await page.keyboard.press('ArrowRight');
      await page.locator(at).evaluate((element) => {
        element.scrollIntoView();
        scrollBy(0, -12);
      });
    }
    await page.screenshot({ path: join(pictures, `${name}.png`) });
    await page.close();
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
