/** Finds the models of a campaign, which the requested files, folders and patterns export. */
import { Fault } from '../core/fault.ts';
import type { VariantKind } from '../core/model.ts';
import { findFiles } from './find-files.ts';
import { looksLikeModel } from './looks-like-model.ts';
import type { ModelFacts } from './model-facts.ts';

export interface ModelRequest {
  /** Files, folders and patterns. */
  readonly models: readonly string[];
  /** Only models with these variants, or of these names; undefined: all. */
  readonly variant: readonly string[] | undefined;
  /** Only models of these kinds; undefined: all. */
  readonly kind: readonly VariantKind[] | undefined;
}

/**
 * Loading a file runs it, so a file that the user did not name is loaded only if it looks like a model.
 *
 * @param load the models that a file exports
 * @param onSkipped called with the files that were not loaded, if there are any
 * @throws Fault `no-model`, `no-such-variant`, of `findFiles`, or of a file that cannot be loaded
 */
export async function findModels(
  request: ModelRequest,
  load: (file: { readonly name: string; readonly absolute: string }) => Promise<readonly ModelFacts[]>,
  onSkipped: (files: readonly string[]) => void,
): Promise<readonly ModelFacts[]> {
  const found: ModelFacts[] = [];
  const skipped: string[] = [];
  for (const { name, absolute, named } of findFiles(request.models)) {
    if (!named && !looksLikeModel(absolute)) {
      skipped.push(name);
      continue;
    }
    const models = await load({ name, absolute });
    if (models.length === 0 && named) throw noModel(`${name} exports no model`);
    found.push(...models);
  }
  if (skipped.length > 0) onSkipped(skipped);
  if (found.length === 0) throw noModel(`there is no model in ${request.models.join(', ')}`);
  return chosenOf(found, request);
}

function chosenOf(
  found: readonly ModelFacts[],
  { variant, kind }: Pick<ModelRequest, 'variant' | 'kind'>,
): readonly ModelFacts[] {
  const chosen = found
    .filter(
      (model) => variant === undefined || variant.includes(model.variant ?? '') || variant.includes(model.id),
    )
    .filter((model) => kind === undefined || (model.kind !== undefined && kind.includes(model.kind)));
  if (chosen.length > 0) return chosen;
  const wanted = [
    ...(variant === undefined ? [] : [`the variant ${variant.join(' or ')}`]),
    ...(kind === undefined ? [] : [`the kind ${kind.join(' or ')}`]),
  ];
  throw new Fault(`no model has ${wanted.join(' and ')}`, {
    code: 'no-such-variant',
    kind: 'usage',
    detail: `there are ${found.map((model) => model.id).join(', ')}`,
  });
}

function noModel(message: string): Fault {
  return new Fault(message, {
    code: 'no-model',
    kind: 'usage',
    hint: "export what `defineModel` from 'pg-lockstep' returns",
  });
}
