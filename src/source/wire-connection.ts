/**
 * The server's end of a connection that the code under test opened: it lets the client in, cuts what the client sends into
 * units, gives them to a host one at a time, and writes the replies. The transport is anything that carries bytes.
 */
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
import type { CodeConnection, StatementHost } from './contract.ts';
import { columnsOf, type Column } from './reply.ts';
import { UnitReader, type Unit } from './unit.ts';

export interface Transport {
  write(bytes: Buffer): void;
  /** No more is written. */
  end(): void;
  /** Whether a client that wants TLS is told to begin with it. Default false. */
  readonly canEncrypt?: boolean;
}

/** Connections are told apart by their process numbers, as those of a server. */
let lastPid = 0;
const open = new Map<number, WireConnection>();

export class WireConnection implements CodeConnection {
  readonly pid: number = ++lastPid;
  startup: Readonly<Record<string, string>> = {};
  readonly handshake: Unit[] = [];
  isUsed = false;
  readonly #transport: Transport;
  /** Who decides about what is sent now; undefined if nobody does. */
  readonly #host: () => StatementHost | undefined;
  readonly #secret = Math.floor(Math.random() * 0x7fffffff);
  readonly #opening = new OpeningReader();
  #units: UnitReader | undefined;
  /** Units that wait for the reply to the one before. */
  readonly #queue: { readonly unit: Unit; readonly host: StatementHost | undefined }[] = [];
  #busy: StatementHost | undefined;
  #last: StatementHost | undefined;
  #status: TransactionStatus = 'I';
  readonly #columns = new Map<string, readonly Column[]>();
  isClosed = false;

  constructor(transport: Transport, host: () => StatementHost | undefined) {
    this.#transport = transport;
    this.#host = host;
  }

  parseOf(name: string): Buffer | undefined {
    return this.#units?.parseOf(name);
  }

  columnsFor({ ran }: Unit): readonly Column[] | undefined {
    return ran === undefined ? undefined : this.#columns.get(ran);
  }

  /** The client sent bytes. Never throws: what is not of the protocol ends the connection. */
  receive(chunk: Buffer): void {
    if (this.isClosed) return;
    try {
      if (this.#units === undefined) this.#begin(chunk);
      else this.#read(this.#units, chunk);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.fail({ severity: 'FATAL', code: '08P01', message: `not the Postgres protocol: ${error.message}` });
    }
  }

  /** The client's side of the transport is closed. */
  lost(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    open.delete(this.pid);
    (this.#busy ?? this.#last)?.closed(this);
  }

  fail(error: ErrorText): void {
    if (this.isClosed) return;
    this.#transport.write(errorResponse(error));
    this.#transport.end();
    this.lost();
  }

  unasked(message: Buffer): void {
    if (!this.isClosed) this.#transport.write(message);
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
    this.#transport.end();
    this.lost();
  }

  #greet({ parameters, minor, extensions }: Extract<Opening, { readonly kind: 'startup' }>): void {
    const host = this.#host();
    if (host === undefined) {
      this.fail({
        severity: 'FATAL',
        code: '57P03',
        message: 'no execution of pg-lockstep is under way here',
      });
      return;
    }
    this.#last = host;
    this.startup = parameters;
    open.set(this.pid, this);
    if (minor > 0 || extensions.length > 0) this.#transport.write(negotiation(extensions));
    this.#units = new UnitReader();
    this.#transport.write(
      greetingBytes({ parameters: host.parameters, pid: this.pid, secret: this.#secret }),
    );
    const rest = this.#opening.takeRest();
    if (rest.length > 0) this.#read(this.#units, rest);
  }

  #read(units: UnitReader, chunk: Buffer): void {
    for (const unit of units.read(chunk)) {
      const host = this.#host() ?? this.#last;
      if (unit.kind === 'rows' && this.#busy !== undefined && this.#queue.length === 0)
        this.#busy.rows(this, Buffer.concat(unit.messages));
      // Rows of a COPY that failed meanwhile are ignored, as a server does.
      else if (unit.kind !== 'rows') this.#queue.push({ unit, host });
    }
    this.#next();
  }

  #next(): void {
    while (this.#busy === undefined && !this.isClosed) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      this.#serve(next.unit, next.host);
    }
  }

  #serve(unit: Unit, host: StatementHost | undefined): void {
    if (unit.kind === 'terminate') {
      this.#transport.end();
      this.lost();
      return;
    }
    if (host === undefined) {
      this.#refuse(unit, new Error('no execution of pg-lockstep is under way here'));
      return;
    }
    this.#busy = host;
    this.#last = host;
    host.accept({
      connection: this,
      unit,
      answer: (messages) => {
        this.#answer(unit, messages);
        this.#done();
      },
      refuse: (error) => {
        this.#refuse(unit, error);
        this.#done();
      },
    });
  }

  #done(): void {
    this.#busy = undefined;
    this.#next();
  }

  #answer(unit: Unit, messages: readonly Buffer[]): void {
    if (this.isClosed) return;
    for (const message of messages) {
      if (message[0] === server.ready)
        this.#status = String.fromCharCode(message[5] ?? 0) as TransactionStatus;
      else if (message[0] === server.rowDescription && unit.describes !== undefined)
        this.#columns.set(unit.describes, columnsOf(message));
    }
    const [only] = messages;
    if (only !== undefined) this.#transport.write(messages.length === 1 ? only : Buffer.concat(messages));
  }

  answerFirst(messages: readonly Buffer[]): void {
    if (!this.isClosed) this.#transport.write(Buffer.concat(messages));
  }

  #refuse(unit: Unit, error: Error): void {
    if (this.isClosed) return;
    this.#transport.write(errorResponse({ severity: 'ERROR', code: '57014', message: error.message }));
    if (unit.answers === 'ready') this.#transport.write(readyForQuery(this.#status === 'I' ? 'I' : 'E'));
  }
}
