/** The order in which tables can be filled where foreign keys are checked. */
import type { Table } from './catalog.ts';

/** Tables after those that they reference, as far as that is possible. */
export function referencedFirst(tables: readonly Table[]): readonly Table[] {
  const ordered: Table[] = [];
  const visit = (table: Table, path: readonly string[]): void => {
    if (ordered.includes(table) || path.includes(table.name)) return;
    for (const target of table.references) {
      const referenced = tables.find(({ name }) => name === target);
      if (referenced !== undefined) visit(referenced, [...path, table.name]);
    }
    ordered.push(table);
  };
  for (const table of tables) visit(table, []);
  return ordered;
}
