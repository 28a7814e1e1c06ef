/** The conditions of a plan, which Postgres prints with a pair of parentheses around each, divided at their ANDs. */

/** `((a = 1) AND (b = 2))` is two conditions; anything not in this form is one. */
export function conjuncts(condition: string): readonly string[] {
  const parts = splitAtAnd(condition);
  return parts.length === 1 ? parts : parts.flatMap(conjuncts);
}

function splitAtAnd(condition: string): readonly string[] {
  if (!condition.startsWith('(') || closingOf(condition, 0) !== condition.length - 1) return [condition];
  const inner = condition.slice(1, -1);
  const parts: string[] = [];
  let at = 0;
  while (inner[at] === '(') {
    const end = closingOf(inner, at);
    parts.push(inner.slice(at, end + 1));
    if (end === inner.length - 1) return parts.length > 1 ? parts : [condition];
    if (!inner.startsWith(' AND ', end + 1)) break;
    at = end + 6;
  }
  return [condition];
}

/** The place at which the parenthesis opened at `from` closes; quoted text is skipped. */
function closingOf(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (character === "'" || character === '"') {
      at = text.indexOf(character, at + 1);
      if (at < 0) return -1;
    } else if (character === '(') depth += 1;
    else if (character === ')' && --depth === 0) return at;
  }
  return -1;
}
