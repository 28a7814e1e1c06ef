/** The page in a real browser, opened as a file, with no network: keys, themes, a phone, hostile texts, the clipboard. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatHtml } from '../../src/report/html/page.ts';
import { describeInBrowser, openBrowser } from '../support/browser.ts';
import { everyKind, modelPathOf, story, violated } from '../unit/report/every-kind.ts';
import { attacks, hostile } from '../unit/report/hostile.ts';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-html-'));
const files = {
  kinds: join(folder, 'kinds.html'),
  hostile: join(folder, 'hostile.html'),
};
const results = [...everyKind, violated(story('three-sessions'))];
const races = results.flatMap(({ counterexample }) => counterexample ?? []);
/** The address of a race in the page. */
const raceOf = (model: string): string =>
  `#race-${1 + races.findIndex(({ setting }) => setting.model === model)}`;

describeInBrowser('the page in Chromium', () => {
  let browser: Browser;

  beforeAll(async () => {
    writeFileSync(files.kinds, formatHtml(results, { modelPathOf }));
    writeFileSync(files.hostile, formatHtml(hostile));
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens a page, and fails where it logs, throws, is refused something, or asks for anything but itself. */
  async function visit<T>(
    file: keyof typeof files,
    use: (page: Page) => Promise<T>,
    options: BrowserContextOptions & { readonly hash?: string } = {},
  ): Promise<T> {
    const { hash = '', ...rest } = options;
    const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...rest });
    const complaints: string[] = [];
    try {
      const page = await context.newPage();
      const url = pathToFileURL(files[file]).href;
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('request', (request) => {
        if (!request.url().startsWith(url)) complaints.push(`asks for ${request.url()}`);
      });
      await page.goto(url + hash);
      const value = await use(page);
      expect(complaints).toEqual([]);
      return value;
    } finally {
      await context.close();
    }
  }

  /** The number of the step that is shown in the visible race; undefined where all are. */
  const stepOf = (page: Page): Promise<string | null | undefined> =>
    page.evaluate(() => {
      const race = document.querySelector('section.race:not([hidden])');
      return race?.querySelector<HTMLElement>('tr[aria-current=step]')?.dataset['turn'];
    });

  const visibleRaces = (page: Page): Promise<readonly string[]> =>
    page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('section.race')].flatMap((race) =>
        race.offsetHeight > 0 ? race.id : [],
      ),
    );

  test('the keyboard goes through the steps', () =>
    visit('kinds', async (page) => {
      expect(await stepOf(page)).toBeUndefined();
      const press = async (key: string): Promise<unknown> => {
        await page.keyboard.press(key);
        return stepOf(page);
      };
      expect(await press('ArrowRight')).toBe('1');
      expect(await press('j')).toBe('2');
      expect(await press('k')).toBe('1');
      expect(await press('ArrowLeft')).toBe('1');
      // Without focus in the schedule these scroll the page, and modified keys are the browser's.
      expect(await press('ArrowDown')).toBe('1');
      expect(await press('End')).toBe('1');
      expect(await press('Control+ArrowRight')).toBe('1');
      expect(await page.evaluate(() => scrollY)).toBeGreaterThan(0);
      await page.locator('.stepper:visible').focus();
      expect(await press('ArrowDown')).toBe('2');
      expect(await press('End')).toBe('6');
      expect(await press('ArrowRight')).toBe('6');
      expect(await press('Home')).toBe('1');
      expect(await press('ArrowUp')).toBe('1');
      expect(await press('Escape')).toBeUndefined();
      expect(await press('ArrowLeft')).toBe('6');
    }));

  test('a step says what happens, dims what comes later, and draws the arrows up to it', async () => {
    await visit('kinds', async (page) => {
      const race = page.locator('section.race:visible');
      expect(await race.locator('.stage svg g').count()).toBe(2);
      await race.getByRole('button', { name: 'first step' }).click();
      expect(await race.locator('output').textContent()).toBe(
        "step 1 of 6. s2: begin. s2: select balance from accounts where name = 'alice' -> 10",
      );
    });
    await visit(
      'kinds',
      async (page) => {
        const race = page.locator('section.race:visible');
        const arrows = race.locator('.stage svg g');
        const on = race.getByRole('button', { name: 'one step on' });
        expect(await arrows.count()).toBe(3);
        expect(await race.locator('.stage svg g.proves').count()).toBe(2);
        await race.getByRole('button', { name: 'first step' }).click();
        // s1 reads in step 3 and fails in step 4, for what s2 inserted in step 2; s3 renames that in step 9.
        const counts: number[] = [await arrows.count()];
        for (let step = 2; step <= 4; step += 1) {
          await on.click();
          counts.push(await arrows.count());
        }
        expect(await race.locator('output').textContent()).toContain('step 4 of 10. s1: savepoint creation');
        expect(await race.locator('tr.later').count()).toBe(9);
        for (let step = 5; step <= 10; step += 1) {
          await on.click();
          counts.push(await arrows.count());
        }
        expect(counts).toEqual([0, 0, 1, 2, 2, 2, 2, 2, 3, 3]);
        await race.getByRole('button', { name: 'one step back' }).click();
        expect(await race.locator('tr.later').count()).toBe(1);
        await race.getByRole('button', { name: 'whole schedule' }).click();
        expect(await race.locator('tr.later').count()).toBe(0);
        expect(await arrows.count()).toBe(3);
      },
      { hash: raceOf('get-or-create') },
    );
  });

  test('an arrow goes from the session and the step of one operation to those of the other', () =>
    visit('kinds', async (page) => {
      for (const [index, { explanation }] of races.entries()) {
        const ends = await page.evaluate(
          (hash) => {
            location.hash = hash;
            return new Promise<readonly { readonly from: object; readonly to: object }[]>((done) => {
              addEventListener('hashchange', () => done(arrows()), { once: true });
            });
            function arrows() {
              const stage = document.querySelector('section.race:not([hidden]) .stage');
              if (stage === null) throw new Error('no race is shown');
              const frame = stage.getBoundingClientRect();
              const lanes = [...stage.querySelectorAll('thead th')].slice(1);
              const rows = [...stage.querySelectorAll<HTMLElement>('tbody tr')];
              const at = (x: number, y: number) => ({
                session: lanes.findIndex((lane) => x + frame.left < lane.getBoundingClientRect().right),
                step: Number(
                  rows.find((row) => y + frame.top < row.getBoundingClientRect().bottom)?.dataset['turn'],
                ),
              });
              return [...stage.querySelectorAll('svg g')].map((arrow) => {
                const curve = arrow.querySelector('path')?.getAttribute('d') ?? '';
                const [x1 = NaN, y1 = NaN, , , , , x2 = NaN, y2 = NaN] = (curve.match(/-?[\d.]+/g) ?? []).map(
                  Number,
                );
                return { from: at(x1, y1), to: at(x2, y2) };
              });
            }
          },
          `#race-${index + 1}`,
        );
        expect(ends).toEqual(
          (explanation?.dependencies ?? []).map(({ from, to, fromStep, toStep }) => ({
            from: { session: from.session, step: fromStep + 1 },
            to: { session: to.session, step: toStep + 1 },
          })),
        );
      }
    }));

  test.each([
    {
      model: 'kinds/abort',
      waits: ["update accounts set balance = balance + 1 where name = 'bob'.. blocked by s2"],
      racing: ['2race', '4race'],
    },
    {
      model: 'get-or-create',
      waits: [
        "insert into tags (name, color) values ('sky', 'blue') returning id, name, color.. blocked by s2",
      ],
      racing: ['2race', '3race'],
    },
    { model: 'bank-account', waits: [], racing: ['1race', '3race'] },
  ])('$model: a wait is a span from its statement on, and the racing pair is marked', (race) =>
    visit(
      'kinds',
      async (page) => {
        const shown = page.locator('section.race:visible');
        expect(await shown.locator('td.waits').allTextContents()).toEqual(race.waits);
        expect(await shown.locator('tr.racing th').allTextContents()).toEqual(race.racing);
      },
      { hash: raceOf(race.model) },
    ),
  );

  test('what was seen stands beside the nearest serial order', () =>
    visit('kinds', async (page) => {
      const rows = page.locator('section.race:visible table.comparison tbody tr');
      expect(await rows.locator('th').allTextContents()).toEqual([
        'order',
        's1\u00a0deposit(5)',
        's2\u00a0deposit(7)',
        'table accounts differs',
      ]);
      expect(await rows.last().locator('mark').allTextContents()).toEqual(['(alice, 17)', '(alice, 22)']);
    }));

  test('one race at a time: by the table, by the links, by the address', async () => {
    await visit('kinds', async (page) => {
      expect(await visibleRaces(page)).toEqual(['race-1']);
      await page.locator('.verdicts a', { hasText: 'VIOLATED' }).nth(2).click();
      const [chosen] = await visibleRaces(page);
      expect(await page.evaluate(() => document.activeElement?.id)).toBe(chosen);
      expect(await page.locator('.verdicts a[aria-current]').getAttribute('href')).toBe(`#${chosen}`);
      await page.getByRole('link', { name: 'next' }).click();
      expect(await visibleRaces(page)).toEqual([`race-${Number(chosen?.slice(5)) + 1}`]);
      await page.goBack();
      expect(await visibleRaces(page)).toEqual([chosen]);
    });
    await visit('kinds', async (page) => expect(await visibleRaces(page)).toEqual(['race-3']), {
      hash: '#race-3',
    });
  });

  test('light and dark by the system, by the button, and remembered', async () => {
    const lightness = (page: Page): Promise<number> =>
      page.evaluate(() => {
        const canvas = document.createElement('canvas').getContext('2d');
        if (canvas === null) throw new Error('no canvas');
        canvas.fillStyle = getComputedStyle(document.body).backgroundColor;
        canvas.fillRect(0, 0, 1, 1);
        return (
          canvas
            .getImageData(0, 0, 1, 1)
            .data.slice(0, 3)
            .reduce((sum, part) => sum + part, 0) / 3
        );
      });
    await visit('kinds', async (page) => expect(await lightness(page)).toBeGreaterThan(200), {
      colorScheme: 'light',
    });
    await visit(
      'kinds',
      async (page) => {
        expect(await lightness(page)).toBeLessThan(60);
        const toggle = page.getByRole('button', { name: 'light' });
        await toggle.click();
        expect(await lightness(page)).toBeGreaterThan(200);
        await page.reload();
        expect(await lightness(page)).toBeGreaterThan(200);
        await page.getByRole('button', { name: 'dark' }).click();
        expect(await lightness(page)).toBeLessThan(60);
      },
      { colorScheme: 'dark' },
    );
  });

  test('text is legible: contrast in both themes', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await visit(
        'kinds',
        async (page) => {
          const worst = await page.evaluate(() => {
            const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
            if (canvas === null) throw new Error('no canvas');
            const rgb = (color: string): readonly number[] => {
              canvas.clearRect(0, 0, 1, 1);
              canvas.fillStyle = color;
              canvas.fillRect(0, 0, 1, 1);
              return [...canvas.getImageData(0, 0, 1, 1).data];
            };
            // WCAG 2.2, relative luminance and contrast ratio.
            const luminance = (color: readonly number[]): number => {
              const [r = 0, g = 0, b = 0] = color.slice(0, 3).map((part) => {
                const value = part / 255;
                return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
              });
              return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const ground = (element: Element | null): readonly number[] => {
              for (let at = element; at !== null; at = at.parentElement) {
                const color = rgb(getComputedStyle(at).backgroundColor);
                if (color[3] === 255) return color;
              }
              return [255, 255, 255, 255];
            };
            const found = [...document.querySelectorAll<HTMLElement>('body *')]
              .filter((element) => element.offsetHeight > 0 && element.closest('.later') === null)
              .filter((element) =>
                [...element.childNodes].some(
                  (node) => node.nodeType === 3 && node.textContent?.trim() !== '',
                ),
              )
              .map((element) => {
                const [one, two] = [
                  luminance(rgb(getComputedStyle(element).color)),
                  luminance(ground(element)),
                ];
                const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
                return {
                  ratio,
                  text: `${element.tagName}.${element.className}: ${element.textContent?.slice(0, 40)}`,
                };
              });
            return found.toSorted((a, b) => a.ratio - b.ratio)[0];
          });
          expect(worst?.ratio, worst?.text).toBeGreaterThanOrEqual(4.5);
        },
        { colorScheme },
      );
    }
  });

  test.each(['kinds', 'hostile'] as const)('%s on a phone: nothing is wider than the screen', (file) =>
    visit(
      file,
      async (page) => {
        const count = file === 'kinds' ? races.length : 1;
        for (let race = 1; race <= count; race += 1) {
          await page.evaluate((hash) => (location.hash = hash), `#race-${race}`);
          await page.keyboard.press('j');
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
          const beyond = await page.evaluate(() =>
            [...document.querySelectorAll<HTMLElement>('section.race:not([hidden]) .lanes *')]
              .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
              .map((element) => element.outerHTML.slice(0, 80)),
          );
          expect(beyond).toEqual([]);
        }
        if (file === 'kinds') {
          // Folded up, a table is still one for a screen reader.
          expect(await page.getByRole('table').getByRole('columnheader').count()).toBeGreaterThan(0);
          // Without the columns a cell says whose it is.
          const whose = await page.locator('.lanes:visible td:not(.none)').evaluateAll((cells) =>
            cells.map((cell) => ({
              says: getComputedStyle(cell, '::before').content,
              column: (cell as HTMLTableCellElement).cellIndex,
            })),
          );
          expect(new Set(whose.map(({ column }) => column))).toEqual(new Set([1, 2, 3]));
          for (const { says, column } of whose) expect(says).toBe(`"s${column}"`);
        }
      },
      { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
    ),
  );

  test('hostile names and values stay text', () =>
    visit('hostile', async (page) => {
      const found = await page.evaluate(() => ({
        attacked: 'attacked' in window,
        scripts: document.querySelectorAll('script').length,
        foreign: document.querySelectorAll('img, iframe, object, embed, link, base, form, textarea').length,
        handlers: [...document.querySelectorAll('*')].filter((element) =>
          [...element.attributes].some(({ name }) => name.startsWith('on') || name === 'style'),
        ).length,
        text: document.body.textContent,
        links: [...document.querySelectorAll('a')].map((link) => link.getAttribute('href')),
      }));
      expect(found).toMatchObject({ attacked: false, scripts: 1, foreign: 0, handlers: 0 });
      expect(found.links.every((href) => /^#race-\d+$/.test(href ?? ''))).toBe(true);
      for (const attack of attacks.slice(0, 5)) expect(found.text).toContain(attack);
      // Marks that turn the direction of text are gone, the letters of another script stay.
      expect(found.text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
      expect(found.text).toContain('\u05e9\u05dc\u05d5\u05dd');
      await page.keyboard.press('End');
      await page.keyboard.press('j');
      expect(await stepOf(page)).toBe('1');
    }));

  test('the policy lets no other script run', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(pathToFileURL(files.kinds).href);
    const refused = page.waitForEvent('console', {
      predicate: (message) => /Content Security Policy/.test(message.text()),
    });
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.attacked = 1';
      document.body.append(script);
    });
    await refused;
    expect(await page.evaluate(() => 'attacked' in window)).toBe(false);
    await context.close();
  });

  test.each(['with', 'without'])('copies the replay line %s a clipboard', (how) =>
    visit('kinds', async (page) => {
      if (how === 'without') {
        await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
      }
      const race = page.locator('section.race:visible');
      await race.getByRole('button', { name: 'copy' }).click();
      await race.getByRole('status').getByText('copied').waitFor();
      await page.evaluate(() => {
        const area = document.createElement('textarea');
        document.body.prepend(area);
        area.focus();
      });
      await page.keyboard.press('ControlOrMeta+V');
      expect(await page.locator('textarea').inputValue()).toBe(
        `lockstep replay models/bank-account.ts ${story('lost-update').replay}`,
      );
    }),
  );

  test('without its script the page shows everything, and no button that does nothing', () =>
    visit(
      'kinds',
      async (page) => {
        expect(await page.locator('section.race:visible').count()).toBe(races.length);
        expect(await page.locator('button:visible').count()).toBe(0);
        const told = races.flatMap(({ explanation }) => explanation?.dependencies ?? []);
        expect(told.length).toBeGreaterThan(0);
        expect(await page.locator('.dependencies li:visible').count()).toBe(told.length);
      },
      { javaScriptEnabled: false },
    ));

  test('nothing moves for those who ask for that; focus is seen', async () => {
    const duration = (page: Page): Promise<string> =>
      page
        .locator('.lanes tr')
        .first()
        .evaluate((row) => getComputedStyle(row).transitionDuration);
    await visit('kinds', async (page) => expect(await duration(page)).toBe('0.15s'), {
      reducedMotion: 'no-preference',
    });
    await visit('kinds', async (page) => expect(await duration(page)).toBe('0s'), {
      reducedMotion: 'reduce',
    });
    await visit('kinds', async (page) => {
      await page.keyboard.press('Tab');
      const width = await page.evaluate(
        () => getComputedStyle(document.activeElement ?? document.body).outlineWidth,
      );
      expect(width).toBe('3px');
    });
  });
});
