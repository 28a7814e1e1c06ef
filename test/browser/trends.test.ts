/** The page of trends in a real browser, opened as a file, with no network: what is drawn, both themes, a phone. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatTrends } from '../../src/report/trends/page.ts';
import { describeInBrowser, openBrowser } from '../support/browser.ts';
import { trends } from '../unit/report/trends-data.ts';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-trends-'));
const file = join(folder, 'trends.html');

describeInBrowser('the page of trends in Chromium', () => {
  let browser: Browser;

  beforeAll(async () => {
    writeFileSync(file, formatTrends(trends));
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens the page, and fails if it logs, throws, is refused something, or asks for anything but itself. */
  async function visit<T>(options: BrowserContextOptions, use: (page: Page) => Promise<T>): Promise<T> {
    const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
    const complaints: string[] = [];
    try {
      const page = await context.newPage();
      const url = pathToFileURL(file).href;
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('request', (request) => {
        if (request.url() !== url) complaints.push(`asks for ${request.url()}`);
      });
      await page.goto(url);
      const value = await use(page);
      expect(complaints).toEqual([]);
      return value;
    } finally {
      await context.close();
    }
  }

  /** Of each plot: what is drawn, and what lies outside its picture. */
  const plotsOf = (page: Page) =>
    page.evaluate(() =>
      [...document.querySelectorAll<SVGSVGElement>('.plot svg')].map((svg) => {
        const outer = svg.getBoundingClientRect();
        const outside = [...svg.querySelectorAll('text, circle, path')].filter((part) => {
          const box = part.getBoundingClientRect();
          return (
            box.left < outer.left - 1 ||
            box.right > outer.right + 1 ||
            box.top < outer.top - 4 ||
            box.bottom > outer.bottom + 1
          );
        });
        const lines = [...svg.querySelectorAll<SVGPathElement>('.line')];
        return {
          width: outer.width,
          lines: lines.map((line) => ({
            length: line.getTotalLength(),
            stroke: getComputedStyle(line).stroke,
          })),
          outside: outside.map((part) => part.outerHTML),
          titles: svg.querySelectorAll('circle title').length,
          label: svg.getAttribute('aria-label'),
        };
      }),
    );

  test.each([
    ['light', {}],
    ['dark', { colorScheme: 'dark' }],
  ] as const)('%s: every line is drawn, within its picture, in a colour of the theme', (_, options) =>
    visit(options, async (page) => {
      const plots = await plotsOf(page);
      expect(plots).toHaveLength(6);
      for (const { lines, outside, titles, width, label } of plots) {
        expect(outside).toEqual([]);
        expect(titles).toBeGreaterThan(0);
        expect(width).toBeGreaterThan(400);
        expect(label).toMatch(/, last: /);
        for (const { length, stroke } of lines) {
          expect(length).toBeGreaterThan(200);
          expect(stroke).toMatch(/^rgb\((?!0, 0, 0)/);
        }
      }
      expect(plots.map(({ lines }) => lines.length)).toEqual([1, 3, 1, 1, 1, 1]);
    }),
  );

  test('on a phone the plots stand one below the other, and only the table scrolls sideways', () =>
    visit({ viewport: { width: 390, height: 800 } }, async (page) => {
      const [lefts, overflow] = await page.evaluate(() => [
        [...document.querySelectorAll('.plot')].map((plot) => plot.getBoundingClientRect().left),
        document.documentElement.scrollWidth - document.documentElement.clientWidth,
      ]);
      expect(new Set(lefts as number[]).size).toBe(1);
      expect(overflow).toBe(0);
    }));
});
