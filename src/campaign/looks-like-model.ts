/**
 * Whether a file that nobody named looks as if it exports models. Loading a file runs it, and in a folder there may be
 * scripts that deploy, migrate or delete something; so this is decided by reading.
 */
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** No source file that a person wrote is larger. */
const mostBytes = 2 ** 20;

/**
 * It exports something, and imports pg-lockstep or calls `defineModel`; or it imports a file by its path that does (a helper
 * that makes variants, a list of models).
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

/** Files that a text imports by their paths, as far as they are there. */
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
