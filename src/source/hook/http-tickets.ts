/**
 * Follows a session through an HTTP service in the same process. At the socket the asynchronous context is lost: a request
 * that a session's code sends to this machine carries a ticket in a header, and the server's code runs in the context of
 * the session whose ticket it is. The service does not see the header.
 *
 * While a request is on its way to the server, or the answer on its way back, the session goes on by itself; while the
 * server's code works on it, what it waits for decides, as for any other code.
 */
import diagnostics from 'node:diagnostics_channel';
import http, { type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';

/** The session whose code runs now. */
export interface CallingSession {
  /** Runs code in its context. */
  enter<T>(code: () => T): T;
  /** The session waits for an answer. */
  awaits(): Errand;
}

/** A request of a session's code. */
export interface Errand {
  /**
   * Whether the request or its answer is on its way, a server of this process works on it (what its socket waits for is
   * then no matter of its own), or it is over.
   */
  state: 'on its way' | 'served here' | 'over';
}

interface Ticket {
  readonly session: CallingSession;
  readonly errand: Errand;
}

const header = 'x-pg-lockstep-ticket';
const tickets = new Map<string, Ticket>();
let lastTicket = 0;

const loopback = /^(?:https?:\/\/)?(?:localhost|127(?:\.\d+){3}|\[?::1\]?)(?::\d+)?\/?$/i;

/** @param calling the session whose code runs now; undefined if no session's does */
export function installTickets(calling: () => CallingSession | undefined): void {
  const issue = (host: unknown): { readonly id: string; readonly done: () => void } | undefined => {
    const session = typeof host === 'string' && loopback.test(host) ? calling() : undefined;
    if (session === undefined) return undefined;
    const id = String((lastTicket += 1));
    const ticket = { session, errand: session.awaits() };
    tickets.set(id, ticket);
    return {
      id,
      done: () => {
        ticket.errand.state = 'over';
        tickets.delete(id);
      },
    };
  };
  ticketRequests(issue);
  ticketFetches(issue);
  serveTickets();
  syncBuiltinESMExports();
}

type Issue = (host: unknown) => { readonly id: string; readonly done: () => void } | undefined;
type Method = (this: any, ...args: any[]) => any;

function ticketRequests(issue: Issue): void {
  const requests = http.ClientRequest.prototype as unknown as { _implicitHeader: Method };
  const { _implicitHeader: implicitHeader } = requests;
  requests._implicitHeader = function headerWithTicket(this: ClientRequest) {
    const ticket = this.headersSent ? undefined : issue(this.host);
    if (ticket !== undefined) {
      this.setHeader(header, ticket.id);
      this.once('close', ticket.done);
    }
    return implicitHeader.call(this) as unknown;
  };
}

interface FetchRequest {
  readonly origin?: unknown;
  addHeader(name: string, value: string): void;
}

/** `fetch` is not made of `http`, but announces its requests. */
function ticketFetches(issue: Issue): void {
  const open = new WeakMap<object, () => void>();
  const done = (message: unknown): void => open.get((message as { request: object }).request)?.();
  diagnostics.subscribe('undici:request:create', (message) => {
    const { request } = message as { readonly request: FetchRequest };
    const ticket = issue(String(request.origin));
    if (ticket === undefined) return;
    request.addHeader(header, ticket.id);
    open.set(request, ticket.done);
  });
  diagnostics.subscribe('undici:request:trailers', done);
  diagnostics.subscribe('undici:request:error', done);
}

function serveTickets(): void {
  const servers = http.Server.prototype as unknown as { emit: Method };
  const { emit } = servers;
  servers.emit = function emitInContext(event: string, ...args: unknown[]) {
    const [request, response] = args as [IncomingMessage | undefined, ServerResponse | undefined];
    const id = event === 'request' ? request?.headers[header] : undefined;
    const ticket = typeof id === 'string' ? tickets.get(id) : undefined;
    if (ticket === undefined || request === undefined || response === undefined)
      return emit.call(this, event, ...args) as unknown;
    delete request.headers[header];
    request.rawHeaders = withoutHeader(request.rawHeaders);
    const { errand, session } = ticket;
    errand.state = 'served here';
    const { end } = response as unknown as { end: Method };
    (response as unknown as { end: Method }).end = function endOnTheWay(...rest: unknown[]) {
      if (errand.state === 'served here') errand.state = 'on its way';
      return end.apply(this, rest) as unknown;
    };
    return session.enter(() => emit.call(this, event, ...args) as unknown);
  };
}

function withoutHeader(raw: readonly string[]): string[] {
  const at = raw.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === header);
  return at < 0 ? [...raw] : raw.toSpliced(at, 2);
}
