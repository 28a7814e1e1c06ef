/** What a case of abuse has to work with: folders of its own, a place to check in, chance that repeats. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../../src/driver/within.ts';
import {
  main,
  plainEnvironment,
  startProgram,
  type Ended,
  type Running,
  type StartOptions,
} from '../support/command.ts';
import type { Place } from './case.ts';
import type { Chance } from './chance.ts';
import type { GivenServer } from './given-server.ts';
import { processesOf, type OurProcess, type Role } from './processes.ts';

export interface RunOptions extends Partial<Omit<StartOptions, 'env'>> {
  /** Beyond the environment that every program of a case gets. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What must come to pass is waited for so long; the wait is no measure of anything. */
const limitMs = 60_000;
const markName = 'LOCKSTEP_ABUSE';

export class World {
  /** The working folder of what the case runs: empty at first. */
  readonly folder: string;
  /** `TMPDIR` of what it runs; must be empty again at the end. */
  readonly temp: string;
  readonly place: Place;
  readonly random: Chance;
  /** Every process that was ever seen to be the case's. */
  readonly seen: Set<number> = new Set();
  readonly #mark: string;
  readonly #given: () => Promise<GivenServer>;
  #url: string | undefined;

  constructor(root: string, mark: string, place: Place, random: Chance, given: () => Promise<GivenServer>) {
    this.folder = join(root, 'work');
    this.temp = join(root, 'temp');
    mkdirSync(this.folder);
    // The server of a run by root belongs to another user, who has to get there.
    mkdirSync(this.temp, { mode: 0o755 });
    this.#mark = mark;
    this.place = place;
    this.random = random;
    this.#given = given;
  }

  /** The server that the tool is given; not for the throw-away place. */
  async given(): Promise<GivenServer> {
    return this.#given();
  }

  /** Options that say where to check. */
  async where(): Promise<readonly string[]> {
    if (this.place === 'throw-away') return [];
    this.#url ??= (await this.#given()).url(this.place === 'superuser' ? 'postgres' : 'plain');
    return ['--server', this.#url];
  }

  get environment(): NodeJS.ProcessEnv {
    return plainEnvironment({ TMPDIR: this.temp, [markName]: this.#mark });
  }

  /** Any program, as part of the case. */
  start(command: readonly string[], { env = {}, cwd = this.folder, ...rest }: RunOptions = {}): Running {
    const running = startProgram(command, { cwd, env: { ...this.environment, ...env }, ...rest });
    if (running.process.pid !== undefined) this.seen.add(running.process.pid);
    return running;
  }

  startLockstep(args: readonly string[], options?: RunOptions): Running {
    return this.start([process.execPath, main, ...args], options);
  }

  lockstep(args: readonly string[], options?: RunOptions): Promise<Ended> {
    return this.startLockstep(args, options).ended;
  }

  /** The case's processes, as they are now. */
  processes(role?: Role): readonly OurProcess[] {
    const all = processesOf(`${markName}=${this.#mark}`, this.temp);
    for (const { pid } of all) this.seen.add(pid);
    return role === undefined ? all : all.filter((each) => each.role === role);
  }

  /** Waits for what can be observed. @param what for the message when it does not come to pass */
  async until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    if (!(await until(limitMs, condition, 2))) throw new Error(`not within ${limitMs} ms: ${what}`);
  }

  /** Waits until there is a process of this role, and gives the first. */
  async processOf(role: Role): Promise<OurProcess> {
    let found: OurProcess | undefined;
    await this.until(`a process that is the ${role}`, () => {
      [found] = this.processes(role);
      return found !== undefined;
    });
    return found as OurProcess;
  }
}

export function fixture(name: string): string {
  return fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
}

/** A model that holds, one that does not, and one whose search does not end, in this order. */
export const bank: string = fixture('bank.ts');
