/** The configuration file of the user: a module with a default export, or JSON. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Fault, messageOf } from '../../core/fault.ts';
import { importFile } from './import-file.ts';
import type { FoundConfig } from './messages.ts';

/** A configuration goes to the parent process as a copy, and a function has none. */
function plainConfig(value: unknown, file: string): unknown {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const odd = [
    ['the configuration', value] as const,
    ...entries.map(([key, item]) => [`"${key}"`, item] as const),
  ];
  const found = odd.toReversed().find(([, item]) => !isCopyable(item));
  if (found === undefined) return value;
  const [what, item] = found;
  throw new Fault(`the configuration file ${file} cannot be used`, {
    code: 'bad-config',
    kind: 'usage',
    detail: `${what} ${typeof item === 'function' ? 'is a function' : 'is not plain data'}`,
    hint: 'a configuration is a plain object: export default { models: ["models"] }',
  });
}

function isCopyable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

const configNames = ['ts', 'mts', 'js', 'mjs', 'json'].map((ending) => `lockstep.config.${ending}`);

/**
 * The configuration file that was named, else the one in the working directory, if there is one.
 *
 * @throws Fault `no-such-file`, `bad-config`, `does-not-parse`, `does-not-load`
 */
export async function findConfig(path: string | undefined): Promise<FoundConfig | undefined> {
  const file = path ?? configNames.find((name) => existsSync(name));
  if (file === undefined) return undefined;
  if (!existsSync(file)) {
    throw new Fault(`there is no configuration file ${file}`, { code: 'no-such-file', kind: 'usage' });
  }
  if (!file.endsWith('.json')) {
    const module = await importFile(resolve(file), file);
    if ('default' in module) {
      const { default: value } = module;
      // Compiled from a module to CommonJS, the default export lies one deeper.
      const deeper = (value as Record<string, unknown> | null)?.['default'];
      return { file, value: plainConfig(deeper ?? value, file) };
    }
    throw new Fault(`the configuration file ${file} has no default export`, {
      code: 'bad-config',
      kind: 'usage',
      hint: 'export default { models: ["models"] }',
    });
  }
  try {
    return { file, value: JSON.parse(readFileSync(file, 'utf8')) };
  } catch (error) {
    throw new Fault(`the configuration file ${file} is not JSON`, {
      code: 'bad-config',
      kind: 'usage',
      detail: messageOf(error),
    });
  }
}
