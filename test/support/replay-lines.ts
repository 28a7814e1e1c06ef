/** Replay lines as no release makes them: the checksum fits, and the content is anything. */
import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** @param content the text that is compressed: JSON of a line's parts, or not */
export function sealed(content: string): string {
  const payload = deflateRawSync(content).toString('base64url');
  return `v1:${payload}.${createHash('sha256').update(payload).digest('hex').slice(0, 8)}`;
}

/** The parts of a line, as JSON. */
export function contentOf(line: string): unknown[] {
  const payload = /^v1:([\w-]*)\./.exec(line)?.[1] ?? '';
  return JSON.parse(inflateRawSync(Buffer.from(payload, 'base64url')).toString()) as unknown[];
}

const hostile: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  0.5,
  '',
  '__proto__',
  'constructor',
  '1;99999999999999999999>1',
  '1;5>200;6>1',
  [],
  {},
  [[]],
  [[[]]],
  [['constructor', []]],
  [['toString', [{ $bigint: 'x' }]]],
  { $bigint: 'x' },
  { $object: null },
  { $date: 'never' },
  { $bytes: 5 },
  JSON.parse('{"__proto__": [{"__proto__": 1}]}'),
  { nowhere: [{ id: 1 }] },
  { account: [{ id: { $number: 'NaN' } }] },
];

/** Every part of the content, however deep, replaced by each hostile value, and left out. */
export function* mutations(content: unknown): Generator<unknown> {
  yield* hostile;
  if (typeof content !== 'object' || content === null) return;
  for (const key of Object.keys(content)) {
    const at = (value: unknown): unknown =>
      Array.isArray(content) ? content.with(Number(key), value) : { ...content, [key]: value };
    for (const value of mutations((content as Record<string, unknown>)[key])) yield at(value);
    yield Array.isArray(content) ? content.toSpliced(Number(key), 1) : { ...content, [key]: undefined };
  }
}
