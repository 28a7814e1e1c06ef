/**
 * Checks a certificate against the code as it is now. Quickly: is all that it depends on the same? And, on request, fully:
 * are the same scenarios searched again with the same counts and no violation?
 */
import type { Certificate, CoveredSize } from '../core/certificate.ts';
import type { ScenarioSize } from '../core/certify-limits.ts';
import { Fault } from '../core/fault.ts';
import { toJsonValue } from '../core/json-value.ts';
import { modelId, type Model } from '../core/model.ts';
import { canonicalText } from '../core/plain.ts';
import type { CheckResult } from '../core/result.ts';
import type { Driver } from '../driver/contract.ts';
import { count } from '../report/text.ts';
import { isSealed, ownVersion } from './certificate.ts';
import { searchCompletely } from './certify.ts';
import { resolveCertifyOptions, type CertifyOptions } from './options.ts';
import { within } from './scenarios.ts';
import { sourceOf } from './source.ts';
import { valuesOf } from './values.ts';

export interface CheckCertificateOptions extends Pick<
  CertifyOptions,
  'engine' | 'source' | 'limits' | 'signal' | 'onProgress'
> {
  /** Whether the search is made again and compared: of all covered sizes, or of those up to this one. Default false. */
  readonly recheck?: boolean | ScenarioSize;
}

export interface CertificateCheck {
  readonly valid: boolean;
  /** Why it is not valid: what changed, one text each. */
  readonly changes: readonly string[];
  /** What a reader should know although it is valid. */
  readonly remarks: readonly string[];
  /** What the search found, where one was made; it may be a violation. */
  readonly result: CheckResult | undefined;
}

/**
 * Whether the certificate still says what is true of the model.
 *
 * @throws Fault when the source cannot be read or the engine is at fault; never for a certificate that is out of date
 */
export async function checkCertificate(
  model: Model,
  certificate: Certificate,
  options: CheckCertificateOptions,
): Promise<CertificateCheck> {
  const { engine } = options;
  const running = await engineOf(engine);
  const changes = [
    ...(isSealed(certificate) ? [] : ['its digest does not fit: it was changed after it was made']),
    ...(modelId(model) === certificate.setting.model
      ? []
      : [`it is of model ${certificate.setting.model}, not of ${modelId(model)}`]),
    ...(certificate.version === ownVersion()
      ? []
      : [`it was made by pg-lockstep ${certificate.version}, this is ${ownVersion()}`]),
    ...(await sourceChanges(model, certificate, options.source)),
  ];
  const remarks: string[] = [];
  if (running !== certificate.setting.engine) {
    const text = `it was made on ${certificate.setting.engine}, and this is ${running}`;
    // Minor releases mend faults and keep what they promise; a major release may lock, plan and fail otherwise.
    if (majorOf(running) === majorOf(certificate.setting.engine))
      remarks.push(`${text}: nothing was searched on this minor version`);
    else changes.push(text);
  }
  if (changes.length > 0 || (options.recheck ?? false) === false)
    return { valid: changes.length === 0, changes, remarks, result: undefined };
  const { result, differences } = await searchAgain(model, certificate, options);
  return { valid: differences.length === 0, changes: differences, remarks, result };
}

async function sourceChanges(
  model: Model,
  { source: then }: Certificate,
  file: string | URL,
): Promise<readonly string[]> {
  const now = await sourceOf(file, model.schema);
  return [
    ...(now.schema === then.schema ? [] : ['the schema changed']),
    ...changedItems(then.files, now.files, 'sha256').map(
      ([name, before, after]) =>
        `file ${name} ${before === undefined ? 'is new' : after === undefined ? 'is no longer imported' : 'changed'}`,
    ),
    ...changedItems(then.packages, now.packages, 'version').map(
      ([name, before, after]) =>
        `package ${name} ${before === undefined ? 'is new' : after === undefined ? 'is no longer imported' : `was ${before} and is ${after}`}`,
    ),
  ];
}

function changedItems<K extends string>(
  then: readonly ({ readonly name: string } & Readonly<Record<K, string>>)[],
  now: readonly ({ readonly name: string } & Readonly<Record<K, string>>)[],
  key: K,
): readonly (readonly [string, string | undefined, string | undefined])[] {
  const names = [...new Set([...then, ...now].map(({ name }) => name))];
  return names
    .map((name) => {
      const of = (list: typeof then): string | undefined => list.find((each) => each.name === name)?.[key];
      return [name, of(then), of(now)] as const;
    })
    .filter(([, before, after]) => before !== after);
}

async function searchAgain(
  model: Model,
  { setting, asked, covered, rows, arguments: parameters }: Certificate,
  { engine, source, limits, signal, onProgress, recheck }: CheckCertificateOptions,
): Promise<{ readonly result: CheckResult; readonly differences: readonly string[] }> {
  const most = typeof recheck === 'object' ? recheck : undefined;
  const sizes = covered.filter((size) => most === undefined || within(size, most));
  if (sizes.length === 0) {
    throw new Fault('the bound leaves no size to search again', {
      code: 'bad-option',
      kind: 'usage',
      detail: `the certificate of ${setting.model} begins with 2 sessions of 1 operation`,
    });
  }
  const { isolation, order } = setting;
  const resolved = resolveCertifyOptions(
    {
      engine,
      source,
      isolation,
      order,
      ...asked,
      ...(limits === undefined ? {} : { limits }),
      ...(signal === undefined ? {} : { signal }),
      ...(onProgress === undefined ? {} : { onProgress }),
    },
    model,
  );
  const values = valuesOf(model, asked.values);
  const { result, searched } = await searchCompletely(model, values, sizes, resolved);
  switch (result.verdict) {
    case 'violated':
      return { result, differences: ['a violation was found'] };
    case 'inconclusive':
      return { result, differences: ['the search gave no verdict'] };
    case 'holds':
      break;
  }
  const sameValues = canonicalText(toJsonValue(values)) === canonicalText({ rows, arguments: parameters });
  const differences = sizes.flatMap((size) => {
    const { sessions, operations } = size;
    const again = searched.covered.find(
      (each) => each.sessions === sessions && each.operations === operations,
    );
    if (again !== undefined && canonicalText(again) === canonicalText(size)) return [];
    const found = again === undefined ? 'it was not covered' : coveredText(again);
    return [`${sessions}x${operations} had ${coveredText(size)}; now ${found}`];
  });
  return {
    result,
    differences: [
      ...(sameValues ? [] : ['other values are taken for arguments or starting rows']),
      ...differences,
    ],
  };
}

function coveredText({ scenarios, schedules, classes, aborted, refused }: CoveredSize): string {
  return `${count(scenarios, 'scenario')}, ${count(schedules, 'schedule')}, ${count(classes, 'class', 'classes')}, ${aborted} aborted, ${refused} refused`;
}

const versions = new WeakMap<Driver, Promise<string>>();

/** With its version. Asked once of each driver, since a database is opened for it. */
function engineOf(driver: Driver): Promise<string> {
  let version = versions.get(driver);
  if (version === undefined) {
    version = driver.open().then(async (database) => {
      await database.drop();
      return database.engine;
    });
    versions.set(driver, version);
  }
  return version;
}

/** `postgres 18` of `postgres 18.4`, `pglite 0.5 (postgres 18)` of `pglite 0.5.16 (postgres 18.6)`. */
export function majorOf(engine: string): string {
  return engine.replaceAll(/(\d+(?:\.\d+)*)\.\d+/g, '$1');
}
