/** What operations changed in the schema, for people to read. */
import { schemaColumns, schemaTable, type TableRows } from '../core/state.ts';
import { cutEnd, oneLine, unbroken } from './text.ts';

/** A definition is shown up to here. */
const shownWidth = 60;
/** More objects than this are counted, not listed. */
const shownObjects = 4;

type Row = TableRows['rows'][number];

export function isSchema({ columns }: TableRows): boolean {
  return columns[0] === schemaColumns[0];
}

/** As a table of a state is called in lists. */
export function tableName(name: string): string {
  return name === schemaTable ? 'schema' : oneLine(name);
}

/** `(index by_total added: CREATE INDEX by_total ...)`, `(table orders dropped)`. */
export function schemaRowText([object, change, definition]: Row): string {
  const text = shortened(definition ?? null);
  return `(${oneLine(object ?? '')} ${change}${text === '' ? '' : `: ${text}`})`;
}

/**
 * `index by_total: present; in every serial order: absent`.
 *
 * @param which the serial order that `wanted` belongs to
 */
export function schemaDifferenceText(
  seen: TableRows | undefined,
  wanted: TableRows | undefined,
  which: string,
): string {
  const [one, two] = [seen, wanted].map((table) => new Map((table?.rows ?? []).map((row) => [row[0], row])));
  const objects = [...new Set([...(one?.keys() ?? []), ...(two?.keys() ?? [])])];
  const texts = objects.flatMap((object) => {
    const [a, b] = [one?.get(object), two?.get(object)];
    const apart = conditionText(a, b);
    const other = conditionText(b, a);
    return apart === other ? [] : [[`${unbroken(oneLine(object ?? ''))}: ${apart}`, other] as const];
  });
  const shown = texts.slice(0, shownObjects);
  const rest = texts.length - shown.length;
  return [
    ...shown.map(([first, other]) => `${first}; in ${which}: ${other}`),
    ...(rest > 0 ? [`and ${rest} more in the schema`] : []),
  ].join(', ');
}

/** @param other the same object in the other schema, which decides how much has to be said */
function conditionText(row: Row | undefined, other: Row | undefined): string {
  if (row === undefined) return other?.[1] === 'added' ? 'absent' : 'as in the model';
  if (row[1] === 'dropped') return 'absent';
  return row[1] === 'added' && other === undefined ? 'present' : shortened(row[2] ?? null) || 'present';
}

function shortened(definition: string | null): string {
  return cutEnd(oneLine(definition ?? ''), shownWidth);
}
