/** A table of docs/libraries.md, written by the tests whose findings it shows. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';

const page = new URL('../../docs/libraries.md', import.meta.url);

/**
 * `UPDATE_DOCS=1` writes the table into the page.
 *
 * @param lines the head first, whose first cell no other table of the page has
 */
export function expectTable(lines: readonly (readonly string[])[]): void {
  const text = readFileSync(page, 'utf8');
  const table = new RegExp(`^\\| ${lines[0]?.[0]} .*\\n(?:\\|.*\\n)*`, 'm');
  expect(text).toMatch(table);
  const current = text.replace(table, () => tableOf(lines));
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page, current);
  else expect(text).toBe(current);
}

/** A cell of the page as it is, by the first cell of its row. */
export function shownCell(name: string, column: number): string | undefined {
  const rows = readFileSync(page, 'utf8')
    .split('\n')
    .map((row) => row.split(' | ').map((cell) => cell.replace(/^\| /, '').trim()));
  return rows.find(([first]) => first === name)?.[column];
}

function tableOf([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const text = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |\n`;
  return [text(head), rule, ...rows.map(text)].join('');
}
