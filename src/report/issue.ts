/**
 * Races as the text of an issue, in GitHub's and GitLab's Markdown: each with its minimal schedule and the command that
 * replays it. Its first line is a heading without any user data, so that a script can take it as the title. User data is put
 * into code, inline or in blocks, where Markdown and HTML mean nothing.
 */
import { codeSpan, fenced } from './fenced.ts';
import { replayCommand } from './replay-command.ts';
import { count, oneLine } from './text.ts';

export interface IssueRace {
  readonly id: string;
  /** `lost update (P4): deposit and deposit`. */
  readonly title: string;
  /** `name` or `name/variant`. */
  readonly model: string;
  /** `postgres`. */
  readonly engine: string;
  readonly isolation: string;
  readonly replay: string;
  /** The failure's text, line by line. */
  readonly story: readonly string[];
  /** The file in the corpus. */
  readonly file: string;
  /** Whether it is an old one that had been mended. */
  readonly back: boolean;
}

export interface IssueContext {
  readonly seed: number | string | undefined;
  /** Of the code under test. */
  readonly commit: string | undefined;
}

/** GitHub takes 65,536 characters; this leaves room for what people add. */
const maxLength = 60_000;

/** Ends with a line end. No races give no text. */
export function formatIssue(races: readonly IssueRace[], context: IssueContext): string {
  if (races.length === 0) return '';
  const blocks = [`# ${headingOf(races)}`, originOf(context)];
  let length = blocks.join('\n\n').length;
  const leftOut: string[] = [];
  for (const race of races) {
    const block = blockOf(race);
    length += block.length + 2;
    if (length > maxLength) leftOut.push(race.id);
    else blocks.push(block);
  }
  if (leftOut.length > 0)
    blocks.push(
      `${count(leftOut.length, 'more race')} left out, since the text would be too long: ${leftOut.join(', ')}`,
    );
  return `${blocks.join('\n\n')}\n`;
}

/** `2 new races, 1 race is back` */
function headingOf(races: readonly IssueRace[]): string {
  const { length: back } = races.filter((race) => race.back);
  const fresh = races.length - back;
  return [
    ...(fresh > 0 ? [count(fresh, 'new race')] : []),
    ...(back > 0 ? [`${count(back, 'race')} ${back === 1 ? 'is' : 'are'} back`] : []),
  ].join(', ');
}

function originOf({ seed, commit }: IssueContext): string {
  return [
    'Found by `lockstep fuzz`',
    ...(seed === undefined ? [] : [`seed ${code(String(seed))}`]),
    ...(commit === undefined ? [] : [`commit ${code(commit.slice(0, 10))}`]),
  ].join(', ');
}

function blockOf(race: IssueRace): string {
  const { id, title, model, engine, isolation, replay, story, file, back } = race;
  return [
    `## ${code(title)}`,
    `In ${code(model)} on ${engine}, ${isolation}: race ${code(id)}${back ? ', which had been mended and is back' : ''}.`,
    fenced(story.join('\n')),
    'Replay it:',
    fenced(`npx ${replayCommand({ replay, setting: { model } })}`, 'sh'),
    `Commit ${code(file)}, and \`lockstep corpus run\` says when it is mended, and if it comes back.`,
  ].join('\n\n');
}

function code(text: string): string {
  return codeSpan(oneLine(text));
}
