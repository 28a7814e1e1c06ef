/**
 * Checks a certificate against the code as it is now. The quick check compares everything that the certificate depends on.
 * The full check also searches the same scenarios again, and expects the same counts and no violation.
 */
import type { Certificate } from '../core/certificate.ts';
import type { CertificateChange } from '../core/certificate-change.ts';
import type { ScenarioSize } from '../core/certify-limits.ts';
import { Fault } from '../core/fault.ts';
import { toJsonValue } from '../core/json-value.ts';
import { modelId, type Model } from '../core/model.ts';
import { canonicalText } from '../core/plain.ts';
import type { CheckResult } from '../core/result.ts';
import type { Driver } from '../driver/contract.ts';
import { certificateChangeText, minorVersionRemark } from '../report/certificate-change-text.ts';
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
  /** Whether to search all covered sizes again, or those up to this one, and to compare. Default false. */
  readonly recheck?: boolean | ScenarioSize;
}

export interface CertificateCheck {
  readonly valid: boolean;
  /** Why it is not valid: one text for each change. */
  readonly changes: readonly string[];
  /** Facts to know about a certificate that is valid all the same. */
  readonly remarks: readonly string[];
  /** The result of the search, which may be a violation; undefined if there was none. */
  readonly result: CheckResult | undefined;
}

/**
 * Whether the certificate is still true of the model.
 *
 * @throws Fault if the source cannot be read or the engine is at fault; never for a certificate that is out of date
 */
export async function checkCertificate(
  model: Model,
  certificate: Certificate,
  options: CheckCertificateOptions,
): Promise<CertificateCheck> {
  const { engine } = options;
  const after = await engineOf(engine);
  const { engine: before } = certificate.setting;
  // A minor release of Postgres mends faults and keeps its promises; a major one may lock, plan and fail otherwise.
  const sameMajor = majorOf(after) === majorOf(before);
  const changes: readonly CertificateChange[] = [
    ...(isSealed(certificate) ? [] : [{ kind: 'digest' } as const]),
    ...changedFact('model', certificate.setting.model, modelId(model)),
    ...changedFact('version', certificate.version, ownVersion()),
    ...(await sourceChanges(model, certificate, options.source)),
    ...(sameMajor ? [] : changedFact('engine', before, after)),
  ];
  const remarks = sameMajor && after !== before ? [minorVersionRemark(before, after)] : [];
  const search = changes.length === 0 && (options.recheck ?? false) !== false;
  const { result, differences } = search
    ? await searchAgain(model, certificate, options)
    : { result: undefined, differences: changes };
  return {
    valid: differences.length === 0,
    changes: differences.map(certificateChangeText),
    remarks,
    result,
  };
}

function changedFact(
  kind: 'model' | 'version' | 'engine',
  before: string,
  after: string,
): readonly CertificateChange[] {
  return before === after ? [] : [{ kind, before, after }];
}

async function sourceChanges(
  model: Model,
  { source: before }: Certificate,
  file: string | URL,
): Promise<readonly CertificateChange[]> {
  const after = await sourceOf(file, model.schema);
  return [
    ...(after.schema === before.schema ? [] : [{ kind: 'schema' } as const]),
    ...changedItems('file', before.files, after.files, 'sha256'),
    ...changedItems('package', before.packages, after.packages, 'version'),
  ];
}

function changedItems<K extends string>(
  kind: 'file' | 'package',
  old: readonly ({ readonly name: string } & Readonly<Record<K, string>>)[],
  current: readonly ({ readonly name: string } & Readonly<Record<K, string>>)[],
  key: K,
): readonly CertificateChange[] {
  const names = [...new Set([...old, ...current].map(({ name }) => name))];
  return names.flatMap((name) => {
    const of = (list: typeof old): string | undefined => list.find((each) => each.name === name)?.[key];
    const [before, after] = [of(old), of(current)];
    return before === after ? [] : [{ kind, name, before, after }];
  });
}

async function searchAgain(
  model: Model,
  { setting, asked, covered, rows, arguments: parameters }: Certificate,
  { engine, source, limits, signal, onProgress, recheck }: CheckCertificateOptions,
): Promise<{ readonly result: CheckResult; readonly differences: readonly CertificateChange[] }> {
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
      return { result, differences: [{ kind: 'violation' }] };
    case 'inconclusive':
      return { result, differences: [{ kind: 'no-verdict' }] };
    case 'holds':
      break;
  }
  const sameValues = canonicalText(toJsonValue(values)) === canonicalText({ rows, arguments: parameters });
  const counts = sizes.flatMap((before): readonly CertificateChange[] => {
    const { sessions, operations } = before;
    const after = searched.covered.find(
      (each) => each.sessions === sessions && each.operations === operations,
    );
    const same = after !== undefined && canonicalText(after) === canonicalText(before);
    return same ? [] : [{ kind: 'size', before, after }];
  });
  return { result, differences: sameValues ? counts : [{ kind: 'values' }, ...counts] };
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
