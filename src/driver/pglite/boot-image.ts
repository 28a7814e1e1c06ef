/**
 * A boot image is the data folder of a newly made database. PGlite makes one at each boot, which is most of what a boot
 * costs; the first boot keeps it beside the installed packages, and later ones begin with it.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

const require = createRequire(import.meta.url);
const packageName = '@electric-sql/pglite';

export class BootImage {
  readonly #file: string;

  private constructor(file: string) {
    this.#file = file;
  }

  /**
   * That of the installed PGlite. Undefined if it does not lie in a `node_modules` folder.
   *
   * @param module a file of PGlite
   */
  static async find(module: string = require.resolve(packageName)): Promise<BootImage | undefined> {
    const at = module.lastIndexOf(join('node_modules', packageName) + sep);
    if (at < 0) return undefined;
    const packages = join(module.slice(0, at), 'node_modules');
    const facts = await readFile(join(packages, packageName, 'package.json'), 'utf8').catch(() => '{}');
    const { version } = JSON.parse(facts) as { readonly version?: unknown };
    if (typeof version !== 'string') return undefined;
    return new BootImage(join(packages, '.cache', 'pg-lockstep', `pglite-${version}.tar.gz`));
  }

  /** Undefined if there is none, or a damaged one. */
  async read(): Promise<Blob | undefined> {
    try {
      // PGlite would leave the error of a damaged file to nobody.
      const bytes = await promisify(gunzip)(await readFile(this.#file));
      return new Blob([new Uint8Array(bytes)], { type: 'application/x-tar' });
    } catch {
      return undefined;
    }
  }

  /** Never rejected: where nothing may be written, each boot makes its own. */
  async keep(image: Blob): Promise<void> {
    const draft = `${this.#file}.${randomBytes(6).toString('hex')}`;
    try {
      await mkdir(dirname(this.#file), { recursive: true });
      await writeFile(draft, Buffer.from(await image.arrayBuffer()));
      // Another process may do the same: whichever comes last, the file is whole.
      await rename(draft, this.#file);
    } catch {
      await rm(draft, { force: true }).catch(() => {});
    }
  }

  /** It is no use: a damaged file, say. */
  async drop(): Promise<void> {
    await rm(this.#file, { force: true }).catch(() => {});
  }
}
