/** Which sockets go to Postgres: the code under test may open others, too. */

/** The arguments of `Socket.connect`, as Node reads them. */
export interface Target {
  readonly port: number | undefined;
  /** Of a local socket. */
  readonly path: string | undefined;
}

export function targetOf(args: readonly unknown[]): Target {
  // `net.connect` hands on arguments that it has read already, as one list.
  const [first] = (Array.isArray(args[0]) ? args[0] : args) as readonly unknown[];
  if (typeof first === 'object' && first !== null) {
    const { port, path } = first as { readonly port?: unknown; readonly path?: unknown };
    return { port: portOf(port), path: typeof path === 'string' ? path : undefined };
  }
  const port = portOf(first);
  return { port, path: port === undefined && typeof first === 'string' ? first : undefined };
}

function portOf(value: unknown): number | undefined {
  const port = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof port === 'number' ? port : undefined;
}

const localSocket = /\.s\.PGSQL\.\d+$/;
/** Files of libraries that speak the protocol themselves. The tool's own are always on the stack. */
const clientFile =
  /[\\/]node_modules[\\/](?:pg|pg-(?!lockstep[\\/])[\w-]+|postgres)[\\/](?:lib|dist|src|cjs|esm|build)[\\/]/;

/**
 * A local socket of Postgres, the usual port or one that the environment names, or a connection that a known library
 * opens (as the stack says).
 */
export function isPostgres({ port, path }: Target): boolean {
  if (path !== undefined) return localSocket.test(path);
  if (port === undefined) return false;
  return leadsToPostgres(port) || openedByClient();
}

/** Whether an open socket leads to Postgres, as far as its address says. */
export function leadsToPostgres(port: number | undefined): boolean {
  return port !== undefined && (port === 5432 || namedPorts().has(port));
}

function namedPorts(): ReadonlySet<number> {
  const ports = new Set<number>();
  for (const [name, value] of Object.entries(process.env)) {
    if (value === undefined || value === '') continue;
    if (name === 'PGPORT') ports.add(Number(value));
    else if (/^postgres(?:ql)?:\/\//.test(value) && URL.canParse(value)) {
      const { port } = new URL(value);
      if (port !== '') ports.add(Number(port));
    }
  }
  return ports;
}

function openedByClient(): boolean {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 30;
  const { stack = '' } = new Error('who connects');
  Error.stackTraceLimit = stackTraceLimit;
  return clientFile.test(stack);
}
