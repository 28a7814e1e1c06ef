/** Whether the commands of a shell block exist: programs, npm scripts, files, and each option of `lockstep`. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { main } from '../support/command.ts';

const run = promisify(execFile);

interface Manifest {
  readonly name: string;
  readonly scripts: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

/** Options of npm and npx themselves. */
const npmCommands = new Set(['ci', 'i', 'install', 'test', 'start']);

/** One text per line that would not work. */
export async function problemsOf(text: string, root: string): Promise<readonly string[]> {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
  const found: string[] = [];
  for (const line of linesOf(text)) {
    for (const command of line.split(/\s*(?:&&|\|\|)\s*/)) {
      const problem = await problemOf(wordsOf(command), manifest, root);
      if (problem !== undefined) found.push(`${command}: ${problem}`);
    }
  }
  return found;
}

async function problemOf(
  words: readonly string[],
  manifest: Manifest,
  root: string,
): Promise<string | undefined> {
  const [program = '', ...rest] = words.filter((word) => !/^[A-Z_]+=/.test(word));
  switch (program) {
    case 'npm':
      return npmProblem(rest, manifest);
    case 'npx':
      if (rest[0] === 'lockstep') return lockstepProblem(rest.slice(1), root);
      return packageProblem(rest[0] ?? '', manifest) ?? missingFile(rest.slice(1), root);
    case 'lockstep':
      return lockstepProblem(rest, root);
    case 'node':
      return missingFile(rest.slice(0, 1), root);
    case 'git':
    case 'cd':
    // What exported files are run with, and what they need.
    case 'sh':
    case 'createdb':
    case 'dropdb':
    case 'isolationtester':
      return undefined;
    default:
      return existsSync(join(root, program)) ? undefined : `${program} is not known here`;
  }
}

function npmProblem([command = '', ...rest]: readonly string[], manifest: Manifest): string | undefined {
  if (command === 'run') {
    const script = rest[0] ?? '';
    return manifest.scripts[script] === undefined ? `there is no script ${script}` : undefined;
  }
  if (!npmCommands.has(command)) return `npm ${command} is not known here`;
  if (command !== 'i' && command !== 'install') return undefined;
  const packages = rest.filter((word) => !word.startsWith('-'));
  return packages.map((name) => packageProblem(name, manifest)).find((problem) => problem !== undefined);
}

function packageProblem(name: string, manifest: Manifest): string | undefined {
  if (name === manifest.name || manifest.devDependencies[name] !== undefined) return undefined;
  return ['tsc'].includes(name) ? undefined : `${name} is not among the packages of this repository`;
}

function missingFile(words: readonly string[], root: string): string | undefined {
  // `3/8` is a shard.
  const isPath = (word: string): boolean => /^[\w.-]+\/[\w./-]+$/.test(word) && !/^\d+\/\d+$/.test(word);
  const missing = words.find((word) => isPath(word) && !existsSync(join(root, word)));
  return missing === undefined ? undefined : `there is no ${missing}`;
}

const helps = new Map<string, Promise<string>>();

async function lockstepProblem(words: readonly string[], root: string): Promise<string | undefined> {
  // `corpus` has commands of its own.
  const [first = ''] = words[0] === 'corpus' ? [words.slice(0, 2).join(' ')] : words;
  const isCommand = /^[a-z]/.test(first);
  const help = await helpOf(isCommand ? first : '', root);
  if (isCommand && !new RegExp(`^Usage: .*\\b${first}\\b`, 'm').test(help))
    return `there is no command ${first}`;
  const unknown = words
    .filter((word) => /^--?[a-z]/.test(word))
    .map((word) => word.split('=')[0] ?? word)
    .find((option) => !new RegExp(`(?:^|[\\s,])${option}(?=[\\s,=<\\[]|$)`, 'm').test(help));
  if (unknown !== undefined) return `lockstep ${first} has no option ${unknown}`;
  return missingFile(words, root);
}

function helpOf(command: string, root: string): Promise<string> {
  let help = helps.get(command);
  if (help === undefined) {
    help = lockstep(command === '' ? ['--help'] : [...command.split(' '), '--help'], root);
    helps.set(command, help);
  }
  return help;
}

/** Runs the built command; what it prints on stdout, whichever its exit code. Progress goes to stderr. */
async function lockstep(args: readonly string[], root: string): Promise<string> {
  const env = { ...process.env, NO_COLOR: '1' };
  const ended = await run(process.execPath, [main, ...args], { cwd: root, env }).catch(
    (error: { stdout: string }) => error,
  );
  return ended.stdout.trimEnd();
}

/** Runs one line that calls `lockstep`. */
export function runLine(line: string, root: string): Promise<string> {
  const words = wordsOf(line);
  const start = words.indexOf('lockstep');
  if (start < 0) throw new Error(`only lockstep is run for its output, not: ${line}`);
  return lockstep(words.slice(start + 1), root);
}

function linesOf(text: string): readonly string[] {
  return text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.replace(/(?:^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}

function wordsOf(command: string): readonly string[] {
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? '',
  );
}
