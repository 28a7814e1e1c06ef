/** Says messages of the protocol to a real server, and reads the replies as the history has them. */
import type { Database, Driver } from '../../src/driver/contract.ts';
import { GatedClient } from '../../src/driver/gated-client.ts';
import { DescribedStatements } from '../../src/source/described-statements.ts';
import { wireReply } from '../../src/source/reply.ts';
import type { Unit } from '../../src/source/unit.ts';
import { UnitReader } from '../../src/source/unit-reader.ts';

export interface ReadReply {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

export class UnitConversation {
  readonly client: GatedClient;
  readonly #database: Database;
  readonly #described = new DescribedStatements();
  readonly #units = new UnitReader(this.#described);

  private constructor(database: Database) {
    const role = { kind: 'session', isolation: 'read committed' } as const;
    this.#database = database;
    this.client = new GatedClient(database.clientConfig(role), database.settings(role));
  }

  static async open(driver: Driver): Promise<UnitConversation> {
    const conversation = new UnitConversation(await driver.open());
    await conversation.client.open();
    return conversation;
  }

  units(...messages: readonly Buffer[]): readonly Unit[] {
    return this.#units.read(Buffer.concat(messages));
  }

  /** The reply to the last of the units. @throws the server's error */
  async say(...messages: readonly Buffer[]): Promise<ReadReply> {
    let last: ReadReply = { columns: [], rows: [] };
    for (const unit of this.units(...messages)) {
      const answers = await this.client.exchange({
        facts: unit,
        bytes: Buffer.concat(unit.messages),
        parsedBefore: 0,
        onCopyIn: () => {},
      });
      const reply = wireReply(answers, unit.formats, this.#described.columnsFor(unit));
      this.#described.learn(unit, answers);
      if (reply.kind === 'error') throw reply.error;
      const { fields, rows } = reply.result as unknown as {
        readonly fields: readonly { readonly name: string }[];
        readonly rows: ReadReply['rows'];
      };
      last = { columns: fields.map(({ name }) => name), rows };
    }
    return last;
  }

  async close(): Promise<void> {
    await this.client.end();
    await this.#database.drop();
  }
}
