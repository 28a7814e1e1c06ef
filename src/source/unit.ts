/**
 * A unit is everything that a client sends before it waits for the server: a simple query, or the messages of the extended
 * protocol up to a Sync or a Flush. It is held and sent as a whole.
 */
import { FrameReader, letter, MessageReader } from '../wire/frames.ts';
import { valueOf } from './binary-values.ts';

export interface Unit {
  readonly kind:
    /** Runs at least one statement. */
    | 'statement'
    /** Parses, describes or closes; or ends a conversation whose statements ran before. */
    | 'preparation'
    /** Rows of a COPY for the statement that is under way. */
    | 'rows'
    | 'terminate';
  /** Whole messages, in order. */
  readonly messages: readonly Buffer[];
  /** The statements that it runs, joined by `; `. */
  readonly text: string;
  readonly values: readonly unknown[];
  /** See `RawUnit`. */
  readonly answers: number | 'ready';
  readonly closes: number;
  readonly leavesPortal: boolean;
  /** Formats of the columns of its last statement's rows: text (0) or binary (1); one for all, or one for each. */
  readonly formats: readonly number[];
  /** Prepared statements that it uses and did not parse itself. */
  readonly uses: readonly string[];
  /** Prepared statements with a name that it parses. */
  readonly parses: readonly string[];
  /** The prepared statement that it ran last, and the one whose columns it asked for; empty for one without a name. */
  readonly ran: string | undefined;
  readonly describes: string | undefined;
}

const type = {
  bind: letter('B'),
  close: letter('C'),
  copyData: letter('d'),
  copyDone: letter('c'),
  copyFail: letter('f'),
  describe: letter('D'),
  execute: letter('E'),
  flush: letter('H'),
  call: letter('F'),
  parse: letter('P'),
  query: letter('Q'),
  sync: letter('S'),
  terminate: letter('X'),
} as const;
const portalLetter = letter('P');

interface Prepared {
  readonly text: string;
  /** Types of its parameters, as far as the client gave them; 0 for unknown. */
  readonly types: readonly number[];
  readonly message: Buffer;
}

interface Portal {
  readonly statement: string;
  readonly text: string;
  readonly values: readonly unknown[];
  readonly formats: readonly number[];
}

/** What a unit has so far. */
class Draft {
  readonly messages: Buffer[] = [];
  readonly texts: string[] = [];
  readonly values: unknown[] = [];
  readonly parsed = new Set<string>();
  readonly uses = new Set<string>();
  answers = 0;
  closes = 0;
  unnamed = false;
  formats: readonly number[] = [];
  ran: string | undefined;
  describes: string | undefined;
}

/** Cuts what one client sends, in chunks of any size, into units. Begins after the start-up packet. */
export class UnitReader {
  readonly #frames = new FrameReader();
  readonly #prepared = new Map<string, Prepared>();
  readonly #portals = new Map<string, Portal>();
  #draft = new Draft();

  /** The Parse message of a prepared statement with a name; undefined if there is none. */
  parseOf(name: string): Buffer | undefined {
    return this.#prepared.get(name)?.message;
  }

  /** @throws ProtocolError */
  read(chunk: Buffer): Unit[] {
    return this.#frames.read(chunk).flatMap((message) => this.#take(message) ?? []);
  }

  #take(message: Buffer): Unit | undefined {
    const draft = this.#draft;
    const reader = new MessageReader(message);
    switch (message[0]) {
      case type.query:
        draft.texts.push(reader.text());
        draft.messages.push(message);
        return this.#end('ready');
      case type.call:
        draft.texts.push(`function call ${reader.int32()}`);
        draft.messages.push(message);
        return this.#end('ready');
      case type.sync:
        draft.messages.push(message);
        return this.#end('ready');
      case type.flush:
        draft.messages.push(message);
        return this.#end(draft.answers);
      case type.copyData:
      case type.copyDone:
      case type.copyFail:
        return { ...this.#unit([message], 'rows'), answers: 0 };
      case type.terminate:
        return this.#unit([message], 'terminate');
      case type.parse:
        this.#parse(message, reader);
        break;
      case type.bind:
        this.#bind(reader);
        break;
      case type.describe:
        this.#describe(reader);
        break;
      case type.execute:
        this.#execute(reader);
        break;
      case type.close:
        this.#close(reader);
        break;
      default:
      // The server answers what it does not know.
    }
    draft.answers += 1;
    draft.messages.push(message);
    return undefined;
  }

  #parse(message: Buffer, reader: MessageReader): void {
    const name = reader.text();
    const text = reader.text();
    const types = Array.from({ length: reader.int16() }, () => reader.int32());
    // A part of a larger chunk would keep the whole chunk in memory.
    this.#prepared.set(name, { text, types, message: name === '' ? message : Buffer.from(message) });
    this.#draft.parsed.add(name);
  }

  #bind(reader: MessageReader): void {
    const portal = reader.text();
    const name = reader.text();
    const formats = Array.from({ length: reader.int16() }, () => reader.int16());
    const prepared = this.#prepared.get(name);
    const values = Array.from({ length: reader.int16() }, (_, index) => {
      const length = reader.int32();
      if (length < 0) return null;
      const format = formats.length === 1 ? formats[0] : formats[index];
      return valueOf(reader.bytes(length), format === 1 ? (prepared?.types[index] ?? 0) : undefined);
    });
    const results = Array.from({ length: reader.int16() }, () => reader.int16());
    this.#use(name);
    this.#portals.set(portal, {
      statement: name,
      text: prepared?.text ?? `execute ${name}`,
      values,
      formats: results,
    });
  }

  #execute(reader: MessageReader): void {
    const name = reader.text();
    const portal = this.#portals.get(name);
    const draft = this.#draft;
    draft.texts.push(portal?.text ?? `fetch from ${name}`);
    draft.values.push(...(portal?.values ?? []));
    draft.formats = portal?.formats ?? [];
    draft.ran = portal?.statement;
    if (name === '') draft.unnamed = true;
  }

  #describe(reader: MessageReader): void {
    const isPortal = reader.byte() === portalLetter;
    const name = reader.text();
    if (!isPortal) this.#use(name);
    this.#draft.describes = isPortal ? this.#portals.get(name)?.statement : name;
  }

  #close(reader: MessageReader): void {
    this.#draft.closes += 1;
    const kind = reader.byte();
    if (kind === portalLetter) this.#portals.delete(reader.text());
    else this.#prepared.delete(reader.text());
  }

  #use(name: string): void {
    if (name !== '' && !this.#draft.parsed.has(name)) this.#draft.uses.add(name);
  }

  #end(answers: number | 'ready'): Unit {
    const { messages, texts, values, closes, unnamed, formats, parsed, uses, ran, describes } = this.#draft;
    this.#draft = new Draft();
    return {
      kind: texts.length > 0 ? 'statement' : 'preparation',
      messages,
      text: texts.join('; '),
      values,
      answers,
      closes,
      leavesPortal: unnamed && answers === 'ready',
      formats,
      uses: [...uses],
      parses: [...parsed].filter((name) => name !== ''),
      ran,
      describes,
    };
  }

  #unit(messages: readonly Buffer[], kind: Unit['kind']): Unit {
    return {
      kind,
      messages,
      text: '',
      values: [],
      answers: 'ready',
      closes: 0,
      leavesPortal: false,
      formats: [],
      uses: [],
      parses: [],
      ran: undefined,
      describes: undefined,
    };
  }
}
