/** The seats of a lane: programs of a model's `clients`, one for each session that calls operations there. */
import { ClientExit } from '../core/clients.ts';
import type { Call, Model, Operation } from '../core/model.ts';
import type { Request, StatementHost } from '../source/contract.ts';
import { runUnattributed } from './outside.ts';
import { Seat, type SeatParts } from './seat.ts';

/** A call that a program has to run by itself before it takes part in a schedule. */
export interface FirstCall {
  readonly session: number;
  readonly call: Call;
}

export class Seats {
  readonly #parts: SeatParts;
  readonly #seats = new Map<number, Seat>();
  /** Programs that ended in the middle of an operation: what they last wrote, by what happened. */
  readonly exits: Map<string, string> = new Map();
  /** First calls are under way. */
  warming = false;
  #keptAlive = true;

  constructor(parts: SeatParts) {
    this.#parts = parts;
  }

  /**
   * Makes a program ready for each session that calls operations there.
   *
   * @throws Fault `worker-start`
   */
  async prepare(model: Model, sessions: readonly (readonly Call[])[]): Promise<void> {
    const indexes = sessions.flatMap((calls, index) => (calls.some(isCalled(model)) ? [index] : []));
    await runUnattributed(() => Promise.all(indexes.map((index) => this.#prepare(index))));
  }

  async #prepare(index: number): Promise<void> {
    let seat = this.#seats.get(index);
    if (seat === undefined) {
      seat = await Seat.open(this.#parts, index);
      this.#seats.set(index, seat);
    }
    await seat.prepare();
    seat.keepAlive(this.#keptAlive);
  }

  /**
   * What a program does only the first time (it connects, loads types, fills caches) would make its first execution differ.
   * The calls count as run.
   */
  takeFirstCalls(model: Model, sessions: readonly (readonly Call[])[]): readonly FirstCall[] {
    if (this.warming) return [];
    return sessions.flatMap((calls, session) =>
      calls.filter(isCalled(model)).flatMap((call) => {
        const seat = this.#seats.get(session);
        if (seat === undefined || seat.isAlwaysNew || seat.warm.has(call.operation)) return [];
        seat.warm.add(call.operation);
        return [{ session, call }];
      }),
    );
  }

  /** From now on the session takes what its program sends. */
  serve(session: number, host: StatementHost): void {
    this.#seats.get(session)?.serve(host);
  }

  /** See `Seat.keeps`. */
  keeps(session: number, request: Request): boolean {
    return this.#seats.get(session)?.keeps(request) ?? false;
  }

  call(session: number, call: Call, operation: Operation): Promise<unknown> {
    return runUnattributed(async () => {
      const seat = this.#seats.get(session);
      if (seat === undefined) throw new Error(`no program is ready for session ${session}`);
      try {
        return await seat.call(call, operation);
      } catch (error) {
        if (error instanceof ClientExit)
          this.exits.set(`${error.message} in ${call.operation}`, seat.lastLines);
        throw error;
      }
    });
  }

  lastLines(session: number): string {
    return this.#seats.get(session)?.lastLines ?? '';
  }

  /** The execution is over; see `Seat.leave`. */
  leave(session: number, clean: boolean): void {
    this.#seats.get(session)?.leave(clean);
  }

  keepAlive(on: boolean): void {
    this.#keptAlive = on;
    for (const seat of this.#seats.values()) seat.keepAlive(on);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#seats.values()].map((seat) => seat.close()));
  }
}

function isCalled(model: Model): (call: Call) => boolean {
  return ({ operation }) =>
    Object.hasOwn(model.operations, operation) && model.operations[operation]?.run === undefined;
}
