/** What a variant says of itself, apart from the code that makes it differ. */
import type { Model } from 'pg-lockstep';

export type Variant = Required<Pick<Model, 'variant' | 'kind' | 'description' | 'expected'>>;
