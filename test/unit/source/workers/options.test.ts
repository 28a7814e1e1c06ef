import { expect, test } from 'vitest';
import { http } from '../../../../src/source/workers/http.ts';
import { processes } from '../../../../src/source/workers/processes.ts';
import { faultOf } from '../../../support/fault-of.ts';

test.each(['python3 app.py', [], [5], undefined])(
  'a command that is %j is refused in plain words',
  async (command) => {
    for (const make of [processes, http]) {
      const fault = await faultOf(() => make({ command: command as never, ready: '/' }));
      expect(fault).toMatchObject({ code: 'bad-option', kind: 'usage' });
      expect(fault.message).toBe('`command` takes a list: the file to run, and its arguments');
    }
  },
);
