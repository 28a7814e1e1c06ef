/**
 * `npm run hermitage`: Hermitage's matrix for Postgres, every cell found by search or searched completely, on
 * the newest and the oldest Postgres of this machine. `npm run hermitage -- FOLDER...` takes the programs of
 * those folders instead.
 */
import { existsSync, readdirSync } from 'node:fs';
import { isolationLevels } from 'pg-lockstep';
import { postgres } from 'pg-lockstep/postgres';
import { rows } from './cells.ts';
import { scopes } from './scopes.ts';
import { searchColumn, type Column } from './search.ts';

/** Debian's folder of versions. */
const debian = '/usr/lib/postgresql';
const installed = existsSync(debian)
  ? readdirSync(debian)
      .toSorted((a, b) => Number(a) - Number(b))
      .map((version) => `${debian}/${version}/bin`)
      .filter((folder) => existsSync(`${folder}/postgres`))
  : [];
const given = process.argv.slice(2);
const engines =
  given.length > 0
    ? given.map((binaries) => postgres({ binaries }))
    : [postgres(), ...installed.slice(0, 1).map((binaries) => postgres({ binaries }))];

const mark = (column: Column, name: string): string =>
  column.found.has(name) ? '—' : column.complete ? '✓' : '?';

function print(columns: readonly Column[]): number {
  const names = rows.map(({ name }) => name);
  const width = Math.max(...names.map((name) => name.length));
  console.log(`\n${columns[0]?.engine ?? ''}`);
  console.log(`  ${''.padEnd(width)}  ${columns.map(({ isolation }) => isolation.padEnd(15)).join('  ')}`);
  let differing = 0;
  for (const { name, published } of rows) {
    const cells = columns.map((column) => {
      const expected = published.includes(column.isolation) ? '—' : '✓';
      const own = mark(column, name);
      if (own !== expected) differing += 1;
      return (own === expected ? own : `${own} (published ${expected})`).padEnd(15);
    });
    console.log(`  ${name.padEnd(width)}  ${cells.join('  ')}`);
  }
  const count = (of: (column: Column) => string | number): string =>
    columns.map((column) => String(of(column)).padEnd(15)).join('  ');
  console.log(`  ${'scenarios'.padEnd(width)}  ${count(({ scenarios }) => scenarios)}`);
  console.log(`  ${'schedules run'.padEnd(width)}  ${count(({ schedules }) => schedules)}`);
  console.log(`  ${'complete'.padEnd(width)}  ${count(({ complete }) => (complete ? 'yes' : 'no'))}`);
  return differing;
}

const scenarios = scopes.flatMap((scope) => scope.scenarios);
console.log(
  '✓ prevented: no schedule of any scenario shows it   — found   ? not found, not searched completely',
);
for (const { name, scenarios: own } of scopes) console.log(`  ${own.length} scenarios: ${name}`);
let differing = 0;
try {
  for (const engine of engines) {
    const columns: Column[] = [];
    for (const isolation of isolationLevels) columns.push(await searchColumn(engine, isolation, scenarios));
    differing += print(columns);
  }
} finally {
  await Promise.all(engines.map((engine) => engine.close()));
}
console.log(
  differing === 0
    ? '\nevery cell is as Hermitage published it'
    : `\n${differing} cells are not as Hermitage published them`,
);
