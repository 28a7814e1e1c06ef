import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { sourceOf } from '../../../src/certify/source.ts';
import { faultOf } from '../../support/fault-of.ts';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-source-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const put = (name: string, text: string): void => {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), text);
};

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  put(
    'models/model.ts',
    `import type { Shape } from './types.ts';
     import orm, { type Row } from '@example/orm/sub';
     import { helper } from '../lib/helper.js';
     import { readFileSync } from 'node:fs';
     export { again } from './again.ts';
     export const later = () => import('./later.ts');
     export const model: Shape = { orm, helper, readFileSync } as Shape;
     export type { Row };`,
  );
  put('models/types.ts', 'export interface Shape {}');
  put('models/again.ts', `export const again = 1;`);
  put('models/later.ts', `export const later = 2;`);
  put('models/alone.ts', `export const alone = 3;`);
  put('lib/helper.ts', `import '@example/other';\nexport const helper = 1;`);
  put('node_modules/@example/orm/package.json', '{"version": "2.3.4"}');
});

const model = (): string => join(folder, 'models', 'model.ts');

describe('what a model is made of', () => {
  test('its file, what it imports there and then, and packages by version', async () => {
    const source = await sourceOf(model(), 'create table t ()');
    expect(source.files.map(({ name }) => name)).toEqual([
      '../lib/helper.ts',
      'again.ts',
      'later.ts',
      'model.ts',
    ]);
    expect(source.packages).toEqual([
      { name: '@example/orm', version: '2.3.4' },
      { name: '@example/other', version: 'unknown' },
      { name: 'pg', version: 'unknown' },
    ]);
  });

  test('a URL means the same file', async () => {
    expect(await sourceOf(pathToFileURL(model()).href, '')).toEqual(await sourceOf(model(), ''));
    expect(await sourceOf(pathToFileURL(model()), '')).toEqual(await sourceOf(model(), ''));
  });

  test.each(['models/model.ts', 'models/again.ts', 'models/later.ts', 'lib/helper.ts'])(
    'a change in %s shows, and only there',
    async (file) => {
      const before = await sourceOf(model(), '');
      put(file, `import '@example/other';\n${'export const again = 9, later = 9, helper = 9;'}`);
      if (file === 'models/model.ts') put(file, `export * from './again.ts';`);
      const after = await sourceOf(model(), '');
      const name = file.startsWith('models/') ? file.slice('models/'.length) : `../${file}`;
      const changed = after.files.filter(
        (each) => before.files.find((old) => old.name === each.name)?.sha256 !== each.sha256,
      );
      expect(changed.map((each) => each.name)).toEqual([name]);
    },
  );

  test('types, other files and line ends do not count; the schema does', async () => {
    const before = await sourceOf(model(), 'a');
    put('models/types.ts', 'export interface Shape { more: number }');
    put('models/alone.ts', 'export const alone = 4;');
    put('lib/helper.ts', `import '@example/other';\r\nexport const helper = 1;`);
    expect(await sourceOf(model(), 'a')).toEqual(before);
    expect((await sourceOf(model(), 'b')).schema).not.toBe(before.schema);
  });

  test('what cannot be read is a fault', async () => {
    put('models/again.ts', `import './nowhere.ts';`);
    expect(await faultOf(() => sourceOf(model(), ''))).toMatchObject({ code: 'no-source', kind: 'usage' });
    expect(await faultOf(() => sourceOf(join(folder, 'nothing.ts'), ''))).toMatchObject({
      code: 'no-source',
    });
  });
});
