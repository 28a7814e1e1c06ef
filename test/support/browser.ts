/**
 * A real Chromium for tests of pages. CI installs one and says so in LOCKSTEP_NEEDS_CHROMIUM: there a missing browser
 * is a failure. On a developer's machine without one these tests are skipped, with this reason.
 */
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import { describe, type SuiteFactory } from 'vitest';

const usualPlaces = [
  process.env['CHROMIUM_PATH'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

export const chromiumPath: string | undefined = usualPlaces.find((path) => path !== '' && existsSync(path));

export function openBrowser(): Promise<Browser> {
  if (chromiumPath === undefined)
    throw new Error('no Chromium: install the package chromium, or set CHROMIUM_PATH');
  // As root, as CI often is, Chromium refuses its own sandbox. It only opens pages that these tests made.
  return chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
}

export function describeInBrowser(name: string, suite: SuiteFactory): void {
  const needed = process.env['LOCKSTEP_NEEDS_CHROMIUM'] === '1';
  if (chromiumPath !== undefined || needed) describe(name, suite);
  else
    describe.skip(
      `${name} (skipped: no Chromium here; install the package chromium, or set CHROMIUM_PATH)`,
      suite,
    );
}
