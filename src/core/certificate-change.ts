/** A difference between a certificate and the code as it is now. Data, not words. */
import type { CoveredSize } from './certificate.ts';

export type CertificateChange =
  /** The certificate's digest does not fit. */
  | { readonly kind: 'digest' }
  /** Another model, release of pg-lockstep, or major version of the engine. */
  | { readonly kind: 'model' | 'version' | 'engine'; readonly before: string; readonly after: string }
  | { readonly kind: 'schema' }
  /** The digest of an imported file, or the version of an imported package; undefined: not imported. */
  | {
      readonly kind: 'file' | 'package';
      readonly name: string;
      readonly before: string | undefined;
      readonly after: string | undefined;
    }
  /** The search found a violation. */
  | { readonly kind: 'violation' }
  | { readonly kind: 'no-verdict' }
  /** Other arguments or starting rows are taken. */
  | { readonly kind: 'values' }
  /** The search of a size ended with other counts; undefined: it was not covered. */
  | { readonly kind: 'size'; readonly before: CoveredSize; readonly after: CoveredSize | undefined };
