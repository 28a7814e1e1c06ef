/** `--changed-since`: the models whose own file or an imported one changed, and all if nobody can tell. */
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeProject, type Project } from '../../support/project.ts';
import { emptyFolder, lockstep } from './lockstep.ts';

const modelText = (name: string, more = ''): string => `
  import { defineModel, operation } from 'pg-lockstep';
  ${more}
  const run = async ({ client }) => { await client.query('select 1'); };
  export const ${name} = defineModel({ name: '${name}', schema: '', operations: { look: operation({ run }) } });`;

let project: Project;
beforeEach(() => {
  project = makeProject({
    'package.json': '{ "type": "module" }',
    'models/alone.js': modelText('alone'),
    'models/deep.js': modelText('deep', `import '../code/near.js';`),
    'code/near.js': `import './far.js';`,
    'code/far.js': `export const far = 1;`,
    'code/unused.js': '',
  });
  project.git('checkout', '--quiet', '-b', 'work');
});
afterEach(() => project.remove());

/** The names of the models that `list` shows; the message if it refuses. */
async function changed(ref = 'main', cwd = project.folder): Promise<readonly string[] | string> {
  const models = join(project.folder, 'models');
  const { code, stdout, stderr } = await lockstep(['list', models, '--changed-since', ref], { cwd });
  return code === 0 ? [...stdout.matchAll(/^(\w+)$/gm)].map(([, name = '']) => name) : `${code} ${stderr}`;
}

test('a file that no model imports, and a commit that others made meanwhile, concern none', async () => {
  project.write('code/unused.js', '// changed');
  expect(await changed()).toEqual([]);
  project.commit('unused');
  project.git('checkout', '--quiet', 'main');
  project.write('models/alone.js', `${modelText('alone')}// others`);
  project.commit('others');
  project.git('checkout', '--quiet', 'work');
  expect(await changed()).toEqual([]);
  const nothing = await lockstep(['check', '--changed-since', 'main'], { cwd: project.folder });
  expect(nothing.code).toBe(0);
  expect(nothing.stderr).toBe('0 of 2 models changed since main\n');
  expect(nothing.stdout).toMatch(/^0 held, 0 violated, /);
});

test('its own file, not yet committed; a far import, committed; a new file', async () => {
  project.write('models/alone.js', `${modelText('alone')}// changed`);
  expect(await changed()).toEqual(['alone']);
  project.git('checkout', '--quiet', '--', '.');
  project.write('code/far.js', 'export const far = 2;');
  project.commit('far');
  expect(await changed()).toEqual(['deep']);
  project.write('models/fresh.js', modelText('fresh'));
  expect(await changed()).toEqual(['deep', 'fresh']);
  // From a folder below, git names files in another way.
  expect(await changed('main', join(project.folder, 'code'))).toEqual(['deep', 'fresh']);
});

test('a file that is moved away changes those that import it', async () => {
  renameSync(join(project.folder, 'code/far.js'), join(project.folder, 'code/further.js'));
  project.write('code/near.js', `import './further.js';`);
  expect(await changed()).toEqual(['deep']);
});

test('an import that cannot be followed, and other packages: nobody can tell, so they count', async () => {
  project.write(
    'models/alone.js',
    modelText('alone', `if (process.argv.length > 99) await import('../code/gone.js');`),
  );
  project.commit('it is allowed to be missing');
  project.git('checkout', '--quiet', '-B', 'main');
  project.git('checkout', '--quiet', '-b', 'more');
  expect(await changed()).toEqual(['alone']);
  project.write('package-lock.json', '{}');
  expect(await changed()).toEqual(['alone', 'deep']);
});

test.each([
  ['no such commit', 'nobody', 'nobody'],
  ['an option of git', '--all', '--all'],
])('%s is refused in plain words', async (_, ref, shown) => {
  expect(await changed(ref)).toMatch(
    new RegExp(
      `^2 error: cannot tell what changed since ${shown}\nDETAIL: .+\nHINT: in CI, check out the whole history`,
    ),
  );
});

test('outside a repository it is refused, too', async () => {
  rmSync(join(project.folder, '.git'), { recursive: true });
  expect(await changed('main', emptyFolder())).toMatch(
    /^2 error: cannot tell what changed since main\nDETAIL: fatal: not a git repository/,
  );
});
