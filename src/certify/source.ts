/**
 * The files of a model, by their digests: its own and the local ones that it imports. The packages that it imports, by their
 * installed versions. esbuild follows the imports, as it does when tsx loads the file, so it resolves what TypeScript
 * resolves, and imports of types alone do not count.
 */
import { createHash } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CertifiedSource } from '../core/certificate.ts';
import { Fault, messageOf } from '../core/fault.ts';

/** This package: certificates name its version by itself. */
const ownName = 'pg-lockstep';

/**
 * @param source the file that defines the model: a path or a `file:` URL
 * @throws Fault `no-source` if the file or one that it imports cannot be read
 */
export async function sourceOf(source: string | URL, schema: string): Promise<CertifiedSource> {
  const unreadable = (error: unknown): Fault =>
    new Fault(`cannot read what ${String(source)} is made of`, {
      code: 'no-source',
      kind: 'usage',
      detail: messageOf(error),
      hint: 'a certificate depends on the code: name the file that defines the model',
      cause: error,
    });
  try {
    const path = realpathSync(
      source instanceof URL || source.startsWith('file:') ? fileURLToPath(source) : source,
    );
    const folder = dirname(path);
    const { build } = await import('esbuild');
    const { metafile } = await build({
      absWorkingDir: folder,
      entryPoints: [basename(path)],
      bundle: true,
      write: false,
      metafile: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      logLevel: 'silent',
    });
    // The code talks to the database through it, whether it imports it itself or not.
    const packages = new Map([['pg', installedVersion('pg', folder)]]);
    for (const [name, { imports }] of Object.entries(metafile.inputs)) {
      for (const { path: target, external } of imports) {
        const owner = packageOf(target);
        if (external !== true || isBuiltin(target) || owner === ownName || packages.has(owner)) continue;
        packages.set(owner, installedVersion(owner, dirname(join(folder, name))));
      }
    }
    return {
      files: Object.keys(metafile.inputs)
        .map((name) => ({
          name: relative(folder, join(folder, name)).split(sep).join('/'),
          sha256: digestOf(textOf(join(folder, name))),
        }))
        .toSorted(byName),
      packages: [...packages].map(([name, version]) => ({ name, version })).toSorted(byName),
      schema: digestOf(schema),
    };
  } catch (error) {
    throw unreadable(error);
  }
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Git may check the same file out with other line ends. */
function textOf(file: string): string {
  return readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
}

function packageOf(target: string): string {
  return target.split('/', target.startsWith('@') ? 2 : 1).join('/');
}

/** Looks for a package as Node does: in `node_modules` of the folder and of those above it. */
function installedVersion(name: string, from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    try {
      const manifest: { readonly version?: string } = JSON.parse(
        readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8'),
      );
      return manifest.version ?? 'unknown';
    } catch {
      if (dirname(folder) === folder) return 'unknown';
    }
  }
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}
