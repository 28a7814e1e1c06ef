/** `lockstep trends`: one page with the plots of campaigns and of nights; nothing is run. */
import { join } from 'node:path';
import { trendsIn } from '../../campaign/trends.ts';
import { Fault } from '../../core/fault.ts';
import { formatTrendsMarkdown } from '../../report/trends/markdown.ts';
import { count } from '../../report/text.ts';
import { explain } from '../command.ts';
import { exitCodeOf } from '../exit-code.ts';
import type { OptionTable } from '../options/option.ts';
import { showPage } from '../report-command.ts';
import { writeReport } from '../report-formats.ts';
import { makeTerminal } from '../terminal.ts';
import { output, yesOrNo } from '../values.ts';

export interface TrendsOptions {
  /** A file, or `-` for stdout. */
  readonly output: string;
  /** A file for a job summary, or `-` for stdout; undefined: none. */
  readonly markdown: string | undefined;
  readonly open: boolean;
}

const standardPlace = 'reports';
const standardOutput = join(standardPlace, 'trends.html');

export const trendsTable: OptionTable<TrendsOptions> = {
  output: {
    argument: '<file>',
    read: output,
    standard: standardOutput,
    help: 'where to write the page; - is stdout',
    shown: standardOutput,
  },
  markdown: {
    argument: '<file>',
    read: output,
    standard: undefined,
    help: 'write the last nights for a job summary, too; - is stdout',
  },
  open: { read: yesOrNo, standard: false, help: 'show the page in the browser' },
};

export interface TrendsRequest extends TrendsOptions {
  /** Folders that campaigns left, or single files of them; none: `reports`. */
  readonly places: readonly string[];
}

/** @throws Fault `no-trends`, `bad-option`, `no-such-file`, `cannot-write` */
export async function trendsCommand(request: TrendsRequest): Promise<number> {
  const { output: to, markdown, open } = request;
  const onStdout = [to, markdown].filter((file) => file === '-').length;
  if (onStdout > 1 || (open && to === '-')) {
    throw new Fault(open ? '--open needs a file, not stdout' : 'only one report can go to stdout', {
      code: 'bad-option',
      kind: 'usage',
      hint: 'name a file with --output',
    });
  }
  const places = request.places.length === 0 ? [standardPlace] : request.places;
  const { damaged, ...data } = trendsIn(places);
  const terminal = makeTerminal(onStdout > 0 ? 'stderr' : 'stdout');
  const damage = damaged.map(
    ({ file, why }) => new Fault(`cannot read ${file}`, { code: 'bad-part', kind: 'usage', detail: why }),
  );
  for (const fault of damage) explain(fault, terminal);
  if (data.nights.length + data.campaigns.length === 0 && damage.length === 0) {
    throw new Fault(`there is no campaign in ${places.join(', ')}`, {
      code: 'no-trends',
      kind: 'usage',
      hint: 'name the folders of reports that lockstep fuzz or lockstep merge wrote',
    });
  }
  // It loads the packages for plots, which no other command needs.
  const { formatTrends } = await import('../../report/trends/page.ts');
  writeReport(to, formatTrends(data));
  if (markdown !== undefined) writeReport(markdown, formatTrendsMarkdown(data));
  const found = `${count(data.nights.length, 'night')}, ${count(data.campaigns.length, 'campaign')}`;
  if (to !== '-') terminal.out(`${found}: written to ${to}`);
  if (open) await showPage(to, terminal);
  return exitCodeOf([], damage);
}
