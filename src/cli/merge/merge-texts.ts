/** The words of `lockstep merge`: which shard brought what, and what all of them have together. */
import type { JoinedCampaign } from '../../campaign/merge/campaign.ts';
import type { JoinedRace, RaceNews } from '../../campaign/merge/corpora.ts';
import { totalsOf, type CampaignState } from '../../campaign/fuzz/state.ts';
import { timeText } from '../../report/campaign-text.ts';
import { labelled } from '../../report/labelled.ts';
import { formatTable } from '../../report/table.ts';
import { count, listed } from '../../report/text.ts';
import { raceText } from '../corpus/race-texts.ts';
import type { Terminal } from '../terminal.ts';

const columns = ['rounds', 'schedules', 'sights', 'races'].map((heading) => ({
  heading,
  align: 'right' as const,
}));

/** A row for each shard, one for all, and which are missing. */
export function campaignTexts(campaign: JoinedCampaign, terminal: Terminal): readonly string[] {
  const { seed, shards, missing, targets, races, timeMs, dealt } = campaign;
  const { rounds, schedules, sights } = totalsOf({ targets: targets as CampaignState['targets'] });
  const numbers = (...all: readonly number[]): readonly string[] =>
    all.map((each) => each.toLocaleString('en-US'));
  const rows = shards.map(({ shard, from, ...share }) => [
    shard,
    ...numbers(share.rounds, share.schedules, share.sights, share.races),
    timeText(share.timeMs),
    from,
  ]);
  const all = ['all', ...numbers(rounds, schedules, sights, races.length), timeText(timeMs)];
  const lost = `of the campaign ${listed(missing)} ${missing.length === 1 ? 'is' : 'are'} not there; what ${missing.length === 1 ? 'it' : 'they'} found is not in this`;
  return [
    `campaign with seed ${seed}`,
    formatTable(['shard', ...columns, 'time', 'from'], [...rows, all]),
    'A sight or a race that several shards have counts once in the last row.',
    ...(missing.length === 0
      ? []
      : labelled('MISSING', [lost], { ...terminal, tone: 'doubtful', tight: true })),
    missing.length === 0
      ? `the first ${count(dealt, 'dealt round')} of the campaign are over`
      : `without ${listed(missing)}, no more than the first ${count(dealt, 'dealt round')} are known to be over`,
    '',
  ];
}

const heads: Readonly<Record<Exclude<RaceNews, 'same'>, string>> = {
  new: 'NEW',
  back: 'BACK',
  mended: 'MENDED',
  retired: 'RETIRED',
};

/** A line for each race of which there is news, with the folders that it came from. */
export function raceTexts(races: readonly JoinedRace[], terminal: Terminal): readonly string[] {
  return races.flatMap(({ entry, news, from }) =>
    news === 'same'
      ? []
      : labelled(heads[news], [`${raceText(entry)}; from ${listed(from)}`], {
          ...terminal,
          tone: news === 'mended' ? 'good' : 'bad',
          tight: true,
        }),
  );
}

export function racesText(races: readonly JoinedRace[], folder: string): string {
  const of = (wanted: RaceNews): number => races.filter(({ news }) => news === wanted).length;
  return `${count(races.length, 'race')} in ${folder}: ${of('new')} new, ${of('back')} back, ${of('mended')} mended`;
}
