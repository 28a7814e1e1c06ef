import { describe, expect, it } from 'vitest';
import { runAttributed, trackOutsideWork, type OutsideWork } from '../../../src/engine/outside.ts';
import { isCrowded, replyIsNear } from '../../../src/engine/polling.ts';
import { Ticks } from '../../../src/engine/ticks.ts';

describe('polling for replies', () => {
  it('is left where the process is kept from running', () => {
    expect(isCrowded(100, 100)).toBe(false);
    // Other threads of the process count as well.
    expect(isCrowded(80, 110)).toBe(false);
    expect(isCrowded(100, 81)).toBe(false);
    expect(isCrowded(100, 79)).toBe(true);
    expect(isCrowded(130, 80)).toBe(true);
    // Nothing ran: nothing is known to be in the way.
    expect(isCrowded(0, 0)).toBe(false);
  });

  it('is no work of the session whose statement was sent', () => {
    const work: OutsideWork = { resources: [], ticks: new Ticks(new Set(), () => 'read') };
    trackOutsideWork(true);
    try {
      runAttributed(work, () => setImmediate(() => {}));
      expect(work.resources).toHaveLength(1);
      runAttributed(work, replyIsNear);
      expect(work.resources).toHaveLength(1);
    } finally {
      trackOutsideWork(false);
    }
  });

  it('ends by itself', async () => {
    replyIsNear();
    const polls = (): boolean => process.getActiveResourcesInfo().includes('Immediate');
    // Never over where polling does not end; the test's time limit says so.
    while (polls()) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(polls()).toBe(false);
  });
});
