/** The ledger of one start of a campaign for the record of its night: which races are new, back, known and mended. */
import { noRaces, type NightRaces } from '../../core/night.ts';
import type { CorpusNews } from '../corpus/rerun-entry.ts';
import type { RaceRecord } from './race-record.ts';

export class NightLedger {
  readonly #started: string;
  /** What is said of a race last counts. */
  readonly #said = new Map<string, keyof NightRaces>();

  /** @param started the time of the start, in ISO 8601: a state that was seen earlier is no news */
  constructor(started: string) {
    this.#started = started;
  }

  /** A race of the corpus was run again. */
  addKnown(news: CorpusNews): void {
    const { entry } = news;
    switch (news.kind) {
      case 'fails':
        this.#said.set(entry.id, news.back ? 'back' : 'known');
        break;
      case 'found-again':
        this.#said.set(news.as.id, 'known');
        break;
      case 'passes':
        if (entry.state.seen >= this.#started) this.#said.set(entry.id, 'mended');
        break;
      case 'no-verdict':
      case 'does-not-fit':
    }
  }

  /** A race was found. */
  addFound({ news, entry }: Pick<RaceRecord, 'news' | 'entry'>): void {
    if (news !== 'known') this.#said.set(entry.id, news);
  }

  get races(): NightRaces {
    const names = Object.keys(noRaces) as (keyof NightRaces)[];
    const idsOf = (name: keyof NightRaces): readonly string[] =>
      [...this.#said].filter(([, said]) => said === name).map(([id]) => id);
    return Object.fromEntries(names.map((name) => [name, idsOf(name)])) as unknown as NightRaces;
  }
}
