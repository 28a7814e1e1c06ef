/** Holds section 8 of the design by reading the import lines: imports point down, and only `cli` prints. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const src = fileURLToPath(new URL('../src/', import.meta.url));

interface Import {
  readonly typeOnly: boolean;
  /** A file under src, or the name of a package. */
  readonly target: string;
}

interface Source {
  readonly file: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

const importLine =
  /^(?:import|export)\s+(type\s+)?(?:[\w$*\s{},]+\s+from\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;

function read(file: string): Source {
  const text = readFileSync(join(src, file), 'utf8');
  const imports = [...text.matchAll(importLine)].map(([, type, from, dynamic]): Import => {
    const name = from ?? dynamic ?? '';
    const target = name.startsWith('.') ? normalize(join(dirname(file), name)) : name;
    return { typeOnly: type !== undefined, target };
  });
  return { file, text, imports };
}

const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .sort()
  .map(read);
const folderOf = (file: string): string => file.split('/')[0] ?? '';
const isPackage = (target: string): boolean => !target.endsWith('.ts');

/** What each folder may import besides itself: folders, single files, packages. Builtin modules are free. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: [],
  strategy: ['core', 'seedrandom'],
  oracle: ['core'],
  explain: ['core'],
  report: ['core', 'string-width', 'fast-xml-builder', 'sarif', 'd3-scale', 'd3-shape'],
  export: ['core', 'report', 'pg', 'pg/lib/utils.js'],
  shrink: ['core', 'strategy'],
  arbitrary: ['core', 'shrink', 'strategy', 'fast-check'],
  wire: [],
  source: ['core', 'wire', 'driver/statement-head.ts', 'driver/wire-client.ts', 'driver/within.ts', 'pg'],
  driver: ['core', 'wire', 'pg', '@electric-sql/pglite'],
  footprint: ['core', 'driver/evidence.ts', 'pg'],
  engine: [
    'core',
    'wire',
    'source',
    'driver/contract.ts',
    'driver/gated-client.ts',
    'driver/leased-client.ts',
    'driver/statement-head.ts',
    'driver/evidence.ts',
    'driver/goodbye.ts',
    'driver/lost-connection.ts',
    'driver/wire-client.ts',
    'driver/within.ts',
    'footprint',
    'pg',
  ],
  tally: ['core', 'engine/record.ts', 'report'],
  lab: [
    'core',
    'strategy',
    'oracle',
    'explain/observed.ts',
    'source/hook/install.ts',
    'engine',
    'footprint',
    'report',
    'driver/contract.ts',
  ],
  diagnosis: ['core', 'lab', 'oracle', 'explain', 'engine', 'report'],
  search: [
    'core',
    'tally',
    'lab',
    'diagnosis',
    'strategy',
    'explain',
    'engine',
    'footprint',
    'report',
    'driver/contract.ts',
  ],
  check: [
    'core',
    'search',
    'diagnosis',
    'lab',
    'tally',
    'strategy',
    'engine',
    'shrink',
    'arbitrary',
    'report',
    'driver/contract.ts',
    'fast-check',
    'seedrandom',
  ],
  hunt: [
    'core',
    'arbitrary',
    'check/check-ledger.ts',
    'search',
    'diagnosis/failure-kind.ts',
    'lab',
    'tally',
    'strategy',
    'report',
  ],
  certify: [
    'core',
    'arbitrary',
    'check',
    'search',
    'lab',
    'tally',
    'report',
    'driver/contract.ts',
    'esbuild',
    'fast-check',
  ],
  campaign: [
    'core',
    'check',
    'certify',
    'hunt',
    'arbitrary/scenario.ts',
    'lab',
    'search',
    'tally',
    'diagnosis/call-site.ts',
    'report',
    'engine/limits.ts',
    'driver/contract.ts',
    'driver/lost-connection.ts',
    'driver/within.ts',
    'driver/postgres/index.ts',
    'driver/pglite/index.ts',
    'tsx/cjs/api',
    'tsx/esm/api',
    'pg',
    'pg-boss',
  ],
  vitest: ['core', 'check', 'campaign/corpus/corpus.ts', 'report', 'driver/contract.ts', 'vitest'],
};
/** Folders at the top, which may import all that is below them. */
const onTop = new Set(['cli', 'index.ts']);
/** Packages whose types the words of the domain are made of. */
const typesForCore = new Set(['pg']);

function isNamedBy(permission: string, target: string): boolean {
  return permission === target || (!isPackage(target) && permission === folderOf(target));
}

function mayImport(from: string, { target, typeOnly }: Import): boolean {
  const folder = folderOf(from);
  if (folder === folderOf(target) || target.startsWith('node:') || onTop.has(folder)) return true;
  if (folder === 'core') return typeOnly && typesForCore.has(target);
  return (allowed[folder] ?? []).some((permission) => isNamedBy(permission, target));
}

test('the files are found, and their imports are read', () => {
  expect(sources.length).toBeGreaterThan(60);
  const check = sources.find(({ file }) => file === 'check/check.ts');
  expect(check?.imports).toContainEqual({ typeOnly: false, target: 'search/explore.ts' });
  expect(check?.imports).toContainEqual({ typeOnly: true, target: 'core/model.ts' });
  expect(check?.imports).toContainEqual({ typeOnly: false, target: 'check/sweeps.ts' });
  const sweeps = sources.find(({ file }) => file === 'check/sweeps.ts');
  expect(sweeps?.imports).toContainEqual({ typeOnly: false, target: 'fast-check' });
  const words = sources.filter(({ text }) => /^(import|export) .* from /m.test(text)).map(({ file }) => file);
  expect(sources.filter(({ imports }) => imports.length > 0).map(({ file }) => file)).toEqual(
    expect.arrayContaining(words),
  );
});

test('imports point down', () => {
  const wrong = sources.flatMap(({ file, imports }) =>
    imports.filter((each) => !mayImport(file, each)).map(({ target }) => `${file} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

test('every permission is used, and every folder has some', () => {
  const unused = Object.entries(allowed).flatMap(([folder, permissions]) => {
    const targets = sources
      .filter(({ file }) => folderOf(file) === folder)
      .flatMap(({ imports }) => imports.map(({ target }) => target));
    return permissions
      .filter((permission) => !targets.some((target) => isNamedBy(permission, target)))
      .map((permission) => `${folder}: ${permission}`);
  });
  expect(unused).toEqual([]);
  const folders = new Set(sources.map(({ file }) => folderOf(file)));
  expect([...folders].sort()).toEqual([...Object.keys(allowed), ...onTop].sort());
});

test('core imports nothing at run time', () => {
  const wrong = sources
    .filter(({ file }) => folderOf(file) === 'core')
    .flatMap(({ file, imports }) =>
      imports
        .filter(({ target, typeOnly }) => !typeOnly && folderOf(target) !== 'core')
        .map(({ target }) => `${file} imports ${target}`),
    );
  expect(wrong).toEqual([]);
});

test('one driver knows nothing of the other', () => {
  const driverOf = (file: string): string | undefined => /^driver\/(\w+)\//.exec(file)?.[1];
  const wrong = sources.flatMap(({ file, imports }) =>
    imports
      .filter(({ target }) => driverOf(file) !== undefined && driverOf(target) !== undefined)
      .filter(({ target }) => driverOf(file) !== driverOf(target))
      .map(({ target }) => `${file} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

test('the library has no engine in it: a concrete driver is imported by its own entry point only', () => {
  const reached = new Set<string>();
  const visit = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    const imports = sources.find((source) => source.file === file)?.imports ?? [];
    for (const { target, typeOnly } of imports) if (!typeOnly) visit(target);
  };
  visit('index.ts');
  expect([...reached].filter((file) => /^driver\/\w+\//.test(file) || file.startsWith('@electric'))).toEqual(
    [],
  );
  expect(reached).toContain('engine/execution.ts');
});

test('there are no import cycles', () => {
  const graph = new Map(sources.map(({ file, imports }) => [file, imports.map(({ target }) => target)]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' > '));
    if (done.has(file) || path.includes(file)) return;
    for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  expect(cycles).toEqual([]);
});

describe('only cli prints, reads the environment or exits', () => {
  /** Each with its reason. */
  const exceptions: Readonly<Record<string, readonly string[]>> = {
    // The text of another program: the process that watches over a throw-away cluster.
    'driver/postgres/guardian-script.ts': ['process.argv', 'process.env', 'process.exit', 'process.stdin'],
    // That program's environment: ours, without what would change Node or Postgres.
    'driver/postgres/guardian-process.ts': ['process.env'],
    // A program of a model's clients gets our environment, with the address of its session's database.
    'source/workers/program.ts': ['process.env'],
    // The text of another program: the process that ends those programs.
    'source/workers/reaper.ts': ['process.exit', 'process.stdin'],
    // A hint that names it.
    'campaign/worker/worker.ts': ['process.exit'],
    // PATH is where an installed Postgres is looked for.
    'driver/postgres/find-binaries.ts': ['process.env'],
    // The ports of Postgres that the environment names.
    'source/hook/address.ts': ['process.env'],
    // The program of a worker process: it ends itself, and must not close what it shares with its parent.
    'campaign/worker/main.ts': ['process.exit', 'process.stderr', 'process.stdout'],
  };
  const outward = /\bconsole\.|(?<![#.\w])process\.(?:stdout|stderr|exit|exitCode|env|argv|stdin)\b/g;

  test('nobody else does', () => {
    const found: Record<string, string[]> = {};
    for (const { file, text } of sources) {
      if (folderOf(file) === 'cli') continue;
      const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '');
      const uses = [...new Set([...code.matchAll(outward)].map(([use]) => use))].sort();
      if (uses.length > 0) found[file] = uses;
    }
    expect(found).toEqual(exceptions);
  });
});

test('strategies and the oracle read no clock and no source of chance', () => {
  const wrong = sources
    .filter(({ file }) =>
      ['core', 'strategy', 'oracle', 'shrink', 'report', 'explain'].includes(folderOf(file)),
    )
    .filter(({ text }) =>
      /\bDate\.now\(|\bperformance\.|\bMath\.random\(|\bnew Date\(\)|\bset(?:Timeout|Interval)\(/.test(text),
    )
    .map(({ file }) => file);
  expect(wrong).toEqual([]);
});

test('files are small: none has more than 250 lines', () => {
  const wrong = sources
    .map(({ file, text }) => ({ file, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > 250)
    .map(({ file, lines }) => `${file}: ${lines}`);
  expect(wrong).toEqual([]);
});

describe('the head of a statement is read in one place', () => {
  /** Each with what it looks at instead. */
  const others: Readonly<Record<string, string>> = {
    'footprint/statements.ts': 'the command tag of a reply',
    'engine/schema-removal.ts': 'the schema of a model, which may end a transaction anywhere',
  };
  const expression =
    /(?<![\w)\]*/])\/(?![*/ ])(?:[^/\n\\[]|\\.|\[(?:[^\]\n\\]|\\.)*\])+\/[dgimsuvy]*|\bString\.raw`[^`]*`/g;
  const word = /commit|rollback|abort|begin|savepoint|isolation|transaction/i;
  const readers = (all: readonly Pick<Source, 'file' | 'text'>[]): readonly string[] =>
    all
      .filter(({ text }) => {
        const code = text.replaceAll(/^\s*(?:\/\*[\s\S]*?\*\/|\/\/[^\n]*)$/gm, '');
        return [...code.matchAll(expression)].some(([found]) => word.test(found));
      })
      .map(({ file }) => file);

  test('by regular expressions that know its words', () => {
    const found = readers(sources).filter((file) => others[file] === undefined);
    expect(found).toEqual(['driver/statement-head.ts']);
    expect(readers(sources)).toEqual(expect.arrayContaining(Object.keys(others)));
  });

  test.each([
    ['const end = /^commit/i;', true],
    ['if (/\\bsavepoint\\b/.test(text)) return;', true],
    ['const a = new RegExp(String.raw`^rollback\\s`);', true],
    ['// not /^commit/\nconst a = 1;', false],
    ["const a = 'commit';", false],
    ['/** COMMIT / ROLLBACK */\nconst a = 1 / 2;', false],
  ])('%j is found: %s', (text, is) => {
    expect(readers([{ file: 'a.ts', text }])).toEqual(is ? ['a.ts'] : []);
  });
});
