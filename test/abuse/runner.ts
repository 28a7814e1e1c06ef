/** Runs cases one after another: each in a world of its own, then the next run, then a look at what is left behind. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryFolder, memoryServes } from '../../src/driver/postgres/memory-folder.ts';
import { until, within } from '../../src/driver/within.ts';
import { sharedMemoryOf } from '../support/shared-memory.ts';
import { expectHolds } from './expect.ts';
import type { AbuseCase } from './case.ts';
import { Chance } from './chance.ts';
import { GivenServer } from './given-server.ts';
import { bank, World } from './world.ts';

export interface Outcome {
  readonly case: AbuseCase;
  readonly seed: string;
  /** What went wrong; undefined when nothing did. */
  readonly failure: string | undefined;
  /** Why it was not run. */
  readonly unfit: string | undefined;
  readonly seconds: number;
}

/** What a case waits for has limits of its own; this one ends a case that hangs all the same. */
const caseLimitMs = 240_000;
/** Whoever kills processes must leave the system time to take them away. */
const goneLimitMs = 20_000;

export class Runner {
  #given: GivenServer | undefined;
  readonly #root: Promise<string>;

  constructor() {
    this.#root = memoryServes().then((serves) => (serves ? memoryFolder : tmpdir()));
  }

  async run(each: AbuseCase, seed: string): Promise<Outcome> {
    const started = performance.now();
    const unfit = process.platform === 'linux' ? each.unfit?.() : 'needs /proc';
    const failure =
      unfit === undefined
        ? await this.#inWorld(each, seed).then(
            () => undefined,
            (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error)),
          )
        : undefined;
    return { case: each, seed, failure, unfit, seconds: (performance.now() - started) / 1000 };
  }

  async #inWorld(each: AbuseCase, seed: string): Promise<void> {
    const root = mkdtempSync(join(await this.#root, 'lsa-'));
    chmodSync(root, 0o755);
    const random = new Chance(`${each.topic} ${each.name} ${seed}`);
    const given = async (): Promise<GivenServer> =>
      (this.#given ??= await GivenServer.start(await this.#root));
    const world = new World(root, randomBytes(8).toString('hex'), each.place, random, given);
    try {
      if (!(await within(caseLimitMs, each.run(world)))) assert.fail(`not over after ${caseLimitMs} ms`);
      await this.#nextRunIsFine(world);
      await this.#nothingIsLeft(world);
    } finally {
      for (const { pid } of world.processes()) kill(pid);
      await this.#given?.dropAll().catch(() => undefined);
      rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    }
  }

  async #nextRunIsFine(world: World): Promise<void> {
    if (world.place !== 'throw-away') await (await world.given()).ready();
    const small = ['--sessions', '2', '--operations', '1', '--runs', '1', '--seed', '1'];
    const place = [...(await world.where()), '--reports', join(world.temp, '..', 'next')];
    expectHolds(await world.lockstep(['check', bank, '--variant', 'mended', ...small, ...place]));
  }

  async #nothingIsLeft(world: World): Promise<void> {
    let left: readonly string[] = [];
    const gone = async (): Promise<boolean> => {
      left = [
        ...world.processes().map(({ pid, command }) => `process ${pid}: ${command.slice(0, 200)}`),
        ...readdirSync(world.temp).map((name) => `${name} in the temp folder`),
        ...draftsIn(world.folder),
        ...sharedMemoryOf(world.seen),
        ...((await this.#given?.databases())?.map((name) => `database ${name}`) ?? []),
      ];
      return left.length === 0;
    };
    if (!(await until(goneLimitMs, gone, 20))) assert.fail(`left behind: ${left.join('; ')}`);
  }

  async stop(): Promise<void> {
    await this.#given?.stop();
    this.#given = undefined;
  }
}

/** Files of ours that were not finished. */
function draftsIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.tmp'))
    .map((name) => `draft ${name}`);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone in the meantime.
  }
}
