/** Ctrl-C and other signals to end: the first lets the command end in order, a later one ends it at once. */
import { exitCodes } from './exit-code.ts';

/** SIGHUP comes when the terminal or the connection to it is closed. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** `timeout` signals its command and then its group, which is the command again; no hand is that quick. */
const oneRequestMs = 200;

export type InterruptSignal = (typeof signals)[number];

export interface Interrupt {
  /** The first signal; undefined before it. */
  readonly caught: InterruptSignal | undefined;
  /** Stops listening. */
  end(): void;
}

export function onInterrupt(first: (signal: InterruptSignal) => void, second: () => void): Interrupt {
  let caught: InterruptSignal | undefined;
  let since = 0;
  const listen = (signal: InterruptSignal): void => {
    if (caught === undefined) {
      caught = signal;
      since = performance.now();
      first(signal);
      return;
    }
    if (performance.now() - since < oneRequestMs) return;
    second();
    process.exit(exitCodes[signal]);
  };
  for (const signal of signals) process.on(signal, listen);
  return {
    get caught() {
      return caught;
    },
    end: () => {
      for (const signal of signals) process.off(signal, listen);
    },
  };
}
