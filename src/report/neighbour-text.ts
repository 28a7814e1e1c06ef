/** The search of a counterexample's neighbours in words, as results hold it. */
import type {
  NeighbourFindings,
  NeighbourReason,
  NeighbourWithoutVerdict,
  ScenarioChange,
} from '../core/neighbour.ts';
import type { NeighbourSearch, OpenNeighbour } from '../core/minimality.ts';
import { unreachable } from '../core/unreachable.ts';
import { inconclusiveReason } from './inconclusive-text.ts';

export function neighbourSearch(findings: NeighbourFindings): NeighbourSearch {
  const { open, refused, ...counts } = findings;
  return { ...counts, open: open.map(openNeighbour), refused: refused.map(openNeighbour) };
}

function openNeighbour(neighbour: NeighbourWithoutVerdict): OpenNeighbour {
  const { change, scenario, schedules, reason } = neighbour;
  const text = reason.kind === 'opaque' ? `with ${partText(change)} simpler` : changeText(change);
  return { part: change.kind, change: text, scenario, schedules, reason: reasonText(reason) };
}

/** `without session s2`. */
export function changeText(change: ScenarioChange): string {
  switch (change.kind) {
    case 'argument':
      return `with a simpler ${partText(change)}`;
    case 'value':
      return 'with simpler starting rows';
    default:
      return `without ${partText(change)}`;
  }
}

function partText(change: ScenarioChange): string {
  switch (change.kind) {
    case 'session':
      return `session s${change.session + 1}`;
    case 'operation':
      return `operation ${change.operation + 1} of s${change.session + 1} (${change.name})`;
    case 'row':
      return `row ${change.row + 1} of ${change.table}`;
    case 'argument':
      return `argument ${change.argument + 1} of s${change.session + 1} ${change.name}`;
    case 'value':
      return 'the starting rows';
    default:
      return unreachable(change);
  }
}

function reasonText(reason: NeighbourReason): string {
  switch (reason.kind) {
    case 'opaque':
      return 'its arbitrary cannot simplify a value that it did not draw; a `map` needs an unmapper for that';
    case 'spent':
      return `not searched: maxSchedulesToCertify, ${reason.maxSchedulesToCertify.toLocaleString('en-US')}, was reached`;
    case 'stopped':
      return reason.begun ? reason.why : `not searched: ${reason.why}`;
    case 'more-schedules':
      return 'it has more schedules than could be run';
    case 'inconclusive':
      return inconclusiveReason(reason.inconclusive);
    case 'refused':
      return reason.message;
    default:
      return unreachable(reason);
  }
}
