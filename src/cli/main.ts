#!/usr/bin/env node
/** The command `lockstep`. */
import { CommanderError } from 'commander';
import { explain } from './command.ts';
import { exitCodes } from './exit-code.ts';
import { makeProgram } from './program.ts';
import { makeTerminal } from './terminal.ts';

// `lockstep list | head` closes the pipe: whoever read has seen enough. The worker notices that we are gone.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(exitCodes.SIGPIPE);
});

try {
  await makeProgram((code) => {
    process.exitCode = code;
  }).parseAsync();
} catch (error) {
  // commander has said what is wrong; help and version end like this too, with code 0.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : exitCodes.usage;
  else process.exitCode = explain(error, makeTerminal());
}
