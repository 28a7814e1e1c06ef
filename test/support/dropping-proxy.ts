/** A proxy in front of a server, like a pooler that ignores startup options: all else passes through untouched. */
import { connect, createServer, type AddressInfo } from 'node:net';

export interface DroppingProxy {
  readonly port: number;
  close(): Promise<void>;
}

/** @param keeping an option that passes through all the same, as in `-c NAME=VALUE` */
export async function droppingProxy(socket: string, keeping?: string): Promise<DroppingProxy> {
  const server = createServer((client) => {
    const upstream = connect(socket);
    let first = true;
    client.on('data', (data) => {
      upstream.write(first ? withoutOptions(data, keeping) : data);
      first = false;
    });
    upstream.pipe(client);
    for (const [one, other] of [[client, upstream], [upstream, client]] as const) {
      one.on('close', () => other.destroy());
      one.on('error', () => other.destroy());
    } // prettier-ignore
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}

/** The start-up message is a length, a version, and pairs of names and values that each end with a zero. */
function withoutOptions(message: Buffer, keeping: string | undefined): Buffer {
  const words = message.subarray(8).toString('latin1').split('\0').slice(0, -2);
  const kept: string[] = [];
  for (let at = 0; at + 1 < words.length; at += 2) {
    if (words[at] !== 'options') kept.push(`${words[at]}\0${words[at + 1]}\0`);
    else if (keeping !== undefined && words[at + 1]?.includes(keeping)) kept.push(`options\0${keeping}\0`);
  }
  const body = Buffer.from(`${kept.join('')}\0`, 'latin1');
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + body.length, 0);
  message.copy(head, 4, 4, 8);
  return Buffer.concat([head, body]);
}
