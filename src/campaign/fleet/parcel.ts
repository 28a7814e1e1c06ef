/**
 * A parcel is a value as text, so that a queue can carry it: the same copy that a message to another process is, with its
 * dates, bigints and buffers. JSON columns of Postgres take no NUL and no half of a surrogate pair, hence the base64.
 */
import { deserialize, serialize } from 'node:v8';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { Fault, messageOf } from '../../core/fault.ts';

export type Parcel = string;

export function pack(value: unknown): Parcel {
  return deflateRawSync(serialize(value)).toString('base64');
}

/** @throws Fault `bad-parcel` if it was packed by a version of Node that writes another format */
export function unpack(parcel: Parcel): unknown {
  try {
    return deserialize(inflateRawSync(Buffer.from(parcel, 'base64')));
  } catch (error) {
    throw new Fault('what the queue holds cannot be read', {
      code: 'bad-parcel',
      kind: 'engine',
      detail: messageOf(error),
      hint: `is there a newer version of Node on the other side? Here it is ${process.version}`,
      cause: error,
    });
  }
}
