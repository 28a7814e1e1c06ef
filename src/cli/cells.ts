/** What a command works through: every model on every engine at every level that was asked for. */
import type { IsolationLevel } from '../core/isolation.ts';
import type { Settings } from './settings.ts';
import type { EngineName } from './values.ts';
import type { EngineChoice, ModelFacts } from './worker/messages.ts';

/** One model on one engine at one level. */
export interface Cell {
  readonly model: ModelFacts;
  readonly engine: EngineName;
  readonly isolation: IsolationLevel;
}

export function cellsOf(
  settings: Pick<Settings, 'engine' | 'isolation'>,
  models: readonly ModelFacts[],
): readonly Cell[] {
  return models.flatMap((model) =>
    settings.engine.flatMap((engine) => {
      // PGlite has one session: what it does is the same at every level.
      const levels = engine === 'pglite' ? settings.isolation.slice(0, 1) : settings.isolation;
      return levels.map((isolation) => ({ model, engine, isolation }));
    }),
  );
}

/** A server that was given is for Postgres only. */
export function engineChoice({ server }: Pick<Settings, 'server'>, engine: EngineName): EngineChoice {
  return { engine, server: engine === 'postgres' ? server : undefined };
}
