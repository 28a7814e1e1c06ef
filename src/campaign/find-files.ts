/** Finds model files: named ones, those in a folder, those that fit a pattern. */
import { readdirSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { Fault } from '../core/fault.ts';

export interface FoundFile {
  /** As messages and replay lines name it: relative to the working directory if it lies below it. */
  readonly name: string;
  readonly absolute: string;
  /** Whether the user named the file itself: then it must hold a model. */
  readonly named: boolean;
}

/** No folder of ours has more entries than this; /proc and / have. */
const mostEntries = 200_000;

/** @throws Fault `too-many-files` */
export function countEntries(seen: { entries: number }, more: number, folder: string, hint: string): void {
  seen.entries += more;
  if (seen.entries <= mostEntries) return;
  throw new Fault('too many files to look through', {
    code: 'too-many-files',
    kind: 'usage',
    detail: `more than ${mostEntries} entries, the last in ${folder}`,
    hint,
  });
}

const isCode = /\.[cm]?[jt]s$/;
const isNoModel = /\.d\.[cm]?ts$|\.(?:test|spec|config)\.[cm]?[jt]s$/;

/** @throws Fault `no-such-file` if a file or folder is not there, or nothing fits a pattern */
export function findFiles(patterns: readonly string[], folder: string = process.cwd()): readonly FoundFile[] {
  const found = new Map<string, FoundFile>();
  const add = (absolute: string, named: boolean): void => {
    const name = nameOf(absolute, folder);
    if (named || !found.has(absolute)) found.set(absolute, { name, absolute, named });
  };
  for (const pattern of patterns) {
    const absolute = resolve(folder, pattern);
    const what = statSync(absolute, { throwIfNoEntry: false });
    if (what?.isDirectory() === true) {
      for (const file of filesIn(absolute)) add(file, false);
    } else if (what !== undefined) {
      add(absolute, true);
    } else if (/[*?{]/.test(pattern)) {
      const { base, expression } = patternOf(pattern, folder);
      const fitting = filesIn(base).filter((file) => expression.test(file.split(sep).join('/')));
      if (fitting.length === 0) throw notThere(pattern, 'no file fits the pattern');
      for (const file of fitting) add(file, false);
    } else {
      throw notThere(pattern, 'the file or folder does not exist');
    }
  }
  return [...found.values()];
}

export function nameOf(absolute: string, folder: string = process.cwd()): string {
  const name = relative(folder, absolute);
  return name.startsWith('..') || isAbsolute(name) ? absolute : name.split(sep).join('/');
}

function notThere(pattern: string, what: string): Fault {
  return new Fault(`cannot find ${pattern}`, {
    code: 'no-such-file',
    kind: 'usage',
    detail: what,
    hint: 'name model files, folders of them, or patterns such as "models/**/*.ts"',
  });
}

function filesIn(folder: string, seen: { entries: number } = { entries: 0 }): string[] {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  countEntries(seen, entries.length, folder, 'name model files, or a folder that holds little else');
  return entries
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory())
        return entry.name === 'node_modules' || entry.name.startsWith('.') ? [] : filesIn(path, seen);
      return isCode.test(entry.name) && !isNoModel.test(entry.name) ? [path] : [];
    });
}

/** `*`, `?`, `**` and `{a,b}`; the search begins in the folder before the first of them. */
function patternOf(pattern: string, folder: string): { readonly base: string; readonly expression: RegExp } {
  const parts = pattern.split('/');
  const first = parts.findIndex((part) => /[*?{]/.test(part));
  const base = resolve(folder, parts.slice(0, first).join('/') || (isAbsolute(pattern) ? '/' : '.'));
  const tokens =
    parts
      .slice(first)
      .join('/')
      .match(/\*\*\/|\*\*|\*|\?|\{[^}]*\}|[^*?{]+|./g) ?? [];
  const source = tokens.map((token) => {
    if (token === '**/') return '(?:.*/)?';
    if (token === '**') return '.*';
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    if (token.startsWith('{')) return `(?:${token.slice(1, -1).split(',').map(literal).join('|')})`;
    return literal(token);
  });
  return { base, expression: new RegExp(`^${literal(base.split(sep).join('/'))}/${source.join('')}$`) };
}

function literal(text: string): string {
  return text.replaceAll(/[.+^$()|[\]\\{}*?]/g, String.raw`\$&`);
}
