/** The documentation runs: every code block of every page, or it says why not. */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { postgres } from 'pg-lockstep/postgres';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { blocksOf, where, type Block } from './docs/blocks.ts';
import { problemsOf, runLine } from './docs/commands.ts';

const run = promisify(execFile);
const root = new URL('../', import.meta.url);
const rootPath = fileURLToPath(root);
/** Inside the package, so that `pg-lockstep` means this very package; not in version control. */
const folder = join(rootPath, 'reports', '.docs');
const update = process.env['UPDATE_DOCS'] === '1';

const guides = readdirSync(new URL('docs/', root)).filter((name) => name.endsWith('.md'));
const pages = ['README.md', 'CONTRIBUTING.md', ...guides.map((name) => `docs/${name}`)];
const blocks = new Map(pages.map((page) => [page, blocksOf(page, root)]));
const all = [...blocks.values()].flat();
const running = (block: Block): boolean => block.info['not-run'] === undefined;
const scripts = all.filter((block) => block.language === 'ts' && running(block));

/** What blocks printed: by place for blocks, by page and name for tests. */
const printed = new Map<string, string>();

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  for (const block of scripts) {
    mkdirSync(dirname(pathOf(block)), { recursive: true });
    // A block without imports would be a script and not a module.
    writeFileSync(pathOf(block), `${block.text}\nexport {};\n`);
  }
  const config = { extends: '../../tsconfig.json', include: ['**/*.ts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  writeFileSync(
    join(folder, 'vitest.config.mts'),
    `import base from '../../vitest.config.ts';
export default { ...base, test: { ...base.test, projects: undefined, include: ['reports/.docs/**/*.test.ts'], maxWorkers: 1, isolate: false } };`,
  );
});

afterAll(async () => {
  await postgres().close();
  if (!update) rmSync(folder, { recursive: true, force: true });
});

function pathOf(block: Block): string {
  return join(folder, block.page.replace(/\W/g, '-'), block.info['file'] ?? `line-${block.line}.ts`);
}

const isTest = (block: Block): boolean => block.info['file']?.endsWith('.test.ts') ?? false;

test('every block has a language that is run, or says why it is not', () => {
  const known = ['ts', 'sh', 'text', 'json'];
  const silent = all.filter((block) => {
    if (!running(block)) return block.info['not-run'] === '';
    if (block.language === 'text') return block.info['output'] === undefined;
    return !known.includes(block.language);
  });
  expect(silent.map(where)).toEqual([]);
});

test('the blocks type-check', { timeout: 60_000 }, async () => {
  const tsc = join(rootPath, 'node_modules', 'typescript', 'bin', 'tsc');
  const result = await run(process.execPath, [tsc, '-p', join(folder, 'tsconfig.json')]).catch(
    (error) => error,
  );
  expect(`${result.stdout}${result.stderr}`).toBe('');
});

describe('blocks that are tests', () => {
  const tests = scripts.filter(isTest);

  beforeAll(async () => {
    const vitest = join(rootPath, 'node_modules', 'vitest', 'vitest.mjs');
    const report = join(folder, 'tests.json');
    const config = ['--config', join(folder, 'vitest.config.mts'), '--root', rootPath];
    // It fails where a page shows a failure.
    await run(process.execPath, [vitest, 'run', ...config, '--reporter=json', `--outputFile=${report}`], {
      env: { ...process.env, NO_COLOR: '1' },
    }).catch(() => undefined);
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
      testResults: { name: string; message: string; assertionResults: { failureMessages: string[] }[] }[];
    };
    for (const { name, message, assertionResults } of testResults) {
      const failures = assertionResults.flatMap((each) => each.failureMessages);
      printed.set(name, assertionResults.length === 0 ? message : failures.map(story).join('\n'));
    }
  }, 60_000);

  test.each(tests.map((block) => [where(block), block] as const))('%s', (_, block) => {
    const failure = printed.get(pathOf(block));
    expect(failure).toBeDefined();
    if (block.info['throws'] === undefined) expect(failure).toBe('');
    else expect(failure).not.toBe('');
  });
});

describe('blocks that are programs', () => {
  test.each(scripts.filter((block) => !isTest(block)).map((block) => [where(block), block] as const))(
    '%s',
    async (_, block) => {
      const lines: string[] = [];
      const log = vi
        .spyOn(console, 'log')
        .mockImplementation((...values) => void lines.push(values.join(' ')));
      let thrown: unknown;
      try {
        await import(/* @vite-ignore */ pathToFileURL(pathOf(block)).href);
      } catch (error) {
        thrown = error;
      } finally {
        log.mockRestore();
      }
      if (block.info['throws'] === undefined) {
        // Thrown, so that its own stack is shown.
        if (thrown !== undefined) throw thrown;
        expect(thrown).toBeUndefined();
      } else {
        expect(thrown).toBeDefined();
        lines.push(story(thrown instanceof Error ? thrown.message : String(thrown)));
      }
      printed.set(where(block), lines.join('\n'));
    },
  );
});

describe('commands', () => {
  const commands = all.filter((block) => block.language === 'sh' && running(block));
  test.each(commands.map((block) => [where(block), block] as const))('%s', async (_, block) => {
    expect(await problemsOf(block.text, rootPath)).toEqual([]);
    const next = blocks.get(block.page)?.[(blocks.get(block.page) ?? []).indexOf(block) + 1];
    if (next?.info['output'] !== '') return;
    printed.set(where(block), await runLine(block.text.trim().split('\n').at(-1) ?? '', rootPath));
  });
});

describe('what is printed', () => {
  for (const page of pages) {
    const list = blocks.get(page) ?? [];
    const outputs = list.filter((block) => block.info['output'] !== undefined);
    if (outputs.length === 0) continue;
    test(page, () => {
      const found = outputs.map((block) => {
        const name = block.info['output'] ?? '';
        const source =
          name === ''
            ? list.findLast((each) => each.line < block.line && each.language !== 'text')
            : list.find((each) => each.info['file'] === name);
        if (source === undefined) throw new Error(`${where(block)} shows the output of nothing`);
        const output = printed.get(name === '' ? where(source) : pathOf(source));
        // A reader's file lies in the working folder, not where this test writes it.
        const plain = output?.replaceAll(/reports\/\.docs\/[\w-]+\//g, '');
        return { block, output: plain ?? '(nothing was printed)' };
      });
      expect(found).toHaveLength(outputs.length);
      if (update) rewrite(page, found);
      else for (const { block, output } of found) expect(output, where(block)).toBe(block.text);
    });
  }
});

describe('JSON', () => {
  const schema = JSON.parse(readFileSync(new URL('docs/results.schema.json', root), 'utf8'));
  const validate = new Ajv2020({ strict: false }).compile(schema);
  const files = all.filter((block) => block.language === 'json' && running(block));
  test.each(files.map((block) => [where(block), block] as const))('%s', (_, block) => {
    const value: unknown = JSON.parse(block.text);
    expect(value).toBeDefined();
    if (block.info['results'] === undefined) return;
    validate(value);
    expect(validate.errors ?? []).toEqual([]);
  });
});

test('links within the documentation lead somewhere', () => {
  const broken = pages.flatMap((page) =>
    [...readFileSync(new URL(page, root), 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)/g)]
      .map((match) => match[1] ?? '')
      .filter((target) => !exists(new URL(target, new URL(page, root))))
      .map((target) => `${page}: ${target}`),
  );
  expect(broken).toEqual([]);
});

test('files of this repository that the documentation names are there', () => {
  const named = pages.flatMap((page) =>
    [
      ...readFileSync(new URL(page, root), 'utf8').matchAll(
        /`((?:src|test|bench|models|properties)\/[\w./-]+)`/g,
      ),
    ].map(([, file = '']) => ({ page, file })),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ file }) => !exists(new URL(file, root)))).toEqual([]);
});

function exists(url: URL): boolean {
  try {
    return readdirSync(new URL('./', url)).includes(url.pathname.replace(/\/$/, '').split('/').at(-1) ?? '');
  } catch {
    return false;
  }
}

/** The story within a failure message, without the error's name before it. */
function story(message: string): string {
  const start = message.search(/^(VIOLATION|INCONCLUSIVE)/m);
  return (start < 0 ? message : message.slice(start)).trimEnd();
}

function rewrite(page: string, found: readonly { block: Block; output: string }[]): void {
  const lines = readFileSync(new URL(page, root), 'utf8').split('\n');
  for (const { block, output } of found.toReversed()) {
    const shown = block.text === '' ? 0 : block.text.split('\n').length;
    lines.splice(block.line, shown, ...output.split('\n'));
  }
  writeFileSync(new URL(page, root), lines.join('\n'));
}
