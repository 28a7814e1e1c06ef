/** What can be said of the page without a browser; test/browser/html.test.ts opens it in one. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { formatHtml } from '../../../src/report/html/page.ts';
import { pageScript } from '../../../src/report/html/script.ts';
import { pageStyle } from '../../../src/report/html/style.ts';
import { everyKind, story, violated } from './every-kind.ts';
import { hostile } from './hostile.ts';

test("the page's script type-checks as a browser runs it", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-page-'));
  const tsc = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url));
  const compilerOptions = {
    allowJs: true,
    checkJs: true,
    strict: true,
    noEmit: true,
    target: 'es2022',
    lib: ['es2022', 'dom', 'dom.iterable'],
    types: [],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['page.js'] }));
  const check = async (script: string): Promise<string> => {
    writeFileSync(join(folder, 'page.js'), script);
    const { stdout } = await promisify(execFile)(process.execPath, [tsc, '-p', folder]).catch(
      (error: { stdout: string }) => error,
    );
    return stdout;
  };
  try {
    expect(await check(pageScript)).toBe('');
    expect(await check(pageScript.replace('location.hash', 'location.hsh'))).toContain(
      "'hsh' does not exist",
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('style and script cannot end early, and are what the policy lets run', () => {
  const html = formatHtml(everyKind);
  expect(pageScript).not.toMatch(/<\/script|<!--/i);
  expect(pageStyle).not.toMatch(/<\/style/i);
  const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
  const sources = ['style', 'script'].map((name) => {
    const [, text = ''] = new RegExp(`<${name}>([^]*?)</${name}>`).exec(html) ?? [];
    return createHash('sha256').update(text).digest('base64');
  });
  expect(policy.replaceAll('&apos;', "'")).toBe(
    `default-src 'none'; style-src 'sha256-${sources[0]}'; script-src 'sha256-${sources[1]}'; base-uri 'none'; form-action 'none'`,
  );
});

test('whatever the texts hold, the elements are the same', () => {
  const tagsOf = (html: string): readonly string[] =>
    [...new Set([...html.matchAll(/<([a-z!][a-z0-9]*)/gi)].map(([, tag]) => tag ?? ''))].toSorted();
  const markup = (html: string): string => html.replace(/<style>[^]*<\/style>|<script>[^]*<\/script>/g, '');
  const known = new Set(tagsOf(markup(formatHtml(everyKind))));
  expect(tagsOf(markup(formatHtml(hostile))).filter((tag) => !known.has(tag))).toEqual([]);
  expect(known).toContain('mark');
});

test('as many races as the main job finds, each of three sessions, stay under a megabyte', () => {
  const html = formatHtml(Array.from({ length: 68 }, () => violated(story('three-sessions'))));
  expect(html.split('<section class="race"')).toHaveLength(69);
  expect(Buffer.byteLength(html)).toBeLessThan(1_000_000);
});

test('remarks stand below the verdicts, each once, and a race names the lines of the code', () => {
  const [held, ...rest] = everyKind;
  if (held === undefined) throw new Error('there is a result');
  const html = formatHtml([
    { ...held, remarks: ['cut <short>'] },
    { ...held, remarks: ['cut <short>'] },
    ...rest,
  ]);
  expect(html.split('cut &lt;short&gt;')).toHaveLength(2);
  expect(html).toContain('<summary>2 settings</summary>');
  expect(html).toContain(`step 3: test/fixtures/races.ts:${story('lost-update').locations?.[2]?.line}`);
});

test('nothing at all is a page, too', () => {
  expect(formatHtml([])).toContain('0 held, 0 violated, 0 without a verdict');
});
