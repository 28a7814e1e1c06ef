#!/usr/bin/env node
/** The command `lockstep`. */
import { CommanderError } from 'commander';
import { explain } from './command.ts';
import { exitCodes } from './exit-code.ts';
import { makeProgram } from './program.ts';
import { makeTerminal } from './terminal.ts';

let lost = false;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // `lockstep list | head` closes the pipe: its reader has seen enough. The worker notices that this process is gone.
  if (error.code === 'EPIPE') process.exit(exitCodes.SIGPIPE);
  if (!lost) process.stderr.write(`error: cannot write to standard output\nDETAIL: ${error.message}\n`);
  lost = true;
});
// There is nowhere left to complain.
process.stderr.on('error', () => undefined);
// The lost output may hold a verdict that nobody has seen. So a pass is none, and a violation stays one.
process.on('exit', () => {
  if (lost && (process.exitCode === exitCodes.holds || process.exitCode === exitCodes.inconclusive))
    process.exitCode = exitCodes.engine;
});

try {
  await makeProgram((code) => {
    process.exitCode = code;
  }).parseAsync();
} catch (error) {
  // commander has printed its message; help and version end like this too, with code 0.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : exitCodes.usage;
  else process.exitCode = explain(error, makeTerminal());
}
