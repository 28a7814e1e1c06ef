/** What the soak and its workers say to each other. */
export interface Job {
  /** Index in the list of all cells. */
  readonly cell: number;
  readonly seed: string;
  /** About as many are run. */
  readonly schedules: number;
}

export interface Done {
  readonly job: Job;
  readonly verdict: 'holds' | 'violated' | 'inconclusive' | 'fault';
  readonly schedules: number;
  readonly scenarios: number;
  /** What a person reads of anything but a pass. */
  readonly text: string;
  readonly durationMs: number;
}
