/** Certificates as values: made from a claim, sealed by a digest, read back from JSON. */
import { readFileSync } from 'node:fs';
import type { Certificate } from '../core/certificate.ts';
import { Fault } from '../core/fault.ts';
import { toJsonValue } from '../core/json-value.ts';
import { canonicalText } from '../core/plain.ts';
import { digestOf } from './source.ts';

const schema = 'pg-lockstep-certificate';
const schemaVersion = 1;

/** A certificate before its digest. */
export type Claim = Omit<Certificate, 'schema' | 'schemaVersion' | 'version' | 'digest'>;

/** Two folders up from here, in the sources as in the build. */
const manifest = new URL('../../package.json', import.meta.url);

/** The release of pg-lockstep. */
export function ownVersion(): string {
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }).version;
}

/** The claim as JSON, with its digest. Values that JSON cannot hold become tagged objects. */
export function seal(claim: Claim): Certificate {
  const whole = { schema, schemaVersion, version: ownVersion(), ...claim };
  const plain = JSON.parse(JSON.stringify(toJsonValue(whole))) as Omit<Certificate, 'digest'>;
  return { ...plain, digest: digestOf(canonicalText(plain)) };
}

/** Whether nobody changed the certificate by hand. It is a checksum, no signature. */
export function isSealed({ digest, ...rest }: Certificate): boolean {
  return digest === digestOf(canonicalText(rest));
}

/** The file's text: the same certificate gives the same bytes. */
export function certificateText(certificate: Certificate): string {
  return `${JSON.stringify(certificate, null, 2)}\n`;
}

/**
 * Reads a certificate from its parsed text.
 *
 * @throws Fault `bad-certificate` if it is no certificate, has another version, or was changed by hand
 */
export function readCertificate(value: unknown): Certificate {
  const found = (typeof value === 'object' && value !== null ? value : {}) as Partial<Certificate>;
  if (found.schema !== schema) throw bad(`its "schema" is not "${schema}"`);
  if (found.schemaVersion !== schemaVersion)
    throw bad(`its schemaVersion is ${found.schemaVersion}, this release reads ${schemaVersion}`);
  const certificate = found as Certificate;
  if (!isSealed(certificate)) throw bad('its digest does not fit: it was changed after it was made');
  return certificate;
}

function bad(detail: string): Fault {
  return new Fault('this is no certificate that this release of pg-lockstep can read', {
    code: 'bad-certificate',
    kind: 'usage',
    detail,
    hint: 'make it again with lockstep certify',
  });
}
