/** Loads TypeScript and JavaScript files of the user: models and the configuration. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isModel } from '../../core/define-model.ts';
import { Fault, messageOf } from '../../core/fault.ts';
import { levelsOf, modelId, type Model } from '../../core/model.ts';
import { within } from '../../driver/within.ts';
import { nameOf } from '../find-files.ts';
import type { FoundConfig } from '../settings.ts';
import type { ModelFacts } from './messages.ts';

let ready: Promise<void> | undefined;

/**
 * Lets this process import TypeScript. Both of tsx's hooks: a file in a package without `"type": "module"` is
 * CommonJS for Node, and only tsx's CommonJS hook can load that.
 */
async function readTypeScript(): Promise<void> {
  const [cjs, esm] = await Promise.all([import('tsx/cjs/api'), import('tsx/esm/api')]);
  cjs.register();
  esm.register();
}

/** How long a file may take to load: the setting `stall`. */
let loadTimeoutMs = 30_000;

export function limitLoading(timeoutMs: number): void {
  loadTimeoutMs = timeoutMs;
}

async function importFile(absolute: string, name: string): Promise<Readonly<Record<string, unknown>>> {
  await (ready ??= readTypeScript());
  const importing = import(pathToFileURL(absolute).href) as Promise<Record<string, unknown>>;
  if (
    !(await within(
      loadTimeoutMs,
      importing.catch(() => undefined),
    ))
  ) {
    throw new Fault(`${name} does not finish loading`, {
      code: 'load-timeout',
      kind: 'usage',
      detail: `it was not done after ${loadTimeoutMs / 1000} s`,
      hint: 'does it await something at its top level that never comes? If it needs that long, raise --stall',
    });
  }
  try {
    const module = await importing;
    // The exports of a CommonJS module are its default export.
    const inner = module['default'];
    const plain = typeof inner === 'object' && inner !== null && !isModel(inner) ? inner : {};
    return { ...plain, ...module };
  } catch (error) {
    throw loadFault(error, absolute, name);
  }
}

function loadFault(error: unknown, absolute: string, name: string): Error {
  if (isFault(error)) {
    const { code, kind, hint } = error;
    const detail = `${name}${error.detail === undefined ? '' : `: ${error.detail}`}`;
    return new Fault(error.message, { code, kind, detail, hint, cause: error });
  }
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const message = messageOf(error);
  // esbuild names file and line in its message, Node before it, an error that the file throws in its stack.
  const places = [message, stack].map((text) =>
    /(?:file:\/\/)?(\/[^\s():]+|[A-Z]:\\[^\s():]+):(\d+)(?::(\d+))?/.exec(text),
  );
  const place = places.find((match) => match !== null);
  const parse = /Transform failed|SyntaxError/.test(`${error instanceof Error ? error.name : ''} ${message}`);
  const words = message
    .split('\n')
    .map((line) => line.replace(/^.*: ERROR: /, ''))
    .filter((line) => !line.startsWith('Transform failed') && line.trim() !== '');
  const where = place === undefined || place === null ? name : `${nameOf(place[1] ?? absolute)}:${place[2]}`;
  return new Fault(`${name} ${parse ? 'does not parse' : 'cannot be loaded'}`, {
    code: parse ? 'does-not-parse' : 'does-not-load',
    kind: 'usage',
    detail: `${where}: ${parse ? '' : error instanceof Error ? `${error.name}: ` : ''}${words.slice(0, 3).join('; ')}`,
    hint: ofTestRunner.test(message)
      ? 'a test file is for its test runner: export the model from a file of its own, and name that one'
      : undefined,
    cause: error,
  });
}

/** What a test file says where nobody runs it as one. */
const ofTestRunner =
  /^(?:describe|test|it|expect|before(?:All|Each)?|after(?:All|Each)?|jest|vi) is not defined|\bVitest (?:failed to|was initialized)/;

/** By shape: a model's file may have another copy of this package. */
export function isFault(error: unknown): error is Fault {
  return error instanceof Error && error.name === 'Fault' && 'kind' in error && 'code' in error;
}

const loaded = new Map<string, Promise<readonly Model[]>>();
/** By which name a file exports a model. */
const exportNames = new WeakMap<Model, string>();

/** @throws Fault `does-not-parse`, `does-not-load`, `same-model-twice`, or of `defineModel` */
export function modelsIn(absolute: string, name: string): Promise<readonly Model[]> {
  let models = loaded.get(absolute);
  if (models === undefined) {
    models = importFile(absolute, name).then((module) => {
      for (const [name, value] of Object.entries(module)) if (isModel(value)) exportNames.set(value, name);
      const all = [...new Set(Object.values(module).flat())].filter(isModel);
      const ids = all.map(modelId);
      const twice = ids.find((id, index) => ids.indexOf(id) !== index);
      if (twice === undefined) return all;
      throw new Fault(`${name} exports two models named ${twice}`, {
        code: 'same-model-twice',
        kind: 'usage',
        hint: 'give each a `variant` of its own',
      });
    });
    loaded.set(absolute, models);
  }
  return models;
}

export function factsOf(model: Model, name: string, absolute: string): ModelFacts {
  return {
    id: modelId(model),
    name: model.name,
    variant: model.variant,
    kind: model.kind,
    description: model.description,
    promise: model.promise,
    operations: Object.keys(model.operations),
    levels: levelsOf(model),
    order: model.check?.order ?? 'session',
    expected: { ...model.expected },
    schema: model.schema,
    exported: exportNames.get(model),
    file: name,
    absolute,
  };
}

/** A configuration goes to the command as a copy, and a function has none. */
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
