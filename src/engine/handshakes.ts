/**
 * Recognises what a library sends only because a connection is new (`SET client_min_messages`, `select version()`, a list
 * of types). Whether a pool opens a connection or has an idle one is no matter of the code under test, and would make two
 * executions of one schedule differ.
 *
 * A handshake is learned by running an operation alone twice. What the first run sent on a new connection before the first
 * statement that the second run sent, too, is the handshake; so is what a set-up sent first on a connection. From then on a new connection's statements with these texts
 * are no part of the history, until it sends another one.
 */
import type { Model } from '../core/model.ts';
import type { CodeConnection } from '../source/contract.ts';
import { changesTables } from '../source/session-state.ts';
import type { Unit } from '../source/unit.ts';

interface Seen {
  readonly connection: CodeConnection;
  readonly isNew: boolean;
  readonly units: Unit[];
}

/** Libraries and their pools are the process's, and so is what was learned of them. */
const texts = new Set<string>();

/** By model. */
const known = new WeakMap<Model, Known>();

interface Known {
  /** Statements that its operations send on used connections, too. */
  readonly usual: Set<string>;
  /** Whether the model's code opens connections itself. */
  opensConnections: boolean;
}

export class Handshakes {
  readonly #known: Known;
  /** Of the model's tables: a statement that names one is the code's own, though it be sent only once. */
  readonly #tables: ReadonlySet<string>;
  /** By connection, in the order of first use: what was sent since `watch`. */
  #watched: Map<CodeConnection, Seen> | undefined;

  /** @param tables of the model; names with or without their schemas */
  constructor(model: Model, tables: readonly { readonly name: string }[]) {
    this.#tables = new Set(tables.map(({ name }) => name.slice(name.lastIndexOf('.') + 1).toLowerCase()));
    this.#known = known.get(model) ?? { usual: new Set(), opensConnections: false };
    known.set(model, this.#known);
  }

  /** Whether the model's code opens connections itself, as far as it was run. */
  get opensConnections(): boolean {
    return this.#known.opensConnections;
  }

  /** Whether the unit belongs to the handshake of a new connection; it is then kept with the connection. */
  sees(connection: CodeConnection, unit: Unit): boolean {
    this.#known.opensConnections = true;
    this.learnOpening(connection);
    if (this.#watched !== undefined) {
      const seen = this.#watched.get(connection);
      if (seen === undefined)
        this.#watched.set(connection, { connection, isNew: !connection.isUsed, units: [unit] });
      else seen.units.push(unit);
    }
    if (connection.isUsed) {
      if (texts.has(unit.text)) this.#known.usual.add(unit.text);
      return false;
    }
    if (texts.has(unit.text) && !this.#known.usual.has(unit.text) && !this.#namesTable(unit.text)) {
      connection.handshake.push(unit);
      return true;
    }
    connection.isUsed = true;
    return false;
  }

  /**
   * Whether the unit sets up a new connection. A pool opens them by itself, also while no execution is under way; it can wait
   * for the next one.
   */
  canWait(connection: CodeConnection, { kind, text }: Unit): boolean {
    if (connection.isUsed) return false;
    return (
      kind === 'preparation' || (texts.has(text) && !this.#known.usual.has(text) && !this.#namesTable(text))
    );
  }

  /** A set-up opened the connection: what it sent first there, a new one of the same pool may send, too. */
  learnOpening(connection: CodeConnection): void {
    for (const { text } of connection.opening.splice(0)) {
      // What changes tables is never hidden, however seldom it is sent.
      if (changesTables(text) || this.#namesTable(text)) return;
      texts.add(text);
    }
  }

  /** Remembers from now on what connections send. */
  watch(): void {
    this.#watched = new Map();
  }

  /** What connections sent since {@link watch}; nothing is remembered from now on. */
  takeWatched(): readonly Seen[] {
    const seen = [...(this.#watched?.values() ?? [])];
    this.#watched = undefined;
    return seen;
  }

  /** The same operation was run twice from the same state. */
  learn(first: readonly Seen[], second: readonly Seen[]): void {
    // A connection for each run sends everything again: what of that is its handshake, nobody knows.
    if (second.every(({ isNew }) => isNew)) return;
    const usual = new Set(second.flatMap(({ units }) => units.map(({ text }) => text)));
    for (const { connection, isNew, units } of first) {
      const isOwn = ({ text }: Unit): boolean =>
        usual.has(text) || changesTables(text) || this.#namesTable(text);
      const length = isNew ? units.findIndex(isOwn) : 0;
      for (const unit of units.slice(0, Math.max(length, 0))) {
        texts.add(unit.text);
        connection.handshake.push(unit);
      }
    }
  }

  #namesTable(text: string): boolean {
    const words = text.toLowerCase().match(/[\p{L}\p{N}_$]+/gu) ?? [];
    return words.some((word) => this.#tables.has(word));
  }
}
