/** Lets the examples import `pg-lockstep` as a project does that has installed it: a link to this repository. */
import { rmSync, symlinkSync } from 'node:fs';

const link = new URL('node_modules/pg-lockstep', import.meta.url);
rmSync(link, { force: true });
symlinkSync('../..', link, 'junction');
