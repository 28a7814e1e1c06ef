/**
 * One execution: one scenario under one schedule. A step is released, everybody settles, the next choice is made,
 * until all sessions are done, nobody can go on, or a limit is hit.
 */
import { Fault } from '../core/fault.ts';
import { isEnd } from '../core/history.ts';
import { plain } from '../core/plain.ts';
import type { Database } from '../driver/contract.ts';
import type { Gate, GatedClient, HeldStatement, Sent } from '../driver/gated-client.ts';
import { Fairness } from './fairness.ts';
import { replyIsNear } from './polling.ts';
import { queryObjectFault } from './query-object.ts';
import type { LimitName } from './limits.ts';
import { pendingWork, runUnattributed, trackOutsideWork } from './outside.ts';
import { stepsUsedUp, stuckWaits } from './no-end.ts';
import type { End, ExecutionRecord, Unawaited } from './record.ts';
import type { ClientStock, Plan } from './plan.ts';
import { Recorder } from './recorder.ts';
import { replyOf } from './reply.ts';
import { sentNow, SessionRun } from './session.ts';
import { Settler } from './settler.ts';
import { Signal } from './signal.ts';
import { StatementRecords } from './statement-records.ts';
import { unwind } from './unwind.ts';

export function execute(stock: ClientStock, plan: Plan): Promise<ExecutionRecord> {
  return new Execution(stock, plan).run();
}

class Execution {
  readonly #stock: ClientStock;
  readonly #database: Database;
  readonly #plan: Plan;
  readonly #signal = new Signal();
  readonly #recorder: Recorder;
  readonly #owners = new Map<GatedClient, SessionRun>();
  readonly #sessions: readonly SessionRun[];
  readonly #settler: Settler;
  readonly #fairness = new Fairness();
  readonly #statements: StatementRecords;
  readonly #unawaited: Unawaited[] = [];
  #end: End | undefined;
  #fault: Fault | undefined;

  constructor(stock: ClientStock, plan: Plan) {
    this.#stock = stock;
    this.#database = stock.database;
    this.#plan = plan;
    this.#statements = new StatementRecords(stock);
    this.#recorder = new Recorder(plan.sessions.length);
    const shared = plan.model.shared?.() ?? {};
    this.#sessions = plan.sessions.map((calls, index) => {
      const memory =
        plan.memories === undefined ? (plan.model.memory?.() ?? {}) : structuredClone(plan.memories[index]);
      return new SessionRun(plan.model, index, calls, memory, shared, {
        lease: (owner) => this.#lease(owner),
        notify: () => this.#signal.notify(),
        returned: (_, operation, answer) => {
          this.#settler.ran();
          this.#recorder.returned(index, operation, answer);
        },
        unawaited: (_, operation, { text }) => this.#unawaited.push({ session: index, operation, text }),
        late: ({ calls }, text) => stock.late(calls, text),
        fail: (fault) => this.#fail(fault),
      });
    });
    this.#settler = new Settler({
      database: stock.database,
      limits: plan.limits,
      sessions: this.#sessions,
      owners: this.#owners,
      recorder: this.#recorder,
      signal: this.#signal,
      waits: stock.waits,
      giveUp: (limit, detail) => this.#giveUp(limit, detail),
      ended: () => this.#over,
    });
  }

  async run(): Promise<ExecutionRecord> {
    trackOutsideWork(true);
    try {
      while (this.#end === undefined) {
        if (this.#fault !== undefined) throw this.#fault;
        await this.#settler.settle();
        if (!this.#over) await this.#decide();
      }
      if (this.#end.kind !== 'completed') await this.#unwind();
    } catch (error) {
      // A fault, or the strategy threw (a replay that does not fit): nothing of the execution may be left. An error
      // of unwinding would hide what went wrong first.
      await this.#unwind().catch(() => {});
      throw error;
    } finally {
      this.#settler.letAllGo();
      trackOutsideWork(false);
      for (const session of this.#sessions) session.revoke();
      for (const client of this.#owners.keys()) this.#stock.giveBack(client);
    }
    const { history, choices, answers, spans } = this.#recorder;
    const memories = this.#sessions.map((session) => plain(session.memory));
    const usedShared = this.#sessions.some((session) => session.usedShared);
    return {
      end: this.#end,
      history,
      choices,
      answers,
      spans,
      unawaited: this.#unawaited,
      memories,
      usedShared,
      evidence: this.#statements.evidence,
    };
  }

  #decide(): Promise<void> | void {
    const runnable = this.#sessions
      .filter((session) => this.#isRunnable(session))
      .map((session) => session.index);
    if (runnable.length === 0) return this.#nobodyRunnable();
    const { steps, current, choices } = this.#recorder;
    if (steps >= this.#plan.limits.maxSteps) {
      return this.#giveUp('maxSteps', stepsUsedUp(steps, this.#sessions, this.#fairness));
    }
    const point = this.#fairness.point(steps, current, runnable);
    const ended = this.#recorder.answers.map((answers) => answers.length);
    const chosen = this.#plan.choose(point, ended);
    const session = this.#sessions[chosen];
    if (session === undefined || !point.runnable.includes(chosen)) {
      throw new Error(`the strategy chose session ${chosen}, which is not runnable`);
    }
    choices.push({ point, chosen });
    return this.#step(session);
  }

  /**
   * Starting an operation and sending its first statement are one step: what an operation does before its first
   * statement is seen by nobody. Unless sessions share state inside the process (a mutex, say): then the start is
   * a step of its own.
   */
  async #step(session: SessionRun): Promise<void> {
    if (session.next() === undefined) {
      this.#recorder.began(session.index, session.operation);
      this.#fairness.began(session.index);
      this.#settler.ran();
      session.start();
      await this.#settler.settle();
      if (this.#over || this.#plan.model.shared !== undefined) return;
    }
    const statement = session.next();
    if (statement === undefined || this.#database.isHeldBack(statement.client)) return;
    const mayWait = this.#stock.commitsMayWait || !isEnd(statement.head);
    // The end of a transaction may wake several waiters, which then wait for each other.
    const { waiters } = this.#settler;
    if (waiters > 1 || (waiters > 0 && mayWait)) await this.#settler.deadlockChecksRan();
    session.take(statement);
    const step = this.#recorder.steps - 1;
    this.#plan.trace?.released(statement, step);
    this.#settler.holdWaiters();
    this.#send(session, statement, step);
  }

  #isRunnable(session: SessionRun): boolean {
    if (session.connecting > 0) return false;
    const statement = session.next();
    if (statement !== undefined) return !this.#database.isHeldBack(statement.client);
    if (session.program !== 'ready' || session.inFlight.size > 0) return false;
    // Where an open transaction holds the whole engine, starting another operation would only queue it up.
    return !this.#database.isHeldBack(session.client);
  }

  #nobodyRunnable(): Promise<void> | void {
    if (this.#sessions.every((session) => session.program === 'done' && session.inFlight.size === 0)) {
      return this.#complete();
    }
    const waiting = this.#sessions.filter((session) => pendingWork(session.outside) !== 'nothing');
    if (waiting.length > 0) return this.#settler.waitForOutside(waiting);
    return this.#stuck();
  }

  /** A statement that was not waited for may just be on its way through a pool. */
  async #complete(): Promise<void> {
    this.#signal.clear();
    if (!(await this.#signal.quietTurn())) return;
    this.#end = { kind: 'completed' };
  }

  async #stuck(): Promise<void> {
    const { patient, limits } = this.#plan;
    const outside = this.#sessions.some((session) => session.isOutside);
    if (patient === true && outside && (await this.#signal.wait(limits.outsideTimeoutMs))) return;
    this.#end = { kind: 'stuck', waits: stuckWaits(this.#sessions, this.#settler) };
  }

  #lease(session: SessionRun): GatedClient {
    // A new connection's socket is the engine's: an open socket would look like work that the session waits for.
    const client = runUnattributed(() => this.#stock.take());
    runUnattributed(() => client.open()).catch(() => {});
    client.gate = this.#gate(session);
    this.#owners.set(client, session);
    session.clients.push(client);
    return client;
  }

  #gate(session: SessionRun): Gate {
    return {
      hold: (statement) => this.#hold(session, statement),
      completed: (statement, sent) => this.#completed(session, statement, sent),
      announced: (client, waiting) => {
        const entry = session.inFlight.get(client);
        if (entry === undefined) return;
        entry.announced = waiting;
        this.#signal.notify();
      },
      connecting: (_client, connected) => session.connectingTo(connected),
      ended: () => {},
      unsupported: (text) => this.#fail(queryObjectFault(session.operationName, text)),
    };
  }

  #hold(session: SessionRun, statement: HeldStatement): void {
    this.#settler.ran();
    this.#plan.trace?.held(statement);
    session.arrived(statement);
    const { kind } = statement.head;
    const goesAlong =
      kind === 'free' || (kind === 'begin' && this.#database.capabilities.concurrentTransactions);
    const first =
      !session.inFlight.has(statement.client) &&
      !session.held.some((held) => held.client === statement.client);
    if (!goesAlong || !first || session.abandoned || this.#database.isHeldBack(statement.client)) {
      session.queue(statement);
      return;
    }
    session.expecting = false;
    this.#send(session, statement, undefined);
  }

  /** @param step undefined for a statement that is no step of its own */
  #send(session: SessionRun, held: HeldStatement, step: number | undefined): void {
    const { index, operation } = session;
    const statement = this.#statements.sent(held, session.clients.indexOf(held.client));
    this.#recorder.add(
      step === undefined
        ? { kind: 'free', session: index, operation, statement }
        : { kind: 'released', session: index, operation, step, statement },
    );
    session.inFlight.set(held.client, sentNow(session, held, step));
    this.#settler.sent(session, held);
    void held.send();
    replyIsNear();
  }

  #completed(session: SessionRun, statement: HeldStatement, sent: Sent): void {
    const entry = session.inFlight.get(statement.client);
    session.inFlight.delete(statement.client);
    session.expecting = true;
    this.#settler.completed(entry, statement.client);
    this.#settler.noLongerBlocked(session);
    const openAfter = this.#statements.completed(statement, entry?.step);
    if (entry?.step !== undefined) {
      const { step } = entry;
      const reply = replyOf(sent);
      this.#fairness.completed(session.index, { text: statement.text, values: statement.values, reply });
      if (entry.recorded) this.#recorder.add({ kind: 'unblocked', session: session.index, step });
      this.#recorder.add({ kind: 'completed', session: session.index, step, reply, openAfter });
    }
    this.#signal.notify();
  }

  async #unwind(): Promise<void> {
    this.#recorder.flush();
    const { limits } = this.#plan;
    await unwind(this.#sessions, this.#settler, this.#database, this.#signal, limits.unwindTimeoutMs);
  }

  get #over(): boolean {
    return this.#end !== undefined || this.#fault !== undefined;
  }

  #fail(fault: Fault): void {
    this.#fault ??= fault;
    this.#signal.notify();
  }

  #giveUp(limit: LimitName, detail: string): void {
    this.#end ??= { kind: 'gave-up', limit, detail };
  }
}
