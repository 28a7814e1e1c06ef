/**
 * The server's end of a connection that the code under test opened: it lets the client in, cuts what the client sends into
 * units, gives them to a host one at a time, and writes the replies. The transport is anything that carries bytes.
 */
import { randomInt } from 'node:crypto';
import { flush } from '../wire/client-messages.ts';
import { ProtocolError } from '../wire/frames.ts';
import {
  encryptionAnswer,
  errorResponse,
  greetingBytes,
  negotiation,
  readyForQuery,
  server,
  type ErrorText,
  type TransactionStatus,
} from '../wire/server-messages.ts';
import { OpeningReader, type Opening } from '../wire/startup.ts';
import type { CodeConnection, StatementHost, Transport } from './contract.ts';
import { DescribedStatements } from './described-statements.ts';
import type { Column } from './reply.ts';
import { greetedParameters, refusalOf } from './session-state.ts';
import { syncAlone, type Unit } from './unit.ts';
import { UnitReader } from './unit-reader.ts';

/** A cancel request names a connection by its process number, as on a server. */
let lastPid = 0;
const open = new Map<number, WireConnection>();

const nobody = 'no execution of pg-lockstep is under way here';

export class WireConnection implements CodeConnection {
  readonly pid: number = ++lastPid;
  startup: Readonly<Record<string, string>> = {};
  readonly handshake: Unit[] = [];
  readonly opening: Unit[] = [];
  isUsed = false;
  readonly #transport: Transport;
  /** Who decides about what is sent now; undefined if nobody does. */
  readonly #host: () => StatementHost | undefined;
  readonly #secret = randomInt(0x7fffffff);
  readonly #opening = new OpeningReader();
  #units: UnitReader | undefined;
  /** Units that wait for the reply to the one before. */
  readonly #queue: { readonly unit: Unit; readonly host: StatementHost | undefined }[] = [];
  #busy: StatementHost | undefined;
  #last: StatementHost | undefined;
  #status: TransactionStatus = 'I';
  /** The server takes rows of a COPY: all that the client sends goes straight to it. */
  #copying = false;
  /** The server takes no more at the moment. */
  #full: Promise<void> | undefined;
  /** A unit that ended with Flush was refused: everything up to the next Sync is ignored. */
  #skipping = false;
  readonly #described = new DescribedStatements();
  isClosed = false;

  constructor(transport: Transport, host: () => StatementHost | undefined) {
    this.#transport = transport;
    this.#host = host;
  }

  columnsFor(unit: Unit): readonly Column[] | undefined {
    return this.#described.columnsFor(unit);
  }

  /**
   * The client sent bytes. Never throws: what is not of the protocol ends the connection.
   *
   * @returns a promise if they come faster than the server takes them; it is fulfilled when more may come
   */
  receive(chunk: Buffer): Promise<void> | undefined {
    if (this.isClosed) return undefined;
    this.#full = undefined;
    try {
      if (this.#units === undefined) this.#begin(chunk);
      else this.#read(this.#units, chunk);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      const message = `not the Postgres protocol: ${error.message}`;
      // Before a start-up packet (a client says goodbye at once, say) a server closes without a word.
      if (this.#units === undefined) this.#end();
      else this.fail({ severity: 'FATAL', code: '08P01', message });
    }
    return this.#full;
  }

  /** The client's side of the transport is closed. */
  lost(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    open.delete(this.pid);
    this.#queue.length = 0;
    (this.#busy ?? this.#last)?.closed(this);
  }

  fail(error: ErrorText): void {
    if (this.isClosed) return;
    this.#transport.write(errorResponse(error));
    this.#end();
  }

  #end(): void {
    this.#transport.end();
    this.lost();
  }

  unasked(message: Buffer): void {
    if (!this.isClosed) this.#transport.write(message);
  }

  answerFirst(messages: readonly Buffer[]): void {
    if (this.isClosed) return;
    this.#copying = true;
    this.#transport.write(Buffer.concat(messages));
    // The client may have sent rows before it was asked for them.
    this.#next();
  }

  #begin(chunk: Buffer): void {
    this.#opening.add(chunk);
    for (let packet = this.#opening.next(); packet !== undefined; packet = this.#opening.next()) {
      if (packet.kind === 'encryption')
        this.#transport.write(encryptionAnswer(packet.tls && this.#transport.canEncrypt === true));
      else if (packet.kind === 'cancel') this.#cancel(packet);
      else {
        this.#greet(packet);
        return;
      }
      if (this.isClosed) return;
    }
  }

  #cancel({ pid, secret }: Extract<Opening, { readonly kind: 'cancel' }>): void {
    const other = open.get(pid);
    if (other !== undefined && other.#secret === secret) other.#busy?.cancel(other);
    this.#end();
  }

  #greet({ parameters, minor, extensions }: Extract<Opening, { readonly kind: 'startup' }>): void {
    const host = this.#host();
    const refusal = refusalOf(parameters);
    if (refusal !== undefined || host === undefined) {
      this.fail(refusal ?? { severity: 'FATAL', code: '57P03', message: nobody });
      return;
    }
    this.#last = host;
    this.startup = parameters;
    open.set(this.pid, this);
    if (minor > 0 || extensions.length > 0) this.#transport.write(negotiation(extensions));
    this.#units = new UnitReader(this.#described);
    this.#transport.write(
      greetingBytes({
        parameters: greetedParameters(host.parameters, parameters),
        pid: this.pid,
        secret: this.#secret,
      }),
    );
    const rest = this.#opening.takeRest();
    if (rest.length > 0) this.#read(this.#units, rest);
  }

  #read(units: UnitReader, chunk: Buffer): void {
    const host = this.#host() ?? this.#last;
    for (const unit of units.read(chunk)) this.#queue.push({ unit, host });
    this.#next();
  }

  #next(): void {
    while (!this.isClosed) {
      const [next] = this.#queue;
      if (next === undefined) return;
      const { unit, host } = next;
      if (unit.kind === 'terminate' && (this.#busy === undefined || this.#copying)) {
        this.#end();
        return;
      }
      if (this.#copying) {
        this.#copy();
        continue;
      }
      if (this.#busy !== undefined) return;
      this.#queue.shift();
      // Rows that no COPY takes (it failed meanwhile) are ignored, as a server does.
      if (unit.kind !== 'rows') this.#serve(unit, host);
    }
  }

  /** While the server takes rows, everything goes straight to it, up to their end. */
  #copy(): void {
    const messages: Buffer[] = [];
    while (this.#copying && this.#queue.length > 0 && this.#queue[0]?.unit.kind !== 'terminate') {
      const unit = this.#queue.shift()?.unit;
      messages.push(...(unit?.messages ?? []));
      if (unit?.endsCopy === true) this.#copying = false;
    }
    // In the extended protocol a server keeps the end of the reply back until it is asked for it.
    if (!this.#copying) messages.push(flush);
    this.#full = this.#busy?.rows(this, Buffer.concat(messages)) ?? this.#full;
  }

  #serve(unit: Unit, host: StatementHost | undefined): void {
    if (host === undefined) {
      this.#refuse(unit, new Error(nobody));
      return;
    }
    if (this.#skipping && !(unit.extended && unit.answers === 'ready')) return;
    const sent = this.#skipping ? syncAlone(unit) : unit;
    this.#skipping = false;
    this.#busy = host;
    this.#last = host;
    host.accept({
      connection: this,
      unit: sent,
      answer: (messages) => {
        this.#answer(sent, messages);
        this.#done();
      },
      refuse: (error) => {
        this.#refuse(sent, error);
        this.#done();
      },
    });
  }

  #done(): void {
    this.#busy = undefined;
    this.#copying = false;
    this.#next();
  }

  #answer(unit: Unit, messages: readonly Buffer[]): void {
    if (this.isClosed) return;
    this.#described.learn(unit, messages);
    const ready = messages.findLast((message) => message[0] === server.ready);
    if (ready !== undefined) this.#status = String.fromCharCode(ready[5] ?? 0) as TransactionStatus;
    const [only] = messages;
    if (only !== undefined) this.#transport.write(messages.length === 1 ? only : Buffer.concat(messages));
  }

  #refuse(unit: Unit, error: Error): void {
    if (this.isClosed) return;
    this.#transport.write(errorResponse({ severity: 'ERROR', code: '57014', message: error.message }));
    if (unit.answers === 'ready') this.#transport.write(readyForQuery(this.#status === 'I' ? 'I' : 'E'));
    else this.#skipping = true;
  }
}
