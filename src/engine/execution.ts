/**
 * One execution: one scenario under one schedule. A step is released, all sessions settle, the next choice is made:
 * until all are done, none can go on, or a limit is hit.
 */
import { Fault } from '../core/fault.ts';
import { isEnd } from '../core/history.ts';
import type { LimitCause } from '../core/limit-cause.ts';
import { plain } from '../core/plain.ts';
import type { Database } from '../driver/contract.ts';
import type { GatedClient } from '../driver/gated-client.ts';
import { Fairness } from './fairness.ts';
import { Gatekeeper } from './gatekeeper.ts';
import type { LimitName } from './limits.ts';
import { pendingWork, trackOutsideWork } from './outside.ts';
import { stepLimitCause, stuckWaits } from './no-end.ts';
import type { End, ExecutionRecord, UnawaitedStatement } from './record.ts';
import type { ClientStock } from './client-stock.ts';
import type { ExecutionSetup } from './execution-setup.ts';
import { Recorder } from './recorder.ts';
import { SessionRun, type SessionHooks } from './session.ts';
import { Settler } from './settler.ts';
import { Signal } from './signal.ts';
import { unwind } from './unwind.ts';

export function execute(stock: ClientStock, setup: ExecutionSetup): Promise<ExecutionRecord> {
  return new Execution(stock, setup).run();
}

class Execution {
  readonly #stock: ClientStock;
  readonly #database: Database;
  readonly #setup: ExecutionSetup;
  readonly #signal = new Signal();
  readonly #recorder: Recorder;
  readonly #owners = new Map<GatedClient, SessionRun>();
  readonly #sessions: readonly SessionRun[];
  readonly #settler: Settler;
  readonly #gatekeeper: Gatekeeper;
  readonly #fairness = new Fairness();
  readonly #unawaited: UnawaitedStatement[] = [];
  #waitedInProcess = false;
  #end: End | undefined;
  #fault: Fault | undefined;

  constructor(stock: ClientStock, setup: ExecutionSetup) {
    this.#stock = stock;
    this.#database = stock.database;
    this.#setup = setup;
    this.#recorder = new Recorder(setup.sessions.length);
    const sessions: SessionRun[] = [];
    this.#sessions = sessions;
    const lent = { sessions, owners: this.#owners, recorder: this.#recorder, signal: this.#signal };
    this.#settler = new Settler({
      ...lent,
      database: stock.database,
      limits: setup.limits,
      waits: stock.waits,
      giveUp: (limit, cause) => this.#giveUp(limit, cause),
      ended: () => this.#over,
      lastLines: (session) => stock.seats?.lastLines(session) ?? '',
    });
    this.#gatekeeper = new Gatekeeper({
      ...lent,
      stock,
      settler: this.#settler,
      fairness: this.#fairness,
      watcher: setup.watcher,
      meetInProcess: setup.meetInProcess === true,
      fail: (fault) => this.#fail(fault),
    });
    const { model } = setup;
    const { app, lookers } = stock;
    const shared = model.shared?.(app) ?? {};
    for (const [index, calls] of setup.sessions.entries()) {
      const memory =
        setup.memories === undefined ? (model.memory?.() ?? {}) : structuredClone(setup.memories[index]);
      const session = new SessionRun({ model, index, calls, memory, shared, app, lookers }, this.#hooks());
      sessions.push(session);
      // So a session has the same connection each time, whoever begins; code that opens its own needs none.
      if (stock.handshakes.opensConnections) session.clients.opensConnections = true;
      else session.clients.reserve();
      stock.seats?.serve(index, session.host);
    }
  }

  #hooks(): SessionHooks {
    return {
      lease: (session) => this.#gatekeeper.lease(session),
      host: (session) => this.#gatekeeper.host(session),
      call: ({ index }, call, operation) =>
        this.#stock.seats?.call(index, call, operation) ??
        Promise.reject(new Error('there is no code to run')),
      cancel: (entry) => this.#gatekeeper.cancel(entry),
      notify: () => this.#signal.notify(),
      returned: ({ index }, operation, answer) => {
        this.#settler.ran();
        this.#recorder.returned(index, operation, answer);
      },
      unawaited: ({ index }, operation, { text }) =>
        this.#unawaited.push({ session: index, operation, text }),
      late: ({ calls }, text) => this.#stock.reportLateUse(calls, text),
      fail: (fault) => this.#fail(fault),
    };
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
      // A fault, or the strategy threw (a replay that does not fit): nothing of the execution may remain. An error
      // while unwinding would hide the first one.
      await this.#unwind().catch(() => {});
      throw error;
    } finally {
      this.#settler.resumeAll();
      trackOutsideWork(false);
      for (const session of this.#sessions) {
        session.outside.ticks.pace('free');
        session.clients.revoke();
        // A library goes by what it knows of its connection: that it is in a transaction which is gone by then.
        this.#stock.seats?.leave(session.index, !session.clients.inTransaction);
      }
      for (const client of this.#owners.keys()) this.#stock.giveBack(client);
    }
    const { history, choices, answers, spans } = this.#recorder;
    const memories = this.#sessions.map((session) => plain(session.memory));
    const usedShared =
      this.#setup.meetInProcess === true || this.#sessions.some((session) => session.usedShared);
    return {
      end: this.#end,
      history,
      choices,
      answers,
      spans,
      unawaited: this.#unawaited,
      memories,
      usedShared,
      waitedInProcess: this.#waitedInProcess,
      evidence: this.#gatekeeper.statements.evidence,
    };
  }

  #decide(): Promise<void> | void {
    this.#waitedInProcess ||= this.#sessions.some(({ waitsInProcess }) => waitsInProcess);
    const runnable = this.#sessions
      .filter((session) => this.#isRunnable(session))
      .map((session) => session.index);
    if (runnable.length === 0) return this.#nobodyRunnable();
    const { steps, current, choices } = this.#recorder;
    if (steps >= this.#setup.limits.maxSteps) {
      return this.#giveUp('maxSteps', stepLimitCause(steps, this.#sessions, this.#fairness));
    }
    const point = this.#fairness.point(steps, current, runnable);
    const ended = this.#recorder.answers.map((answers) => answers.length);
    const chosen = this.#setup.choose(point, ended);
    const session = this.#sessions[chosen];
    if (session === undefined || !point.runnable.includes(chosen)) {
      throw new Error(`the strategy chose session ${chosen}, which is not runnable`);
    }
    choices.push({ point, chosen });
    return this.#step(session);
  }

  /**
   * Starting an operation and sending its first statement are one step, since no other session can see what an
   * operation does before its first statement. If sessions share state in the process (a mutex, say), the start is a
   * step of its own.
   */
  async #step(session: SessionRun): Promise<void> {
    if (session.next() === undefined) {
      this.#recorder.began(session.index, session.operation);
      this.#fairness.began(session.index);
      this.#settler.ran();
      session.start();
      await this.#settler.settle();
      if (this.#over || this.#setup.model.shared !== undefined || this.#setup.meetInProcess === true) return;
    }
    const statement = session.next();
    if (statement === undefined || this.#database.wouldWait(statement.client)) return;
    const mayWait = this.#stock.commitsMayWait || !isEnd(statement.head);
    // The end of a transaction may wake several waiters, which then wait for each other.
    const waiters = this.#settler.waiters.length;
    if (waiters > 1 || (waiters > 0 && mayWait)) await this.#settler.deadlockChecksRan();
    this.#gatekeeper.release(session, statement, this.#recorder.steps - 1);
  }

  #isRunnable(session: SessionRun): boolean {
    if (session.connecting > 0) return false;
    const statement = session.next();
    if (statement !== undefined) return !this.#database.wouldWait(statement.client);
    if (session.program !== 'ready' || session.inFlight.size > 0) return false;
    // If another session's open transaction has the whole engine, an operation would only queue up.
    return !session.clients.wouldWait(this.#database);
  }

  #nobodyRunnable(): Promise<void> | void {
    if (this.#sessions.every((session) => session.program === 'done' && session.inFlight.size === 0)) {
      return this.#complete();
    }
    const waits = ({ outside, waitsForPool }: SessionRun): boolean =>
      pendingWork(outside) !== 'nothing' && !waitsForPool;
    const waiting = this.#sessions.filter(waits);
    if (waiting.length > 0) return this.#settler.waitForOutside(waiting, waits);
    return this.#stuck();
  }

  /** A statement that nobody awaits may still be on its way through a pool. */
  async #complete(): Promise<void> {
    this.#signal.clear();
    if (!(await this.#signal.quietTurn())) return;
    this.#end = { kind: 'completed' };
  }

  async #stuck(): Promise<void> {
    const { patient, limits } = this.#setup;
    const outside = this.#sessions.some((session) => session.isOutside);
    if (patient === true && outside && (await this.#signal.wait(limits.outsideTimeoutMs))) return;
    this.#end = { kind: 'stuck', waits: stuckWaits(this.#sessions) };
  }

  async #unwind(): Promise<void> {
    this.#recorder.flush();
    await unwind({
      sessions: this.#sessions,
      settler: this.#settler,
      database: this.#database,
      signal: this.#signal,
      limits: this.#setup.limits,
    });
  }

  get #over(): boolean {
    return this.#end !== undefined || this.#fault !== undefined;
  }

  #fail(fault: Fault): void {
    this.#fault ??= fault;
    this.#signal.notify();
  }

  #giveUp(limit: LimitName, cause: LimitCause): void {
    this.#end ??= { kind: 'gave-up', limit, cause };
  }
}
