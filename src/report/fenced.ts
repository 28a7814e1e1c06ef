/** Text that Markdown leaves as it is. */

/** Text within a line, between more backticks in a row than it holds. */
export function codeSpan(text: string): string {
  const runs = [...text.matchAll(/`+/g)].map(([run]) => run.length);
  const ticks = '`'.repeat(1 + Math.max(0, ...runs));
  // Markdown takes off one blank at each end.
  return text === '' ? '' : `${ticks}${/^[` ]|[` ]$/.test(text) ? ` ${text} ` : text}${ticks}`;
}

/** A fence longer than any that the text holds, so that nothing in it can close the block. */
export function fenced(text: string, language: string = 'text'): string {
  const runs = [...text.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = '`'.repeat(Math.max(3, ...runs.map((length) => length + 1)));
  return [`${fence}${language}`, text, fence].join('\n');
}
