/** The facts of a model that are known without running it. */
import type { IsolationLevel } from '../core/isolation.ts';
import { levelsOf, modelId, type Expectations, type Model, type VariantKind } from '../core/model.ts';
import type { OrderRule } from '../core/order-rule.ts';
import type { ModelRef } from './job.ts';

export interface ModelFacts extends ModelRef {
  readonly name: string;
  readonly variant: string | undefined;
  readonly kind: VariantKind | undefined;
  readonly description: string | undefined;
  readonly promise: string | undefined;
  readonly operations: readonly string[];
  /** The levels at which it is meant to hold. */
  readonly levels: readonly IsolationLevel[];
  readonly order: OrderRule;
  readonly expected: Expectations;
  readonly schema: string;
  /** Whether `setup` alone makes the tables. */
  readonly madeInSetup: boolean;
  /** The export that is the model itself; undefined if the model is in an exported list. */
  readonly exported: string | undefined;
}

/** @param where the file, by name and by place, and the export */
export function factsOf(model: Model, where: Pick<ModelFacts, 'file' | 'absolute' | 'exported'>): ModelFacts {
  return {
    id: modelId(model),
    name: model.name,
    variant: model.variant,
    kind: model.kind,
    description: model.description,
    promise: model.promise,
    operations: Object.keys(model.operations),
    levels: levelsOf(model),
    order: model.check?.order ?? 'session',
    expected: { ...model.expected },
    schema: model.schema,
    madeInSetup: model.setup !== undefined && model.schema.trim() === '',
    ...where,
  };
}
