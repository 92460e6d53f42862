// Finds a rule, as lineage names it, in the text of its map.

/** A rule that lineage names `GROUP: NAME`, in the text of its map; nothing where it cannot be told from others. */
export function findRule(map: string, rule: string): { text: string; line: number } | undefined {
  const colon = rule.indexOf(": ");
  const [group, name] = [rule.slice(0, colon), rule.slice(colon + 2)];
  const head = new RegExp(`^group (?:\`${escaped(group)}\`|${escaped(group)})\\(.*\\{$`, "m").exec(map);
  if (!head) return undefined;
  const from = head.index + head[0].length;
  const end = map.indexOf("\n}", from);
  // Comments keep their length, so that lines count on.
  const body = map.slice(from, end < 0 ? undefined : end).replace(/^\s*\/\/.*$/gm, (it) => it.replace(/[^\n]/g, " "));
  // Rules that have no name go by what they read.
  const named = [...body.matchAll(new RegExp(` "${escaped(name)}";`, "g"))].map(({ index }) => startOf(body, index));
  const unnamed = () => [...body.matchAll(new RegExp(`(?<=[;{]\\s+)${escaped(name)}(?![\\w.])`, "g"))].map(({ index }) => index);
  const starts = named.length > 0 ? named : unnamed();
  const [start] = starts;
  if (start === undefined || starts.length > 1) return undefined;
  const line = map.slice(0, from + start).split("\n").length;
  return { text: textOf(body.slice(start)), line };
}

/** Where the rule begins whose end is at `end`: after the end of the one before, or the block that it is in. */
function startOf(body: string, end: number): number {
  let depth = 0;
  let at = end - 1;
  for (; at >= 0; at -= 1) {
    const character = body[at];
    if (character === "}") depth += 1;
    else if (character === "{" && depth > 0) depth -= 1;
    else if ((character === "{" || character === ";") && depth === 0) break;
  }
  return at + 1 + /^\s*/.exec(body.slice(at + 1))![0].length;
}

/** One rule, without the rules in it, on lines of its own. */
function textOf(rest: string): string {
  const end = /;(?=\s)|\{(?=\s)/.exec(rest);
  const text = rest.slice(0, end ? end.index + 1 : undefined).replace(/\n\s*/g, "\n  ");
  return text.endsWith("{") ? `${text} … }` : text;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
