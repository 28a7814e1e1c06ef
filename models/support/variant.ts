/** A variant's description of itself, apart from its code. */
import type { Model } from 'pg-lockstep';

export type Variant = Required<Pick<Model, 'variant' | 'kind' | 'description' | 'expected'>>;
