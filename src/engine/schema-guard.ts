/** Decides whether an execution may have changed the schema, and refuses changes that are never put back. */
import { Fault } from '../core/fault.ts';
import { textsOf, type History } from '../core/history.ts';
import type { Call } from '../core/model.ts';
import { statementsIn } from '../core/sent-statements.ts';
import { schemaTable, type DatabaseState } from '../core/state.ts';
import type { Schemas } from './schemas.ts';

/** A word in a value that looks like one of these costs a question; a change that is missed would cost a false verdict. */
const definition =
  /\b(?:create|alter|drop|comment|grant|revoke|do|security\s+label|import\s+foreign)\b|(?<!\b(?:insert|merge)\s+)\binto\b/i;

/** Statements that change more than the database in which they run. */
const beyond =
  /^(?:(?:create|alter|drop)\s+(?:database|role|user|group|tablespace|subscription)|alter\s+system|drop\s+owned|reassign\s+owned)\b/i;
const comments = /\/\*[\s\S]*?\*\/|--[^\n]*/g;

/**
 * Whether an execution may have changed the schema. `first`: nothing shows a change, but an operation that runs alone for
 * the first time is looked at in any case.
 */
export type SignsOfChange = 'shown' | 'first' | 'none';

/** The parts of an execution that decide. */
export interface RanExecution {
  readonly history: History;
  readonly sessions: readonly (readonly Call[])[];
  readonly signs: SignsOfChange;
}

export class SchemaGuard {
  readonly #schemas: Schemas;

  constructor(schemas: Schemas) {
    this.#schemas = schemas;
  }

  /** @param isFirst whether these statements were sent for the first time, by an operation alone */
  signsOf(from: DatabaseState, history: History, isFirst: boolean): SignsOfChange {
    const shown =
      from.tables[schemaTable] !== undefined || textsOf(history).some((text) => definition.test(text));
    return shown || this.#schemas.functionsDefine ? 'shown' : isFirst ? 'first' : 'none';
  }

  /**
   * Finds out what the schema is now.
   *
   * @param ran undefined if the execution failed
   * @throws Fault `schema-changed` if it made a change that is not put back
   */
  async look(ran: RanExecution | undefined): Promise<void> {
    const { history, sessions, signs } = ran ?? { history: [], sessions: [], signs: 'shown' };
    const schemas = this.#schemas;
    await schemas.look((detail) => changeFault(sessions.flat(), detail));
    if (signs === 'first' && !schemas.untouched)
      schemas.spoil(changeFault(sessions.flat(), 'it changes the schema, and its statements do not show it'));
    const change = signs === 'shown' ? changeBeyond(history, sessions) : undefined;
    if (change !== undefined) schemas.spoil(change);
  }
}

function changeBeyond(history: History, sessions: RanExecution['sessions']): Fault | undefined {
  for (const { session, operation, statement, reply } of statementsIn(history)) {
    const parts = statement.text.replaceAll(comments, ' ').split(';');
    if (reply?.kind !== 'rows' || !parts.some((part) => beyond.test(part.trim()))) continue;
    return changeFault([sessions[session]?.[operation]], `its statement: ${statement.text}`);
  }
  return undefined;
}

/** @param calls those that may have made the change */
function changeFault(calls: readonly (Call | undefined)[], detail: string): Fault {
  const names = [...new Set(calls.flatMap((call) => call?.operation ?? []))].join(', ');
  return new Fault(`operation ${names} makes a change that is not put back between runs`, {
    code: 'schema-changed',
    kind: 'usage',
    detail,
    hint: 'databases, roles, tablespaces, extensions and other things outside of schemas belong to the schema of the model',
  });
}
