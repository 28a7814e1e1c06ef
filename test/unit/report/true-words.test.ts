import { describe, expect, test } from 'vitest';
import type { Counterexample } from '../../../src/core/result.ts';
import { recorded } from '../../support/recorded.ts';
import { expectTrueWords } from '../../support/true-words.ts';
import { violated } from './every-kind.ts';

describe.each(Object.entries(recorded))('%s', (_, counterexample) => {
  test('every report says what happened', () => expectTrueWords(violated(counterexample)));
});

test('a version that was written, said to be read, is found out', () => {
  const { explanation, ...rest } = recorded['lost-update'] as Counterexample;
  if (explanation === undefined) throw new Error('it is explained');
  const [rw, ww] = explanation.evidence;
  if (rw === undefined || ww === undefined) throw new Error('it has two dependencies');
  const wrong = { ...explanation, evidence: [{ ...rw, before: rw.after }, ww] };
  expect(() => expectTrueWords(violated({ ...rest, explanation: wrong }))).toThrow(/\(alice,.15\).in.step.1/);
});
