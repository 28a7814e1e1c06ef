/** The few wire messages that the driver itself writes or changes. */

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

const text = (...parts: readonly string[]): Buffer => Buffer.from(parts.map((part) => `${part}\0`).join(''));

/** Opens a connection; it has no type byte. */
export const startup: Buffer = ((): Buffer => {
  const body = text('user', 'postgres', 'database', 'postgres', 'client_encoding', 'UTF8', '');
  const head = Buffer.alloc(8);
  head.writeInt32BE(body.length + 8);
  head.writeInt32BE(3 << 16, 4);
  return Buffer.concat([head, body]);
})();

export const sync: Buffer = message('S', Buffer.alloc(0));

export const simpleQuery = (sql: string): Buffer => message('Q', text(sql));

export const closeStatement = (name: string): Buffer => message('C', text(`S${name}`));

/** Ends the input of a COPY FROM STDIN, without rows. */
export const copyFail: Buffer = message(
  'f',
  text('pg-lockstep: PGlite takes COPY FROM STDIN alone, as a simple query'),
);

/** Says "send your rows": text format, column formats left out (no client of `pg` reads them). */
export const copyInResponse: Buffer = message('G', Buffer.from([0, 0, 0]));

/** The server's message before it closes a connection on an administrator's command. */
export const terminated: Buffer = message(
  'E',
  text('SFATAL', 'VFATAL', 'C57P01', 'Mterminating connection due to administrator command', ''),
);

/** Offsets and types of the messages in a reply. */
export function* framesOf(reply: Buffer): Generator<{ type: string; start: number; end: number }> {
  for (let start = 0; start + 5 <= reply.length;) {
    const end = start + 1 + reply.readInt32BE(start + 1);
    yield { type: String.fromCharCode(reply[start] ?? 0), start, end };
    start = end;
  }
}

/** The same greeting with another process id in its BackendKeyData, so that process ids distinguish clients. */
export function withProcessId(greeting: Buffer, pid: number): Buffer {
  const copy = Buffer.from(greeting);
  for (const { type, start } of framesOf(copy)) if (type === 'K') copy.writeInt32BE(pid, start + 5);
  return copy;
}

/** The reply to a COPY without its CopyInResponse, which the client already has. */
export function withoutCopyInResponse(reply: Buffer): Buffer {
  for (const { type, start, end } of framesOf(reply)) {
    if (type === 'G') return Buffer.concat([reply.subarray(0, start), reply.subarray(end)]);
  }
  return reply;
}
