/** Which timers are waited for, told by timers as Node keeps them. Real ones: `waits.test.ts`. */
import { beforeEach, describe, expect, it } from 'vitest';
import { Ticks } from '../../../src/engine/ticks.ts';

/** The parts of a timer that Node keeps. */
class FakeTimer {
  readonly _repeat: number | null;
  _idleTimeout: number;
  _idleStart = 0;
  _idleNext: object | null = {};
  _destroyed = false;

  constructor(after: number, repeat: number | null = null) {
    this._idleTimeout = after;
    this._repeat = repeat;
  }

  refresh(): void {
    this._idleStart += 1;
  }

  fire(): void {
    if (this._repeat === null) this._destroyed = true;
    else this.refresh();
  }

  clear(): void {
    this._destroyed = true;
    this._idleTimeout = -1;
  }
}

type Timer = FakeTimer & Record<string, unknown>;

let ticks: Ticks;
let lookers: Set<string>;
beforeEach(() => {
  lookers = new Set();
  ticks = new Ticks(lookers, () => 'act');
});

function timer(after: number, repeat: number | null = null): Timer {
  const made = new FakeTimer(after, repeat) as Timer;
  ticks.made('Timeout', made);
  return made;
}

/** So many, one after another; the last is under way. */
function row(length: number, after: number, end: (timer: Timer) => void = (each) => each.fire()): Timer {
  let last = timer(after);
  for (let made = 1; made < length; made += 1) {
    end(last);
    last = timer(after);
  }
  return last;
}

describe('a timer is waited for', () => {
  it('unless it is a deadline', () => {
    expect(ticks.isLater(timer(999))).toBe(false);
    expect(ticks.isLater(timer(1_000))).toBe(true);
  });

  it('unless it is the twenty-first in a row', () => {
    expect(ticks.isLater(row(20, 5))).toBe(false);
    expect(ticks.looks).toBe(false);
    expect(ticks.isLater(row(2, 5))).toBe(true);
    expect(lookers).toEqual(new Set(['act']));
  });

  it("unless the row has a second's worth", () => {
    expect(ticks.isLater(row(4, 240))).toBe(false);
    expect(ticks.isLater(row(2, 240))).toBe(true);
  });

  it('however many were cleared, or ran side by side', () => {
    expect(ticks.isLater(row(30, 5, (each) => each.clear()))).toBe(false);
    const several = Array.from({ length: 30 }, () => timer(5));
    for (const each of several) expect(ticks.isLater(each)).toBe(false);
  });

  it('the first three times after something happened', () => {
    const last = row(21, 5);
    expect(ticks.isLater(last)).toBe(true);
    ticks.happened();
    expect(ticks.isLater(last)).toBe(false);
    last.fire();
    expect(ticks.isLater(row(2, 5))).toBe(false);
    expect(ticks.isLater(row(2, 5))).toBe(true);
  });

  it('if it is an interval, until it has fired', () => {
    const interval = timer(5, 5);
    expect(ticks.isLater(interval)).toBe(false);
    interval.fire();
    expect(ticks.isLater(interval)).toBe(true);
    ticks.happened();
    expect(ticks.isLater(interval)).toBe(false);
  });
});

describe('the pace', () => {
  it('is a tenth of the time, or none, or their own; deadlines keep theirs', () => {
    const all = [timer(5), timer(300), timer(500, 500), timer(2_000)];
    const times = (): number[] => all.map(({ _idleTimeout }) => _idleTimeout);
    ticks.pace('quick');
    expect(times()).toEqual([1, 30, 50, 2_000]);
    const later = timer(200);
    expect(later._idleTimeout).toBe(20);
    ticks.pace('held');
    expect(times().map((time) => time > 1e6)).toEqual([true, true, true, false]);
    ticks.pace('free');
    expect(times()).toEqual([5, 300, 500, 2_000]);
    expect(later._idleTimeout).toBe(200);
  });

  it('makes no interval look as if it had fired, or had not', () => {
    const waiting = timer(5, 5);
    expect(ticks.isLater(waiting)).toBe(false);
    ticks.pace('held');
    expect(ticks.isLater(waiting)).toBe(false);
    waiting.fire();
    expect(ticks.isLater(waiting)).toBe(true);
    ticks.pace('free');
    expect(ticks.isLater(waiting)).toBe(true);
  });
});
