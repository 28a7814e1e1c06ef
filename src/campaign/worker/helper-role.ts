/** What a worker does that helps another one: it searches scenarios of that one's check, on a lane of its own. */
import { LaneExecutor } from '../../search/lane-executor.ts';
import type { CheckOptions } from '../../check/options.ts';
import { resolveOptions } from '../../check/resolve-options.ts';
import type { Stint } from '../../search/scenario-executor.ts';
import type { Model } from '../../core/model.ts';
import type { RequestAnswers } from './messages.ts';

export class HelperRole {
  #executor: LaneExecutor | undefined;
  #cancelled = false;

  async begin(model: Model, options: CheckOptions): Promise<undefined> {
    await this.end();
    this.#executor = await LaneExecutor.open(model, resolveOptions(options, model), () => this.#cancelled);
    return undefined;
  }

  async explore(stint: Stint): Promise<RequestAnswers['explore']> {
    if (this.#executor === undefined) throw new Error('a helper is asked before it was made ready');
    this.#cancelled = false;
    const exploration = await this.#executor.explore(stint, () => this.#cancelled);
    return { exploration, account: this.#executor.account };
  }

  /** Ends the search that is under way. */
  cancel(): void {
    this.#cancelled = true;
  }

  async end(): Promise<undefined> {
    await this.#executor?.close();
    this.#executor = undefined;
    return undefined;
  }
}
