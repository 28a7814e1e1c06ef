/** The failure that the guide of an example shows, compared with the one that its test found. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { formatResult, type CheckResult } from '../../src/index.ts';

const folder = new URL('../../examples/', import.meta.url);
const block = /^```text\n(VIOLATION[^]*?)\n```$/m;

/** `UPDATE_DOCS=1` writes the current failure into the guide. */
export function expectShown(example: string, result: CheckResult): void {
  const guide = new URL(`${example}/README.md`, folder);
  const text = readFileSync(guide, 'utf8');
  expect(text).toMatch(block);
  const current = text.replace(block, () => `\`\`\`text\n${storyOf(result)}\n\`\`\``);
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(guide, current);
  else expect(text).toBe(current);
}

/** What the guide shows: without what differs from run to run. */
function storyOf(result: CheckResult): string {
  const [story = ''] = formatResult(result).split('\ncovered ');
  return (
    withoutWaits(story)
      .replaceAll(/\blockstep_[0-9a-f]{12}\b/g, 'lockstep_000000000000')
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '2026-01-01T00:00:00.000Z')
      .replaceAll(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){2}-[0-9a-f]{3}(?:[0-9a-f]-[0-9a-f]{12})?/g, (uuid) =>
        uuid.replaceAll(/[0-9a-f]/g, '0'),
      )
      // A row that is cut in the middle: its id is made from the time, and so is its end.
      .replaceAll(/\(0{8}-0{4}-0{4}-[0-9a-f]{4}-[^()…]*…[^()]*T[\d:.]+\+00:00\)/g, '(00000000-0000-…+00:00)')
      .replaceAll(/"s\d+_x\d+"/g, '"s140000000000000_x1"') // A savepoint of Django's: the thread, and a count.
      .trimEnd()
  );
}

/** How long a file or a timer takes decides whether a wait for it is shown. */
function withoutWaits(story: string): string {
  const wait = '.. waits outside the database';
  const lines = story
    .split('\n')
    .filter((line) => line.trim() === '' || line.replaceAll(wait, '').trim() !== '');
  return lines.map((line) => line.replaceAll(wait, ' '.repeat(wait.length)).trimEnd()).join('\n');
}
