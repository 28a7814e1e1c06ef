/**
 * The code that a campaign runs: the release of this tool, and for each model file its digest and those of the local files
 * and packages that it imports. A worker whose code differs would give results of another model.
 */
import { resolve } from 'node:path';
import { ownVersion } from '../../certify/certificate.ts';
import { sourceOf } from '../../certify/source.ts';
import type { CertifiedSource } from '../../core/certificate.ts';
import { Fault } from '../../core/fault.ts';

export interface FleetCode {
  /** Of pg-lockstep. */
  readonly version: string;
  /** By the name of the model file, relative to the working directory. */
  readonly files: Readonly<Record<string, CertifiedSource>>;
}

/** @throws Fault `no-source` if a file or one that it imports cannot be read */
export async function codeOf(files: Iterable<string>): Promise<FleetCode> {
  const sources: Record<string, CertifiedSource> = {};
  for (const file of files) sources[file] = await sourceOf(resolve(file), '');
  return { version: ownVersion(), files: sources };
}

/** Why this working directory cannot run the code, in words; undefined if it can. */
export async function refusalOf(code: FleetCode): Promise<string | undefined> {
  const version = ownVersion();
  if (code.version !== version)
    return `the campaign runs pg-lockstep ${code.version}, and this is ${version}`;
  try {
    const here = await codeOf(Object.keys(code.files));
    const texts = Object.entries(code.files).flatMap(([file, there]) => {
      const differences = differencesOf(there, here.files[file]);
      return differences.length === 0 ? [] : [`${file}: ${differences.join(', ')}`];
    });
    return texts.length === 0 ? undefined : texts.join('; ');
  } catch (error) {
    if (error instanceof Fault) return `${error.message}: ${error.detail ?? ''}`;
    throw error;
  }
}

function differencesOf(there: CertifiedSource, here: CertifiedSource | undefined): readonly string[] {
  const files = differing(there.files, here?.files ?? [], ({ sha256 }) => sha256);
  const packages = differing(there.packages, here?.packages ?? [], ({ version }) => version);
  return [
    ...files.map(({ name }) => `the file ${name} is another one here`),
    ...packages.map(({ name, before, after }) => `package ${name} is ${before} there, and ${after} here`),
  ];
}

function differing<T extends { readonly name: string }>(
  there: readonly T[],
  here: readonly T[],
  valueOf: (item: T) => string,
): readonly { readonly name: string; readonly before: string; readonly after: string }[] {
  const names = [...new Set([...there, ...here].map(({ name }) => name))];
  return names.flatMap((name) => {
    const [before, after] = [there, here].map((list) => {
      const item = list.find((each) => each.name === name);
      return item === undefined ? 'not imported' : valueOf(item);
    }) as [string, string];
    return before === after ? [] : [{ name, before, after }];
  });
}
