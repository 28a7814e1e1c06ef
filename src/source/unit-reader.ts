/** Cuts what a client sends into units. */
import { flush } from '../wire/client-messages.ts';
import { FrameReader, letter, MessageReader, ProtocolError } from '../wire/frames.ts';
import { valueOf } from './binary-values.ts';
import { DescribedStatements } from './described-statements.ts';
import { Draft } from './draft.ts';
import { unitOf, type Unit } from './unit.ts';

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
const ends: ReadonlySet<number> = new Set([type.sync, type.flush]);
const portalLetter = letter('P');

interface Prepared {
  readonly text: string;
  /** See `Unit.ran`. */
  readonly key: string;
  /** Types of its parameters, as far as the client gave them; 0 for unknown. */
  readonly types: readonly number[];
  readonly message: Buffer;
}

interface Portal {
  readonly key: string;
  readonly text: string;
  readonly values: readonly unknown[];
  readonly formats: readonly number[];
}

/** Cuts what one client sends, in chunks of any size, into units. Begins after the start-up packet. */
export class UnitReader {
  readonly #frames = new FrameReader();
  readonly #prepared = new Map<string, Prepared>();
  readonly #portals = new Map<string, Portal>();
  readonly #described: DescribedStatements;
  #draft = new Draft();
  /** How many answers its messages have. */
  #answers = 0;

  /** @param described the client gives binary values of types that it was told */
  constructor(described: DescribedStatements = new DescribedStatements()) {
    this.#described = described;
  }

  /** @throws ProtocolError */
  read(chunk: Buffer): Unit[] {
    return this.#frames.read(chunk).flatMap((message) => this.#take(message));
  }

  #take(message: Buffer): readonly Unit[] {
    const opening = this.#draft.isFree && !ends.has(message[0] ?? 0) ? [this.#cut()] : [];
    const rest = this.#add(message);
    return rest === undefined ? opening : opening.concat(rest);
  }

  #add(message: Buffer): Unit | readonly Unit[] | undefined {
    const draft = this.#draft;
    const reader = new MessageReader(message);
    switch (message[0]) {
      case type.query:
        return this.#alone(message, reader.text());
      case type.call:
        return this.#alone(message, `function call ${reader.int32()}`);
      case type.sync:
        draft.messages.push(message);
        return this.#end('ready');
      case type.flush:
        draft.messages.push(message);
        return this.#end(this.#answers);
      case type.copyData:
      case type.copyDone:
      case type.copyFail:
        // Rows may come along with the statement that takes them.
        draft.messages.push(message);
        draft.endsCopy ||= message[0] !== type.copyData;
        if (draft.messages.length === 1) return this.#end(0, 'rows');
        return undefined;
      case type.terminate:
        return unitOf({ kind: 'terminate', messages: [message] });
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
        throw new ProtocolError(`a message of type ${message[0]}`);
    }
    this.#answers += 1;
    draft.messages.push(message);
    return undefined;
  }

  /** What was begun before it may have failed, and the server then ignores this: the two are units of their own. */
  #alone(message: Buffer, text: string): readonly Unit[] {
    const before = this.#draft.messages.length > 0 ? [this.#cut()] : [];
    this.#draft.runs(text);
    this.#draft.extended = false;
    this.#draft.messages.push(message);
    return [...before, this.#end('ready')];
  }

  #parse(message: Buffer, reader: MessageReader): void {
    const name = reader.text();
    const text = reader.text();
    const types = Array.from({ length: reader.int16() }, () => reader.int32());
    // A part of a larger chunk would keep the whole chunk in memory.
    this.#prepared.set(name, {
      text,
      key: `${types.join()} ${text}`,
      types,
      message: name === '' ? message : Buffer.from(message),
    });
    this.#draft.parses.push(name);
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
      const bytes = reader.bytes(length);
      return format === 1 ? valueOf(bytes, this.#typeOf(prepared, index)) : bytes.toString('utf8');
    });
    const results = Array.from({ length: reader.int16() }, () => reader.int16());
    this.#use(name);
    const text = prepared?.text ?? `execute ${name}`;
    this.#portals.set(portal, {
      key: prepared?.key ?? text,
      text,
      values,
      formats: results,
    });
  }

  #typeOf(prepared: Prepared | undefined, index: number): number {
    if (prepared === undefined) return 0;
    return prepared.types[index] || this.#described.parameterType(prepared.key, index);
  }

  #execute(reader: MessageReader): void {
    const name = reader.text();
    const portal = this.#portals.get(name);
    const mostRows = reader.int32();
    const draft = this.#draft;
    draft.runs(portal?.text ?? `fetch from ${name}`);
    draft.values.push(...(portal?.values ?? []));
    draft.formats = portal?.formats ?? [];
    draft.ran = portal?.key;
    // A portal that was not read to its end is gone on with.
    if (name === '') draft.leavesPortal = mostRows <= 0;
  }

  #describe(reader: MessageReader): void {
    const isPortal = reader.byte() === portalLetter;
    const name = reader.text();
    if (!isPortal) this.#use(name);
    this.#draft.describes.push((isPortal ? this.#portals : this.#prepared).get(name)?.key);
  }

  #close(reader: MessageReader): void {
    this.#draft.closes += 1;
    const kind = reader.byte();
    if (kind === portalLetter) this.#portals.delete(reader.text());
    else this.#prepared.delete(reader.text());
  }

  #use(name: string): void {
    const prepared = this.#prepared.get(name);
    if (name === '' || prepared === undefined || this.#draft.parses.includes(name)) return;
    this.#draft.uses.set(name, prepared.message);
  }

  /** Ends the unit here. In the extended protocol the server answers what it is asked for. */
  #cut(): Unit {
    this.#draft.messages.push(flush);
    return this.#end(this.#answers);
  }

  #end(answers: number | 'ready', kind?: Unit['kind']): Unit {
    const draft = this.#draft;
    this.#draft = new Draft();
    this.#answers = 0;
    draft.answers = answers;
    draft.leavesPortal &&= answers === 'ready';
    if (kind !== undefined) draft.kind = kind;
    return draft;
  }
}
