/**
 * The code blocks of the documentation, and what their info strings ask for:
 *
 * - `ts`: type-checked and executed; `throws`: it must throw; `file=NAME`: written under that name, so that other
 *   blocks of the page can import it; a `NAME` that ends in `.test.ts` is run by Vitest
 * - `text output`: what the `ts` block before it prints or throws; `text output=NAME.test.ts`: the failure of that
 *   test. Compared character by character; `UPDATE_DOCS=1` writes what is printed now into the page
 * - `sh`: every command, script and option in it must exist; `text output` after it is what its last line prints
 * - `json results`: valid under docs/results.schema.json; plain `json` must parse
 * - `not-run="reason"`: for reading only
 */
import { readFileSync } from 'node:fs';

export interface Block {
  /** `README.md`. */
  readonly page: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  /** Flags and settings of the info string: a flag is `''`. */
  readonly info: Readonly<Record<string, string>>;
  readonly text: string;
}

const fence = /^```(\w*)[ \t]*(.*)$/;

export function blocksOf(page: string, root: URL): readonly Block[] {
  const blocks: Block[] = [];
  let open: { line: number; language: string; info: Record<string, string>; lines: string[] } | undefined;
  for (const [index, line] of readFileSync(new URL(page, root), 'utf8').split('\n').entries()) {
    const match = fence.exec(line);
    if (open === undefined) {
      if (match === null) continue;
      open = { line: index + 1, language: match[1] ?? '', info: parseInfo(match[2] ?? ''), lines: [] };
    } else if (line === '```') {
      const { lines, ...rest } = open;
      blocks.push({ page, ...rest, text: lines.join('\n') });
      open = undefined;
    } else open.lines.push(line);
  }
  if (open !== undefined) throw new Error(`${page}:${open.line} opens a code block that is never closed`);
  return blocks;
}

function parseInfo(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/([\w-]+)(?:=(?:"([^"]*)"|(\S+)))?/g)].map(([, name, quoted, plain]) => [
      name,
      quoted ?? plain ?? '',
    ]),
  );
}

export function where(block: Block): string {
  return `${block.page}:${block.line}`;
}
