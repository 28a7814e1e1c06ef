/** The messages of a command while a campaign goes on: faults, each once, and news of saved failures. */
import type { Executor } from '../campaign/executor.ts';
import type { CertifyJob, CheckJob, ModelRef } from '../campaign/job.ts';
import type { QueueWork } from '../campaign/queue.ts';
import type { FailureNews } from '../campaign/rerun.ts';
import { executorsFor } from '../campaign/share.ts';
import { explain, type Command } from './command.ts';

/**
 * The executors for this many items; `--workers` sets their number. With `--queue` they are workers anywhere.
 *
 * @param models those of the items
 * @throws Fault `no-queue`
 */
export async function executorsOf(
  { settings, crew, terminal, atEnd }: Command,
  items: number,
  models: readonly ModelRef[],
): Promise<readonly Executor[]> {
  if (settings.queue === undefined || items === 0) {
    const count = executorsFor(settings.workers, items);
    return Array.from({ length: count }, (_, number) => crew.executor(number));
  }
  const { Fleet } = await import('../campaign/fleet/fleet.ts');
  const fleet = await Fleet.join({ url: settings.queue, onNews: (text) => terminal.err(text) });
  atEnd(() => fleet.leave());
  await fleet.announce(models.map(({ file }) => file));
  return fleet.executors(settings.workers, items);
}

/** The part of a queue's work that is the same for every command. */
export function watchOf({
  terminal,
  interrupt,
}: Command): Pick<QueueWork<unknown, unknown>, 'stopped' | 'onFault' | 'onRetry'> {
  const printed = new Set<string>();
  return {
    stopped: () => interrupt.caught !== undefined,
    // Every executor notices that a server is not there; one message is enough.
    onFault: (fault, thrown) => {
      const text = `${fault.message}\n${fault.detail ?? ''}`;
      if (!printed.has(text) || fault.kind === 'usage') explain(thrown, terminal);
      printed.add(text);
    },
    onRetry: () => terminal.err('trying it once more'),
  };
}

/** `3/12 bank/mended on postgres, read committed`. */
export function titleOf(
  { model, engine, options }: CheckJob | CertifyJob,
  index: number,
  jobs: number,
): string {
  return `${index + 1}/${jobs} ${model.id} on ${engine.engine}, ${options.isolation}`;
}

export function newsText(news: FailureNews): string {
  switch (news.kind) {
    case 'no-verdict':
      return `${news.file}: no verdict this time; it is kept`;
    case 'passes':
      return `${news.file}: no longer fails; ${removedText(news)}`;
    case 'outdated':
      return `${news.file}: does not fit the code any more (${news.why}); ${removedText(news)}`;
  }
}

function removedText({ removed }: { readonly removed: boolean }): string {
  return removed ? 'removed' : 'it cannot be removed';
}
