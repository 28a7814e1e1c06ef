/** The worker threw where nobody could catch it. */
export class WorkerCrash extends Error {
  override readonly name = 'WorkerCrash';
}
