/** Which columns the catalogue gives generated values, and how far the sequences of a second run are moved. */
import { largeObjects } from '../core/state.ts';
import type { Catalog } from '../engine/catalog.ts';
import type { GeneratedColumns, NamingRules } from '../oracle/generated-columns.ts';

export function namingRules({ tables, sequences }: Catalog): NamingRules {
  const unmoved = sequences.some(({ shift }) => shift === 0n);
  const columns = tables.map((table) => [
    table.name,
    Object.fromEntries(
      table.columns.map(({ name, generated }) => [
        name,
        generated === 'sequence' && unmoved ? 'counted' : generated,
      ]),
    ),
  ]);
  return {
    shifts: [...new Set(sequences.map(({ shift }) => shift))],
    // Numbers of large objects come from a counter of the whole server.
    columns: { ...(Object.fromEntries(columns) as GeneratedColumns), [largeObjects]: { loid: 'random' } },
  };
}
