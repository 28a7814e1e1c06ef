/**
 * Leads are beginnings of executions that a divided search has others run: elsewhere, on a database of their own. What comes
 * back is plain data, and holds all that the search learns from.
 */
import type { LaneExecution } from '../engine/lane.ts';
import type { ExecutionRecord } from '../engine/record.ts';
import type { Trial } from '../lab/trial.ts';
import type { ChoicePoint } from '../core/schedule.ts';
import type { TallyCounts } from '../core/tally-counts.ts';
import type { Strategy } from '../strategy/contract.ts';
import { Following, type Lead, type LeadEnd } from '../strategy/following.ts';
import { budgetOf } from './budget.ts';
import { InteractionTally } from '../tally/interaction-tally.ts';
import { explore, type Exploration } from './explore.ts';

export type { Lead } from '../strategy/following.ts';

/** The parts of an execution that show which of its steps depend on each other. */
export type ObservedRecord = Pick<
  ExecutionRecord,
  'history' | 'choices' | 'spans' | 'evidence' | 'usedShared'
>;

export interface RanLead {
  /** How its operations met. */
  readonly tally: TallyCounts;
  readonly end: LeadEnd;
  readonly record: ObservedRecord;
}

export interface LeadsRun {
  /** In the order of the leads; fewer if one of them failed, or brought no verdict. */
  readonly ran: readonly RanLead[];
  readonly exploration: Exploration;
}

/** Runs leads of one scenario, somewhere. */
export interface LeadExecutor {
  /** @throws Fault of the model, or of the executor */
  run(leads: readonly Lead[]): Promise<LeadsRun>;
}

/** Runs one schedule for each lead, and judges it. */
export async function runLeads(
  trial: Trial,
  leads: readonly Lead[],
  cancelled: () => boolean,
): Promise<LeadsRun> {
  const strategy = new GivenLeads(leads);
  const ran: RanLead[] = [];
  const onExecution = (execution: LaneExecution): void => {
    const { history, choices, spans, evidence, usedShared } = execution;
    const { strayed, passedOver } = strategy.following;
    const tally = new InteractionTally();
    tally.add(trial.lab.model, trial.scenario.sessions, execution);
    ran.push({
      tally: tally.counts,
      end: { strayed, passedOver },
      record: { history, choices, spans, evidence, usedShared },
    });
  };
  const budget = { ...budgetOf(leads.length, cancelled), onExecution };
  return { exploration: await explore(trial, strategy, budget), ran };
}

class GivenLeads implements Strategy {
  readonly #leads: Lead[];
  following: Following = new Following({ order: [], next: undefined });

  constructor(leads: readonly Lead[]) {
    this.#leads = [...leads];
  }

  begin(): boolean {
    const lead = this.#leads.shift();
    if (lead !== undefined) this.following = new Following(lead);
    return lead !== undefined;
  }

  choose(point: ChoicePoint): number {
    return this.following.choose(point);
  }
}
