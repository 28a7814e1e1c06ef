/**
 * Guesses whether a file exports models, for files that the user did not name. Loading a file runs it, and a folder may hold
 * scripts that deploy, migrate or delete something, so the file is only read.
 */
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Nobody writes a larger source file by hand. */
const mostBytes = 2 ** 20;

/**
 * Whether it exports something, and either imports pg-lockstep, or calls `defineModel`, or imports by its path a file that
 * does (a helper that makes variants, a list of models).
 */
export function looksLikeModel(file: string): boolean {
  const text = textOf(file);
  if (!/\bexport\b|\bexports\b/.test(text)) return false;
  return definesModel(text) || importsOf(text, dirname(file)).some((each) => definesModel(textOf(each)));
}

function definesModel(text: string): boolean {
  return /\bdefineModel\b|['"]pg-lockstep['"]/.test(text);
}

function textOf(file: string): string {
  try {
    const { size } = statSync(file);
    return statSync(file).isFile() && size <= mostBytes ? readFileSync(file, 'utf8') : '';
  } catch {
    return '';
  }
}

/** Files that a text may import by their paths; some may not exist. */
function importsOf(text: string, folder: string): readonly string[] {
  const byPath = /(?:\bfrom|\bimport|\brequire\()\s*\(?\s*['"]((?:\.{1,2})?\/[^'"]+)['"]/g;
  return [...text.matchAll(byPath)].flatMap(([, path = '']) => {
    const base = resolve(folder, path);
    const bare = base.replace(/\.[cm]?js$/, '');
    return [
      base,
      ...['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '/index.ts', '/index.js'].map(
        (end) => `${bare}${end}`,
      ),
    ];
  });
}
