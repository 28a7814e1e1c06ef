/** The programs of examples in languages that are compiled: each is compiled once, into a folder that goes with the tests. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll } from 'vitest';

const examples = fileURLToPath(new URL('../../../examples/', import.meta.url));
const limitMs = 300_000;

export class CompiledPrograms {
  readonly #folder = mkdtempSync(join(tmpdir(), 'lockstep-compiled-'));

  /** To be called in the `describe` of its tests. @returns the command that runs it */
  go(example: string): [string] {
    this.#before('sdk/go/build.sh', join(examples, example), this.#folder);
    return [join(this.#folder, example)];
  }

  /** To be called in the `describe` of its tests. @returns the command that runs it */
  java(example: string, main: string): [string, ...string[]] {
    const classes = join(this.#folder, example);
    this.#before(`${example}/build.sh`, classes);
    const jars = ['postgresql', 'gson'].map((name) => `/usr/share/java/${name}.jar`);
    return ['java', '-cp', [classes, ...jars].join(':'), main];
  }

  #before(script: string, ...args: readonly string[]): void {
    // What two programs share is compiled for both.
    const env = { ...process.env, GOCACHE: join(this.#folder, 'cache') };
    beforeAll(() => void execFileSync('sh', [join(examples, script), ...args], { env }), limitMs);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
