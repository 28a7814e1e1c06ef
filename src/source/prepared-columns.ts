/** The columns of prepared statements, which a client asks for once and then knows. */
import { server } from '../wire/server-messages.ts';
import { columnsOf, type Column } from './reply.ts';
import type { Unit } from './unit.ts';

export class PreparedColumns {
  readonly #of = new Map<string, readonly Column[]>();

  /** Those of the statement that the unit ran last; undefined if the client did not ask for them. */
  of({ ran }: Unit): readonly Column[] | undefined {
    return ran === undefined ? undefined : this.#of.get(ran);
  }

  /** Reads the answers to what the unit asked. They come in the same order. */
  learn({ describes }: Unit, messages: readonly Buffer[]): void {
    if (describes.length === 0) return;
    const answers = messages.filter(
      (message) => message[0] === server.rowDescription || message[0] === server.noData,
    );
    for (const [index, name] of describes.entries()) {
      const answer = answers[index];
      if (answer === undefined) return;
      this.#of.set(name, answer[0] === server.noData ? [] : columnsOf(answer));
    }
  }
}
