/** The messages between the soak and its workers. */
export interface Job {
  /** Index in the list of all cells. */
  readonly cell: number;
  readonly seed: string;
  /** About this many are run. */
  readonly schedules: number;
}

export interface Done {
  readonly job: Job;
  readonly verdict: 'holds' | 'violated' | 'inconclusive' | 'fault';
  readonly schedules: number;
  readonly scenarios: number;
  /** The text for people, unless it is a pass. */
  readonly text: string;
  readonly durationMs: number;
}
