/** A model in which one operation has its serial form, with given choices; see `Operation.serial`. */
import type { Model, Operation } from '../core/model.ts';

export interface SerialForm {
  readonly model: Model;
  /** How many options each choice had; complete once the operation has run. */
  readonly options: readonly number[];
}

/** @param choices the option to take at each choice, counted from 0; at later choices the first option is taken */
export function serialForm(model: Model, name: string, choices: readonly number[]): SerialForm {
  const options: number[] = [];
  const operation = model.operations[name];
  const serial = operation?.serial;
  if (operation === undefined || serial === undefined) return { model, options };
  const anyOf = <T>(list: readonly T[]): T | undefined => {
    const chosen = choices[options.length] ?? 0;
    options.push(list.length);
    return list[chosen];
  };
  const run: Operation['run'] = (session, ...args) => serial(session, anyOf, ...args);
  return { model: { ...model, operations: { ...model.operations, [name]: { ...operation, run } } }, options };
}
