/** Ctrl-C: the first lets the command end in order, the second ends it at once. */
import { exitCodes } from './exit-code.ts';

export type InterruptSignal = 'SIGINT' | 'SIGTERM';

export interface Interrupt {
  /** The signal that came, if one came. */
  readonly caught: InterruptSignal | undefined;
  /** Stops listening. */
  end(): void;
}

export function onInterrupt(first: (signal: InterruptSignal) => void, second: () => void): Interrupt {
  let caught: InterruptSignal | undefined;
  const listen = (signal: InterruptSignal): void => {
    if (caught === undefined) {
      caught = signal;
      first(signal);
      return;
    }
    second();
    process.exit(exitCodes[signal]);
  };
  process.on('SIGINT', listen);
  process.on('SIGTERM', listen);
  return {
    get caught() {
      return caught;
    },
    end: () => {
      process.off('SIGINT', listen);
      process.off('SIGTERM', listen);
    },
  };
}
