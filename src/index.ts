export { defineModel, isModel, operation } from './core/define-model.ts';
export { Fault, formatFault } from './core/fault.ts';
export type * from './core/model.ts';
export { modelId } from './core/model.ts';
export { isolationLevels, type IsolationLevel } from './core/isolation.ts';
export type { Scenario } from './core/scenario.ts';
