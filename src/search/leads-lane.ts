/** Runs leads of one scenario after another, on a lab that it makes when the first ones come. */
import type { Model } from '../core/model.ts';
import { canonicalText } from '../core/plain.ts';
import type { Scenario } from '../core/scenario.ts';
import { Lab, type LabOptions } from '../lab/lab.ts';
import { Trial } from '../lab/trial.ts';
import { runLeads, type Lead, type LeadsRun } from './leads.ts';

export class LeadsLane {
  readonly #cancelled: () => boolean;
  #lab: Lab | undefined;
  /** What the lab is for. */
  #setting = '';
  #trial: Trial | undefined;

  constructor(cancelled: () => boolean) {
    this.#cancelled = cancelled;
  }

  /** @param setting names the model and all its options: for another one there is another lab */
  async run(
    setting: string,
    open: { readonly model: Model; readonly options: LabOptions },
    scenario: Scenario,
    leads: readonly Lead[],
  ): Promise<LeadsRun> {
    if (this.#lab === undefined || this.#setting !== setting) {
      await this.close();
      this.#lab = await Lab.open(open.model, open.options);
      this.#setting = setting;
    }
    const lab = this.#lab;
    lab.keepAlive(true);
    try {
      return await runLeads(await this.#trialOf(lab, scenario), leads, this.#cancelled);
    } catch (error) {
      // In whichever state it is, the next leads get a new one.
      await this.close().catch(() => undefined);
      throw error;
    } finally {
      lab.keepAlive(false);
    }
  }

  async #trialOf(lab: Lab, scenario: Scenario): Promise<Trial> {
    const known = this.#trial;
    if (known !== undefined && canonicalText(known.scenario) === canonicalText(scenario)) return known;
    this.#trial = await Trial.on(lab, scenario);
    return this.#trial;
  }

  async close(): Promise<void> {
    const lab = this.#lab;
    this.#lab = undefined;
    this.#trial = undefined;
    await lab?.close();
  }
}
