/**
 * Labs that stay open between hunts: to open one (a database, connections, the operations learned alone) takes as long as
 * hundreds of schedules.
 */
import type { Model } from '../../core/model.ts';
import { limitsWithinBudget } from '../../lab/limits-within-budget.ts';
import { Lab, type LabOptions } from '../../lab/lab.ts';
import { defaultLimits } from '../../engine/limits.ts';

/** Where to open a lab. */
export interface LabPlace {
  readonly model: () => Promise<Model>;
  readonly options: LabOptions;
  /** Labs that are kept, at most: each has a database and half a dozen connections. */
  readonly most: number;
}

interface KeptLab {
  readonly lab: Lab;
  isOver: () => boolean;
}

export class KeptLabs {
  /** By key, that used last at the end. */
  readonly #kept = new Map<string, KeptLab>();

  /**
   * Works on the lab with this key, which is opened if there is none. Not to be called while another work is under way.
   *
   * @param isOver whether the time of the work is over
   * @param work true if the lab is as good as new afterwards
   */
  async use<T>(
    key: string,
    place: LabPlace,
    isOver: () => boolean,
    work: (lab: Lab) => Promise<{ readonly answer: T; readonly sound: boolean }>,
  ): Promise<T> {
    const kept = this.#kept.get(key) ?? (await this.#open(place));
    this.#kept.delete(key);
    kept.isOver = isOver;
    let sound = false;
    try {
      const done = await work(kept.lab);
      ({ sound } = done);
      return done.answer;
    } finally {
      if (sound) await this.#keep(key, kept, place.most);
      else await kept.lab.close();
    }
  }

  async #open({ model, options }: LabPlace): Promise<KeptLab> {
    const state = { isOver: () => false };
    const limits = limitsWithinBudget(options.limits ?? defaultLimits, () => state.isOver());
    const lab = await Lab.open(await model(), { ...options, limits });
    return Object.assign(state, { lab });
  }

  async #keep(key: string, kept: KeptLab, most: number): Promise<void> {
    this.#kept.set(key, kept);
    for (const [oldest, { lab }] of [...this.#kept].slice(0, -most)) {
      this.#kept.delete(oldest);
      await lab.close();
    }
  }

  async close(): Promise<void> {
    const all = [...this.#kept.values()];
    this.#kept.clear();
    await Promise.allSettled(all.map(({ lab }) => lab.close()));
  }
}
