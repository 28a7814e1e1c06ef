/** Events of a history in words, one by one. */
import type { HistoryEvent } from '../core/history.ts';
import { canonicalText } from '../core/plain.ts';
import { sessionText } from './call-text.ts';

/** What happened, for comparing two runs of one schedule: with all values, since one of them differs. */
export function eventText(event: HistoryEvent | undefined): string {
  if (event === undefined) return 'nothing more happened';
  const who = sessionText(event.session);
  switch (event.kind) {
    case 'began':
      return `${who} began its operation ${event.operation + 1}`;
    case 'free':
    case 'released':
      return `${who} sent ${event.statement.text} ${canonicalText(event.statement.values)}`;
    case 'blocked':
      return `${who} was blocked by ${event.by.map(sessionText).join(', ')}`;
    case 'unblocked':
      return `${who} was unblocked`;
    case 'completed':
      return event.reply.kind === 'rows'
        ? `${who} got ${event.reply.command} ${canonicalText(event.reply.rows)}`
        : `${who} got error ${event.reply.sqlstate ?? ''} ${event.reply.message}`;
    case 'outside':
      return `${who} waited outside the database`;
    case 'returned':
      return event.answer.kind === 'returned'
        ? `${who} returned ${canonicalText(event.answer.value)}`
        : `${who} failed with ${event.answer.sqlstate ?? event.answer.name}: ${event.answer.message}`;
  }
}
