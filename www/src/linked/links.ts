// Which value of a source made which value of a result, by which rule.

import type { LineageEntry, SourcePlace } from "fhirkiln/slim";
import type { Range } from "../diagnostics";
import { type Layout, plainPath } from "./layout";

/** What a conversion says of its source and its result. */
export interface Accounted {
  lineage: LineageEntry[];
  unmapped: SourcePlace[];
}

/** A value of the result, the value of the source that it comes from, and the rule, where that is in a text here. */
export interface Link {
  source: Range;
  target: Range;
  rule: Range | null;
  entry: LineageEntry;
}

/** A value of the source that no rule took. */
export interface Leftover {
  source: Range;
  place: string;
  line: number;
  column: number;
}

export type Side = "source" | "target" | "rule";

/** From places in a text, whose line ends are one character each, to its parts. */
function rangesIn(text: string) {
  const starts = [0];
  for (const { index } of text.matchAll(/\n/g)) starts.push(index + 1);
  return ({ line, column, length }: { line: number; column: number; length: number }): Range => {
    const from = (starts[line - 1] ?? 0) + column - 1;
    return { from, to: from + length };
  };
}

/** All that a page has to know to lead from either side to the other. */
export class Links {
  readonly links: Link[];
  readonly leftovers: Leftover[];

  /** `map` is the text that rules have places in. */
  constructor(source: string, { lineage, unmapped }: Accounted, layout: Layout, map = "") {
    const [range, rangeOfRule] = [rangesIn(source), rangesIn(map)];
    this.links = lineage.flatMap((entry) => {
      const target = layout.values.get(plainPath(entry.path));
      const rule = entry.ruleAt ? rangeOfRule(entry.ruleAt) : null;
      return target ? [{ source: range(entry), target, rule, entry }] : [];
    });
    this.leftovers = unmapped.map((it) => ({ ...it, source: range(it) }));
  }

  /** The links at a position of one side: of those that hold it, the ones with the smallest range. */
  at(side: Side, position: number): Link[] {
    const holding = this.links.filter((link) => holds(link[side], position));
    const least = holding.reduce((least, link) => Math.min(least, size(link[side])), Infinity);
    return holding.filter((link) => size(link[side]) === least);
  }

  /** What no rule took at a position of the source. */
  leftoverAt(position: number): Leftover | undefined {
    return this.leftovers.find(({ source }) => holds(source, position));
  }
}

const holds = (range: Range | null, position: number) => range !== null && range.from <= position && position <= range.to;
const size = (range: Range | null) => (range ? range.to - range.from : Infinity);
