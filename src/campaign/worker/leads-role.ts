/** What a worker does that takes part in a divided search: it runs leads of one scenario after another on a lab of its own. */
import type { CheckOptions } from '../../check/options.ts';
import { resolveOptions } from '../../check/resolve-options.ts';
import type { Model } from '../../core/model.ts';
import { canonicalText } from '../../core/plain.ts';
import { Lab } from '../../lab/lab.ts';
import { Trial } from '../../lab/trial.ts';
import { runLeads, type LeadsRun } from '../../search/leads.ts';
import type { LeadsJob } from '../job.ts';

export class LeadsRole {
  readonly #cancelled: () => boolean;
  #lab: Lab | undefined;
  /** What the lab is for. */
  #setting = '';
  #trial: Trial | undefined;

  constructor(cancelled: () => boolean) {
    this.#cancelled = cancelled;
  }

  async run(
    { model: { id, file }, scenario, leads }: LeadsJob,
    model: Model,
    options: CheckOptions,
  ): Promise<LeadsRun> {
    const { engine, ...plain } = options;
    const setting = JSON.stringify([id, file, engine.kind, plain]);
    if (this.#lab === undefined || this.#setting !== setting) {
      await this.end();
      this.#lab = await Lab.open(model, resolveOptions(options, model));
      this.#setting = setting;
    }
    const lab = this.#lab;
    lab.keepAlive(true);
    try {
      const same =
        this.#trial !== undefined && canonicalText(this.#trial.scenario) === canonicalText(scenario);
      this.#trial = same ? this.#trial : await Trial.on(lab, scenario);
      return await runLeads(this.#trial as Trial, leads, this.#cancelled);
    } catch (error) {
      // In whichever state it is, the next job gets a new one.
      await this.end().catch(() => undefined);
      throw error;
    } finally {
      lab.keepAlive(false);
    }
  }

  async end(): Promise<void> {
    const lab = this.#lab;
    this.#lab = undefined;
    this.#trial = undefined;
    await lab?.close();
  }
}
