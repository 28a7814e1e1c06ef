/** What foreign keys require when tables are emptied and filled. */
import type { Table } from './catalog.ts';

/** Tables after those that they reference, as far as that is possible. */
export function referencedFirst<T extends Pick<Table, 'name' | 'references'>>(
  tables: readonly T[],
): readonly T[] {
  const ordered: T[] = [];
  const visit = (table: T, path: readonly string[]): void => {
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

/**
 * The changed tables and all that reference them.
 *
 * @param whole whether to include the other partitions of a partitioned table
 */
export function withReferences(
  all: readonly Table[],
  changed: readonly Table[],
  whole: boolean,
): readonly Table[] {
  const chosen = new Set(changed);
  for (let size = -1; size !== chosen.size;) {
    size = chosen.size;
    const names = new Set([...chosen].map(({ name }) => name));
    const roots = new Set(whole ? [...chosen].map(({ root }) => root) : []);
    roots.delete(undefined);
    for (const table of all) {
      if (table.references.some((target) => names.has(target)) || roots.has(table.root)) chosen.add(table);
    }
  }
  return all.filter((table) => chosen.has(table));
}
