/** Imports TypeScript and JavaScript files of the user within a time limit, and reports errors in plain words. */
import { pathToFileURL } from 'node:url';
import { isModel } from '../../core/define-model.ts';
import { Fault, messageOf } from '../../core/fault.ts';
import { within } from '../../driver/within.ts';
import { nameOf } from '../find-files.ts';

let ready: Promise<void> | undefined;

/**
 * Lets this process import TypeScript. It needs both of tsx's hooks: a file in a package without `"type": "module"` is
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

/** @throws Fault `load-timeout`, `does-not-parse`, `does-not-load`, or the fault that the file throws */
export async function importFile(absolute: string, name: string): Promise<Readonly<Record<string, unknown>>> {
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

/** The message of a test file that no test runner runs. */
const ofTestRunner =
  /^(?:describe|test|it|expect|before(?:All|Each)?|after(?:All|Each)?|jest|vi) is not defined|\bVitest (?:failed to|was initialized)/;

/** By shape: a model's file may have another copy of this package. */
export function isFault(error: unknown): error is Fault {
  return error instanceof Error && error.name === 'Fault' && 'kind' in error && 'code' in error;
}
