/** A made place is where values end up that the code under test made itself, by chance: a token, an id, the name of a savepoint. */
export type MadePlace =
  | { readonly kind: 'column'; readonly table: string; readonly column: string }
  | { readonly kind: 'result'; readonly operation: string }
  /** In a statement (its text or a parameter) and nowhere else. */
  | { readonly kind: 'statement'; readonly operation: string };
