/** The cells of a campaign: every model on every requested engine, at every requested level or at the model's own. */
import type { IsolationLevel } from '../core/isolation.ts';
import type { OrderRule } from '../core/order-rule.ts';
import type { EngineName, Job, ModelRef } from './job.ts';
import type { ModelFacts } from './model-facts.ts';

/** One model on one engine at one level. */
export interface Cell {
  readonly model: ModelFacts;
  readonly engine: EngineName;
  readonly isolation: IsolationLevel;
  readonly order: OrderRule;
}

/** The requested engines, levels and order; undefined: as each model says. */
export interface CellRequest {
  readonly engine: readonly EngineName[];
  readonly isolation: readonly IsolationLevel[] | undefined;
  readonly order: OrderRule | undefined;
}

export function cellsOf(request: CellRequest, models: readonly ModelFacts[]): readonly Cell[] {
  return models.flatMap((model) =>
    request.engine.flatMap((engine) => {
      // PGlite has one session, so every level is the same.
      const asked = request.isolation ?? model.levels;
      const levels = engine === 'pglite' ? asked.slice(0, 1) : asked;
      const order = request.order ?? model.order;
      return levels.map((isolation) => ({ model, engine, isolation, order }));
    }),
  );
}

/** The model and the engine of a job. A given server is for Postgres only. */
export function targetOf(
  { id, file, absolute }: ModelRef,
  engine: EngineName,
  server: string | undefined,
): Pick<Job, 'model' | 'engine'> {
  return {
    model: { id, file, absolute },
    engine: { engine, server: engine === 'postgres' ? server : undefined },
  };
}
