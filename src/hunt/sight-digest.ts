/** A sight is a text with statements in it; ten digits of a hash keep the state of a campaign small. */
import { createHash } from 'node:crypto';

export function sightDigest(sight: string): string {
  return createHash('sha256').update(sight).digest('hex').slice(0, 10);
}
