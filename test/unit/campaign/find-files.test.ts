/** Which files are found, under which names, and which of them are loaded. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findFiles, nameOf } from '../../../src/campaign/find-files.ts';
import { findModels, type ModelRequest } from '../../../src/campaign/find-models.ts';
import type { ModelFacts } from '../../../src/campaign/model-facts.ts';
import { faultOf } from '../../support/fault-of.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-files-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(file: string, text: string = ''): string {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}
const names = (...patterns: string[]): readonly string[] =>
  findFiles(patterns, folder).map(({ name }) => name);

test('a folder gives its code in order, without tests, types, configurations, packages and hidden folders', () => {
  const code = ['m/a.ts', 'm/b.mjs', 'm/deep/c.cts'];
  const others = [
    'm/a.test.ts',
    'm/a.d.ts',
    'm/x.config.ts',
    'm/y.json',
    'm/node_modules/p.ts',
    'm/.git/h.ts',
  ];
  for (const file of [...others, ...code]) write(file);
  expect(names('m')).toEqual(code);
});

test('a pattern finds what fits it, and nothing else', () => {
  for (const file of ['m/a.ts', 'm/a.js', 'm/deep/a.ts', 'm/deep/er/b.ts', 'n/a.ts']) write(file);
  expect(names('m/*.ts')).toEqual(['m/a.ts']);
  expect(names('m/**/*.ts')).toEqual(['m/a.ts', 'm/deep/a.ts', 'm/deep/er/b.ts']);
  expect(names('{m,n}/a.?s')).toEqual(['m/a.js', 'm/a.ts', 'n/a.ts']);
  expect(names('**/er/*')).toEqual(['m/deep/er/b.ts']);
});

test('signs that mean something in a regular expression are signs of a name', () => {
  for (const file of ['m/a+b (1).ts', 'm/aab 1.ts']) write(file);
  expect(names('m/a+b (1).*')).toEqual(['m/a+b (1).ts']);
});

test('a file is found once, and counts as named if any of the patterns names it', () => {
  write('m/a.ts');
  expect(findFiles(['m', 'm/a.ts', 'm/*.ts'], folder)).toMatchObject([{ name: 'm/a.ts', named: true }]);
  expect(findFiles(['m'], folder)).toMatchObject([{ name: 'm/a.ts', named: false }]);
});

test('outside the working directory the whole path is the name', () => {
  expect(nameOf(join(folder, 'a', 'b.ts'), folder)).toBe('a/b.ts');
  expect(nameOf(join(folder, 'b.ts'), join(folder, 'a'))).toBe(join(folder, 'b.ts'));
});

test('what is not there is a fault', async () => {
  write('m/a.ts');
  expect(await faultOf(() => names('nowhere'))).toMatchObject({
    code: 'no-such-file',
    detail: 'the file or folder does not exist',
  });
  expect(await faultOf(() => names('m/*.js'))).toMatchObject({
    code: 'no-such-file',
    detail: 'no file fits the pattern',
  });
});

/** A file whose text names models, separated by commas: `export defineModel a,b/mended`. */
function load(ids: Readonly<Record<string, readonly string[]>>) {
  return ({ absolute }: { readonly absolute: string }): Promise<readonly ModelFacts[]> => {
    const found = Object.entries(ids).find(([file]) => absolute.endsWith(file))?.[1] ?? [];
    return Promise.resolve(
      found.map((id) => {
        const [name, variant] = id.split('/');
        return { id, name, variant, kind: variant === 'mended' ? 'mended' : undefined } as ModelFacts;
      }),
    );
  };
}
const request = (models: readonly string[], chosen: Partial<ModelRequest> = {}): ModelRequest => ({
  models: models.map((file) => join(folder, file)),
  variant: undefined,
  kind: undefined,
  ...chosen,
});

test('of a folder only what looks like a model is loaded; what is named is loaded in any case', async () => {
  write('m/model.ts', 'export const a = defineModel({});');
  write('m/script.ts', 'drop();');
  const skipped: string[] = [];
  const models = { 'model.ts': ['a'], 'script.ts': ['b'] };
  const note = (files: readonly string[]): void => void skipped.push(...files);
  const found = await findModels(request(['m']), load(models), note);
  expect(found.map(({ id }) => id)).toEqual(['a']);
  expect(skipped).toEqual([join(folder, 'm/script.ts')]);
  const both = await findModels(request(['m', 'm/script.ts']), load(models), note);
  expect(both.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(skipped).toHaveLength(1);
});

test('variants and kinds choose', async () => {
  write('m.ts');
  const ids = { 'm.ts': ['a/faulty', 'a/mended', 'b/mended'] };
  const chosen = async (by: Partial<ModelRequest>): Promise<readonly string[]> =>
    (await findModels(request(['m.ts'], by), load(ids), () => undefined)).map(({ id }) => id);
  expect(await chosen({ variant: ['mended'] })).toEqual(['a/mended', 'b/mended']);
  expect(await chosen({ variant: ['a/mended', 'faulty'] })).toEqual(['a/faulty', 'a/mended']);
  expect(await chosen({ kind: ['mended'] })).toEqual(['a/mended', 'b/mended']);
  await expect(chosen({ variant: ['lost'], kind: ['mended'] })).rejects.toMatchObject({
    code: 'no-such-variant',
    message: 'no model has the variant lost and the kind mended',
    detail: 'there are a/faulty, a/mended, b/mended',
  });
});

test('a file that is named and exports no model is a fault', async () => {
  write('m.ts');
  await expect(findModels(request(['m.ts']), load({}), () => undefined)).rejects.toMatchObject({
    code: 'no-model',
    message: expect.stringContaining('exports no model') as string,
  });
});
