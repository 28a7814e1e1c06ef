/**
 * The shape that a fast-check arbitrary must have. A shape and not a class, since fast-check ships its types twice, for
 * `import` and for `require`, and TypeScript treats the two classes as different: a model in a CommonJS package would not
 * compile.
 */
export interface Arbitrary<T> {
  generate(random: any, bias: number | undefined): { readonly value_: T };
  canShrinkWithoutContext(value: unknown): boolean;
  shrink(value: T, context: unknown): Iterable<{ readonly value_: T }>;
}

export function isArbitrary(value: unknown): value is Arbitrary<unknown> {
  const { generate, shrink, canShrinkWithoutContext } = (value ?? {}) as Partial<Arbitrary<unknown>>;
  return [generate, shrink, canShrinkWithoutContext].every((method) => typeof method === 'function');
}
