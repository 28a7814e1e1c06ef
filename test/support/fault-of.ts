import { expect } from 'vitest';
import { Fault } from '../../src/core/fault.ts';

/** The fault that this code throws; the test fails where it throws nothing, or something else. */
export async function faultOf(code: () => unknown): Promise<Fault> {
  let thrown: unknown;
  try {
    await code();
  } catch (error) {
    thrown = error;
  }
  expect(thrown, 'a fault was expected').toBeInstanceOf(Fault);
  return thrown as Fault;
}
