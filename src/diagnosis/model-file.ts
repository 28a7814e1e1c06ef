/** The file that defines a model, as a replay line names it. */
import { definitionStack } from '../core/define-model.ts';
import type { Model } from '../core/model.ts';
import { framesOf, nameOfFile } from './call-site.ts';

/**
 * Relative to the working directory where it lies below it. Not simply where `defineModel` was called, which may be a
 * helper that makes variants: the file that was being loaded, or the test that was running, which is the outermost of the
 * frames that follow each other without one of Node's or of a package (a test runner's, say). Undefined where that
 * cannot be seen.
 */
export function modelFileOf(model: Model): string | undefined {
  const frames = framesOf(definitionStack(model) ?? '');
  const first = frames.findIndex((frame) => frame.of === 'user');
  if (first === -1) return undefined;
  const end = frames.findIndex((frame, index) => index > first && frame.of !== 'user');
  const last = frames[(end === -1 ? frames.length : end) - 1];
  return last?.file === undefined ? undefined : nameOfFile(last.file);
}
