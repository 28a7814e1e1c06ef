/** Text that Markdown leaves as it is. */

/** A fence longer than any that the text holds, so that nothing in it can close the block. */
export function fenced(text: string, language: string = 'text'): string {
  const runs = [...text.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = '`'.repeat(Math.max(3, ...runs.map((length) => length + 1)));
  return [`${fence}${language}`, text, fence].join('\n');
}
