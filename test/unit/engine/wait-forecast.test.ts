/** In which situation a statement is expected to wait: what it is, and what the open transactions of others did before. */
import { expect, test } from 'vitest';
import type { HeldStatement } from '../../../src/driver/gated-client.ts';
import { InFlight } from '../../../src/engine/in-flight.ts';
import { WaitForecast } from '../../../src/engine/wait-forecast.ts';
import { WaitMemory } from '../../../src/engine/wait-memory.ts';

/** One execution: each statement is sent in a transaction that stays open, and ends at once if nobody says otherwise. */
class Sending {
  readonly forecast: WaitForecast;
  #step = 0;

  constructor(memory: WaitMemory) {
    this.forecast = new WaitForecast(memory);
  }

  send(session: number, text: string): InFlight {
    this.#step += 1;
    return this.#send(session, text, this.#step - 1);
  }

  /** A statement that is no step. */
  sendAlong(session: number, text: string): InFlight {
    return this.#send(session, text, undefined);
  }

  #send(session: number, text: string, step: number | undefined): InFlight {
    const client = { inTransaction: true };
    const entry = new InFlight(session, { text, client } as unknown as HeldStatement, step);
    this.forecast.sent(entry, 0);
    return entry;
  }

  end(entry: InFlight, { lost = false, open = true } = {}): void {
    Object.assign(entry.statement.client, { inTransaction: open });
    entry.ended(lost);
    this.forecast.ended(entry);
  }

  looks(): number {
    let looks = 0;
    while (this.forecast.takeLook()) looks += 1;
    return looks;
  }
}

/** s1 writes, s2 writes after it and waits. */
function remember(memory: WaitMemory): void {
  const sending = new Sending(memory);
  sending.end(sending.send(0, 'write'));
  const entry = sending.send(1, 'write');
  entry.blockers = [0];
  sending.forecast.waits(entry);
  sending.end(entry);
}

/** How often is looked at once at the write of s2 after these of s1. */
function looksAfter(memory: WaitMemory, first: (sending: Sending) => void): number {
  const sending = new Sending(memory);
  first(sending);
  sending.send(1, 'write');
  return sending.looks();
}

test('the same statement after the same statements: it is looked at three times', () => {
  const memory = new WaitMemory();
  const write = (sending: Sending): void => sending.end(sending.send(0, 'write'));
  expect(looksAfter(memory, write)).toBe(0);
  remember(memory);
  expect(looksAfter(memory, write)).toBe(3);
});

test('not after others, nor alone, nor when the other transaction has ended', () => {
  const memory = new WaitMemory();
  remember(memory);
  expect(looksAfter(memory, (sending) => sending.end(sending.send(0, 'read')))).toBe(0);
  expect(looksAfter(memory, () => {})).toBe(0);
  expect(looksAfter(memory, (sending) => sending.end(sending.send(0, 'write'), { open: false }))).toBe(0);
});

test('a statement that is no step is neither looked at nor counts', () => {
  const memory = new WaitMemory();
  remember(memory);
  const sending = new Sending(memory);
  sending.end(sending.send(0, 'write'));
  sending.sendAlong(1, 'write');
  expect(sending.looks()).toBe(0);
  sending.send(1, 'write');
  expect(sending.looks()).toBe(3);
});

test('a reply without a wait is a reason not to look; a connection that broke is none', () => {
  const memory = new WaitMemory();
  remember(memory);
  const write = (sending: Sending): void => sending.end(sending.send(0, 'write'));
  const again = (lost: boolean): void => {
    const sending = new Sending(memory);
    write(sending);
    sending.end(sending.send(1, 'write'), { lost });
    expect(sending.looks()).toBe(0);
  };
  again(true);
  expect(looksAfter(memory, write)).toBe(3);
  again(false);
  expect(looksAfter(memory, write)).toBe(0);
});
