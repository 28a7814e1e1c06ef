/** What a client asked the server about statements of the extended protocol. It asks once and then knows. */
import { MessageReader } from '../wire/frames.ts';
import { server } from '../wire/server-messages.ts';
import { columnsOf, type Column } from './reply.ts';
import type { Unit } from './unit.ts';

/** A driver keeps fewer; code that writes values into its texts sends more, and never twice. */
const mostStatements = 1_000;

interface Description {
  readonly columns: readonly Column[];
  /** The numbers of its parameters' types; empty if only its rows were asked for. */
  readonly parameters: readonly number[];
}

export class DescribedStatements {
  /** By `Unit.ran`; the one that was described last is at the end. */
  readonly #of = new Map<string, Description>();

  /** The columns of the statement that the unit ran last; undefined if the client did not ask for them. */
  columnsFor({ ran }: Pick<Unit, 'ran'>): readonly Column[] | undefined {
    return ran === undefined ? undefined : this.#of.get(ran)?.columns;
  }

  /** The number of a parameter's type; 0 if the client did not ask for it. */
  parameterType(statement: string, index: number): number {
    return this.#of.get(statement)?.parameters[index] ?? 0;
  }

  /** Reads the answers to what the unit asked. They come in the same order. */
  learn({ describes }: Unit, messages: readonly Buffer[]): void {
    const asked = describes.values();
    let parameters: readonly number[] | undefined;
    for (const message of messages) {
      if (message[0] === server.parameterDescription) parameters = typesIn(message);
      if (message[0] !== server.rowDescription && message[0] !== server.noData) continue;
      const { value: statement, done } = asked.next();
      if (done === true) return;
      const columns = message[0] === server.noData ? [] : columnsOf(message);
      if (statement !== undefined) this.#keep(statement, columns, parameters);
      parameters = undefined;
    }
  }

  #keep(statement: string, columns: readonly Column[], given: readonly number[] | undefined): void {
    const parameters = given ?? this.#of.get(statement)?.parameters ?? [];
    this.#of.delete(statement);
    this.#of.set(statement, { columns, parameters });
    const [oldest] = this.#of.keys();
    if (this.#of.size > mostStatements && oldest !== undefined) this.#of.delete(oldest);
  }
}

function typesIn(message: Buffer): readonly number[] {
  const reader = new MessageReader(message);
  return Array.from({ length: reader.int16() }, () => reader.int32());
}
