/** The file that defines a model, as a replay line names it. */
import { definitionStack } from '../core/define-model.ts';
import type { Model } from '../core/model.ts';
import { framesOf, nameOfFile } from './call-site.ts';

/**
 * The file that was being loaded, or the test that was running, relative to the working directory if it lies below it. The
 * caller of `defineModel` may only be a helper that makes variants. So of the first unbroken run of user frames the
 * outermost counts; a frame of Node or of a package (a test runner's, say) ends the run. Undefined if there is none.
 */
export function modelFileOf(model: Model): string | undefined {
  const frames = framesOf(definitionStack(model) ?? '');
  const first = frames.findIndex((frame) => frame.of === 'user');
  if (first === -1) return undefined;
  const end = frames.findIndex((frame, index) => index > first && frame.of !== 'user');
  const last = frames[(end === -1 ? frames.length : end) - 1];
  return last?.file === undefined ? undefined : nameOfFile(last.file);
}
