/** An isolation level is what `default_transaction_isolation` is set to on every session of a run. */
export type IsolationLevel = 'read committed' | 'repeatable read' | 'serializable';

/** From the weakest to the strongest. Postgres treats READ UNCOMMITTED as READ COMMITTED, so it is left out. */
export const isolationLevels: readonly IsolationLevel[] = [
  'read committed',
  'repeatable read',
  'serializable',
];
