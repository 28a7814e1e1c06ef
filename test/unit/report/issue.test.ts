/** The text of an issue: a title that a script can take, each race with its replay line, and nothing that a name can break. */
import { marked } from 'marked';
import { expect, test } from 'vitest';
import { formatIssue, type IssueRace } from '../../../src/report/issue.ts';

const race: IssueRace = {
  id: '1a2b3c4d5e',
  title: 'lost update (P4): deposit and deposit',
  model: 'bank/faulty',
  engine: 'postgres',
  isolation: 'read committed',
  replay: 'v1:abc.12345678',
  story: ['VIOLATION  lost update (P4)', '', '      s1 deposit(1)'],
  file: 'corpus/bank--faulty/1a2b3c4d5e.race',
  back: false,
};
const context = { seed: 'night', commit: '0123456789abcdef' };

test('one race, word by word', () => {
  expect(formatIssue([race], context)).toMatchInlineSnapshot(`
    "# 1 new race

    Found by \`lockstep fuzz\`, seed \`night\`, commit \`0123456789\`

    ## \`lost update (P4): deposit and deposit\`

    In \`bank/faulty\` on postgres, read committed: race \`1a2b3c4d5e\`.

    \`\`\`text
    VIOLATION  lost update (P4)

          s1 deposit(1)
    \`\`\`

    Replay it:

    \`\`\`sh
    npx lockstep replay bank/faulty v1:abc.12345678
    \`\`\`

    Commit \`corpus/bank--faulty/1a2b3c4d5e.race\`, and \`lockstep corpus run\` says when it is mended, and if it comes back.
    "
  `);
});

test('the title counts, and nothing to report is no text', () => {
  const titleOf = (...races: readonly IssueRace[]): string =>
    formatIssue(races, context).split('\n')[0] ?? '';
  expect(titleOf(race, race, { ...race, back: true })).toBe('# 2 new races, 1 race is back');
  expect(titleOf({ ...race, back: true }, { ...race, back: true })).toBe('# 2 races are back');
  expect(formatIssue([], context)).toBe('');
});

test('no name becomes Markdown, HTML or a mention', () => {
  const attack = '</code><img src=x onerror=alert(1)> @everyone #1 `x` **bold**\n```\n# head';
  const text = formatIssue(
    [{ ...race, title: attack, model: attack, file: attack, story: attack.split('\n') }],
    { seed: attack, commit: attack },
  );
  const html = marked.parse(text, { async: false });
  expect(html).not.toMatch(/<img|<strong|<h1>(?!1 new race)/);
  // Outside code, nothing of it is left.
  const prose = html.replaceAll(/<code[^>]*>[^]*?<\/code>/g, '');
  expect(prose).not.toContain('everyone');
});

test('a text that would be too long names the races that it leaves out', () => {
  const long = { ...race, story: Array<string>(500).fill('x'.repeat(99)) };
  const text = formatIssue([long, { ...long, id: 'second' }, { ...long, id: 'third' }], context);
  expect(text.length).toBeLessThan(65_536);
  expect(text).toMatch(/2 more races left out, since the text would be too long: second, third\n$/);
});
