/** A plain text table: aligned columns, a heading and a rule, nothing else. */
import { oneLine, padTo, textWidth } from './text.ts';

export interface TableColumn {
  readonly heading: string;
  /** Numbers read better on the right. Default `left`. */
  readonly align?: 'left' | 'right';
}

/** The whole table, without a line end. A column may be just its heading. */
export function formatTable(
  columns: readonly (TableColumn | string)[],
  rows: readonly (readonly string[])[],
): string {
  const all = columns.map((column) => (typeof column === 'string' ? { heading: column } : column));
  const texts = [all.map(({ heading }) => heading), ...rows].map((row) =>
    all.map((_, index) => oneLine(row[index] ?? '')),
  );
  const widths = all.map((_, index) => Math.max(0, ...texts.map((row) => textWidth(row[index] ?? ''))));
  const line = (row: readonly string[]): string =>
    row
      .map((text, index) => {
        const width = widths[index] ?? 0;
        return all[index]?.align === 'right'
          ? ' '.repeat(width - textWidth(text)) + text
          : padTo(text, width);
      })
      .join('  ')
      .trimEnd();
  const [head = [], ...body] = texts;
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...body.map(line)].join('\n');
}
