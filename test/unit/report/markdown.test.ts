import { marked } from 'marked';
import { expect, test } from 'vitest';
import { fenced } from '../../../src/report/fenced.ts';
import { formatMarkdown } from '../../../src/report/markdown.ts';
import { everyKind, modelPathOf, story, violated } from './every-kind.ts';
import { attacks, hostile } from './hostile.ts';
import { lostUpdate } from './build.ts';

test('every kind of result reads as agreed', async () => {
  await expect(formatMarkdown(everyKind, { modelPathOf })).toMatchFileSnapshot(
    './__golden__/every-kind.md.txt',
  );
});

test('nothing that a name or a value holds becomes Markdown or HTML', async () => {
  const html = await marked(formatMarkdown(hostile), { gfm: true });
  const tags = [...html.matchAll(/<(\/?[a-z][^>]*)>/gi)].map(([, tag]) => tag?.replace(/^\//, ''));
  expect([...new Set(tags)].toSorted((a = '', b = '') => (a < b ? -1 : 1))).toEqual(
    [
      'code',
      'code class="language-text"',
      'details',
      'div',
      'h2',
      'pre',
      'strong',
      'summary',
      'table',
      'td',
      'th',
      'tr',
    ].sort(),
  );
  // Everything that was opened is closed: the blocks are as many as were written.
  for (const tag of ['details', 'pre', 'table']) {
    const [open, closed] = [`<${tag}>`, `</${tag}>`].map((each) => html.split(each).length - 1);
    expect(open, tag).toBe(tag === 'table' ? 1 : 2);
    expect(closed, tag).toBe(open);
  }
});

test('a fence is longer than any in the text', () => {
  expect(fenced('a')).toBe('```text\na\n```');
  expect(fenced('a\n````\nb')).toBe('`````text\na\n````\nb\n`````');
  for (const text of attacks) expect(marked.lexer(fenced(text)).map(({ type }) => type)).toEqual(['code']);
});

test('a summary that GitHub would refuse leaves stories out, and says so', () => {
  const replay = `v1:${'a'.repeat(90_000)}`;
  const many = Array.from({ length: 20 }, () => violated({ ...story('lost-update'), replay }));
  const text = formatMarkdown(many);
  expect(Buffer.byteLength(text)).toBeLessThan(1_048_576);
  const stories = text.split('<details>').length - 1;
  expect(stories).toBe(9);
  expect(text.trimEnd().split('\n').at(-1)).toBe(
    `${20 - stories} more stories left out: the summary would be too long.`,
  );
  expect(formatMarkdown([violated(lostUpdate)])).not.toContain('left out');
});
