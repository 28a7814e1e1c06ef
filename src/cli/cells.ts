/** What a command works through: every model on every engine at every level that was asked for, or else that it names itself. */
import type { IsolationLevel } from '../core/isolation.ts';
import type { OrderRule } from '../core/order-rule.ts';
import type { Settings } from './settings.ts';
import type { EngineName } from './values.ts';
import type { EngineChoice, ModelFacts } from './worker/messages.ts';

/** One model on one engine at one level. */
export interface Cell {
  readonly model: ModelFacts;
  readonly engine: EngineName;
  readonly isolation: IsolationLevel;
  readonly order: OrderRule;
}

export function cellsOf(
  settings: Pick<Settings, 'engine' | 'isolation' | 'order'>,
  models: readonly ModelFacts[],
): readonly Cell[] {
  return models.flatMap((model) =>
    settings.engine.flatMap((engine) => {
      // PGlite has one session: what it does is the same at every level.
      const asked = settings.isolation ?? model.levels;
      const levels = engine === 'pglite' ? asked.slice(0, 1) : asked;
      const order = settings.order ?? model.order;
      return levels.map((isolation) => ({ model, engine, isolation, order }));
    }),
  );
}

/** A server that was given is for Postgres only. */
export function engineChoice({ server }: Pick<Settings, 'server'>, engine: EngineName): EngineChoice {
  return { engine, server: engine === 'postgres' ? server : undefined };
}
