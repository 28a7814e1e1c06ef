/** The neighbours of a scenario, which are one step smaller: what differs, and why one has no verdict. Data, not words. */
import type { NeighbourSearch, OpenNeighbour } from './minimality.ts';
import type { Inconclusive } from './result.ts';
import type { Scenario } from './scenario.ts';
import type { OperationRef } from './verdict.ts';

/** What is missing from a neighbour, or simpler in it. Numbers count from 0; `name` is the operation's. */
export type ScenarioChange =
  | { readonly kind: 'session'; readonly session: number }
  | ({ readonly kind: 'operation'; readonly name: string } & OperationRef)
  | { readonly kind: 'row'; readonly table: string; readonly row: number }
  | ({ readonly kind: 'argument'; readonly name: string; readonly argument: number } & OperationRef)
  /** The starting rows are simpler. */
  | { readonly kind: 'value' };

/** A scenario that is one step smaller than another. */
export interface Neighbour {
  readonly change: ScenarioChange;
  readonly scenario: Scenario;
}

/** Why a neighbour has no verdict. */
export type NeighbourReason =
  /** The arbitrary of its value did not draw it, and cannot simplify it. */
  | { readonly kind: 'opaque' }
  /** The schedules for all neighbours were spent. */
  | { readonly kind: 'spent'; readonly maxSchedulesToCertify: number }
  /** The check ended: `why` in words, and whether this neighbour's search had begun. */
  | { readonly kind: 'stopped'; readonly why: string; readonly begun: boolean }
  /** It has more schedules than one neighbour may take. */
  | { readonly kind: 'more-schedules' }
  | { readonly kind: 'inconclusive'; readonly inconclusive: Inconclusive }
  /** The code under test does not take it. */
  | { readonly kind: 'refused'; readonly message: string };

export interface NeighbourWithoutVerdict extends Pick<OpenNeighbour, 'scenario' | 'schedules'> {
  readonly change: ScenarioChange;
  readonly reason: NeighbourReason;
}

/** The search of every neighbour, before its words are made. */
export interface NeighbourFindings extends Omit<NeighbourSearch, 'open' | 'refused'> {
  readonly open: readonly NeighbourWithoutVerdict[];
  readonly refused: readonly NeighbourWithoutVerdict[];
}
