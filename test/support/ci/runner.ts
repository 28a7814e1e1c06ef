/**
 * Runs the steps of a job as a runner of GitHub does: each `run` by bash as it is written, with the environment that the runner
 * gives it, and the steps of an action of the project. Of other people's actions only the effect is there: an artifact is a
 * folder, so is a cache. `npm ci` alone is not run, since it would fetch what links give.
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainEnvironment, startProgram } from '../command.ts';
import { linkPackages } from '../project.ts';
import {
  filled,
  holds,
  readYaml,
  type Action,
  type Contexts,
  type Functions,
  type Step,
} from './workflow.ts';

export interface Machine {
  /** A clone of the project. */
  readonly workspace: string;
  /** Of this job alone: summaries, scripts. */
  readonly temp: string;
  /** Shared by jobs and runs: folders `artifacts` and `caches`. */
  readonly store: string;
  /** More of the environment: a server, stubs in PATH. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Ran {
  readonly failed: boolean;
  /** The names of the steps that ran, and how they ended. */
  readonly steps: readonly { readonly name: string; readonly code: number; readonly output: string }[];
  /** The job's summary. */
  readonly summary: string;
}

/** @param contexts `github`, `inputs`, `matrix`, `strategy` */
export async function runJob(steps: readonly Step[], contexts: Contexts, machine: Machine): Promise<Ran> {
  const job = new JobRun(machine);
  mkdirSync(machine.temp, { recursive: true });
  writeFileSync(job.summary, '');
  await job.run(steps, contexts);
  return { failed: job.failed, steps: job.steps, summary: readFileSync(job.summary, 'utf8') };
}

class JobRun {
  readonly #machine: Machine;
  readonly #outputs: Record<string, { readonly outputs: Readonly<Record<string, string>> }> = {};
  readonly steps: { readonly name: string; readonly code: number; readonly output: string }[] = [];
  failed = false;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  get summary(): string {
    return join(this.#machine.temp, 'summary.md');
  }

  async run(steps: readonly Step[], given: Contexts): Promise<void> {
    const functions: Functions = { failed: () => this.failed, hashFiles: (pattern) => this.#hash(pattern) };
    for (const step of steps) {
      const contexts = { ...given, steps: this.#outputs };
      if (!holds(step.if, contexts, functions)) continue;
      const fill = (text: string | number): string => filled(text, contexts, functions);
      const inputs = filledAll(step.with, fill);
      if (step.run !== undefined) await this.#script(step, fill);
      else if (step.uses?.startsWith('./') === true) await this.#action(step.uses, inputs, given);
      else this.#effect(step, inputs);
    }
  }

  async #script(
    { run = '', name = run, shell, env, 'working-directory': folder = '.' }: Step,
    fill: (text: string | number) => string,
  ): Promise<void> {
    const { workspace, temp, env: more } = this.#machine;
    if (run === 'npm ci') {
      linkPackages(workspace);
      return;
    }
    const file = join(temp, `step-${this.steps.length}.sh`);
    writeFileSync(file, fill(run));
    // As the runner calls it, with and without `shell: bash`.
    const bash = shell === 'bash' ? ['bash', '--noprofile', '--norc', '-eo', 'pipefail'] : ['bash', '-e'];
    const { code, stdout, stderr } = await startProgram([...bash, file], {
      cwd: join(workspace, fill(folder)),
      env: {
        ...plainEnvironment(more),
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_STEP_SUMMARY: this.summary,
        ...filledAll(env, fill),
      },
    }).ended;
    this.steps.push({ name: fill(name), code: code ?? -1, output: `${stdout}${stderr}` });
    if (code !== 0) this.failed = true;
  }

  async #action(uses: string, inputs: Readonly<Record<string, string>>, { github }: Contexts): Promise<void> {
    const action = readYaml<Action>(join(this.#machine.workspace, uses, 'action.yml'));
    const unknown = Object.keys(inputs).find((name) => action.inputs[name] === undefined);
    if (unknown !== undefined) throw new Error(`${uses} has no input ${unknown}`);
    const whole = Object.entries(action.inputs).map(([name, { default: standard, required }]) => {
      if (required === true && inputs[name] === undefined) throw new Error(`${uses} needs ${name}`);
      return [name, inputs[name] ?? standard ?? ''] as const;
    });
    await this.run(action.runs.steps, { github, inputs: Object.fromEntries(whole) });
  }

  #effect({ id, uses = '' }: Step, inputs: Readonly<Record<string, string>>): void {
    const [name = ''] = uses.split('@');
    const { workspace, store } = this.#machine;
    const { path = '', key = '' } = inputs;
    const caches = join(store, 'caches');
    const copy = (from: string, to: string): void => {
      for (const each of path.trim().split('\n'))
        if (existsSync(join(from, each))) cpSync(join(from, each), join(to, each), { recursive: true });
    };
    switch (name) {
      case 'actions/checkout':
      case 'actions/setup-node':
        return;
      case 'actions/cache/restore': {
        if (id !== undefined) this.#outputs[id] = { outputs: { 'cache-primary-key': key } };
        mkdirSync(caches, { recursive: true });
        const prefixes = (inputs['restore-keys'] ?? '')
          .trim()
          .split('\n')
          .filter((each) => each !== '');
        const found = [key, ...prefixes].map((start) =>
          readdirSync(caches)
            .toSorted()
            .findLast((each) => each.startsWith(start)),
        );
        const hit = found.find((each) => each !== undefined);
        if (hit !== undefined) copy(join(caches, hit), workspace);
        return;
      }
      case 'actions/cache/save':
        return copy(workspace, join(caches, key));
      case 'actions/upload-artifact':
        return copy(workspace, join(store, 'artifacts', inputs['name'] ?? 'artifact'));
      case 'actions/download-artifact': {
        const start = (inputs['pattern'] ?? '').replace(/\*$/, '');
        for (const each of readdirSync(join(store, 'artifacts')).filter((artifact) =>
          artifact.startsWith(start),
        ))
          cpSync(join(store, 'artifacts', each), join(workspace, path, each), { recursive: true });
        return;
      }
      default:
        throw new Error(`nothing is known of the effect of ${uses}`);
    }
  }

  #hash(pattern: string): string {
    const folder = join(this.#machine.workspace, pattern.replace(/\/\*\*$/, ''));
    if (!existsSync(folder)) return '';
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) =>
      each.isFile(),
    );
    const texts = files.map((each) => readFileSync(join(each.parentPath, each.name), 'utf8'));
    return createHash('sha256').update(texts.toSorted().join('\0')).digest('hex').slice(0, 8);
  }
}

function filledAll(
  values: Step['with'],
  fill: (text: string | number) => string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, fill(value)]));
}
