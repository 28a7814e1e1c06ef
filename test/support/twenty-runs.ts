/**
 * For `times` of `replay`, so that a schedule runs at least 20 times: each time it runs three times, since a history that is
 * judged must repeat, and the history of a failure must do so once more.
 */
export const twentyRuns = 7;
