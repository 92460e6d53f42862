// Which value of the message made which value of the result.

import type { Converted, LineageEntry } from "fhirkiln/slim";
import { type Layout, plainPath, type Range } from "./layout";

/** A value of the result, and the value of the message that it comes from. */
export interface Link {
  source: Range;
  target: Range;
  entry: LineageEntry;
}

/** A value of the message that no rule took. */
export interface Leftover {
  source: Range;
  place: string;
}

export type Side = "source" | "target";

/** Where the line `line` (from 1) begins in a text, its line ends counted as one character each. */
function lineStarts(text: string): number[] {
  const starts = [0];
  for (const { index } of text.matchAll(/\n/g)) starts.push(index + 1);
  return starts;
}

/** All that a page has to know to lead from either side to the other. */
export class Links {
  readonly links: Link[];
  readonly leftovers: Leftover[];

  constructor(message: string, { lineage, unmapped }: Converted, layout: Layout) {
    const starts = lineStarts(message);
    const range = ({ line, column, length }: { line: number; column: number; length: number }): Range => {
      const from = (starts[line - 1] ?? 0) + column - 1;
      return { from, to: from + length };
    };
    this.links = lineage.flatMap((entry) => {
      const target = layout.values.get(plainPath(entry.path));
      return target ? [{ source: range(entry), target, entry }] : [];
    });
    this.leftovers = unmapped.map((it) => ({ source: range(it), place: it.place }));
  }

  /** The links at a position of one side: of those that hold it, the ones with the smallest range. */
  at(side: Side, position: number): Link[] {
    const holding = this.links.filter((link) => holds(link[side], position));
    const least = Math.min(...holding.map((link) => size(link[side])));
    return holding.filter((link) => size(link[side]) === least);
  }

  /** What no rule took at a position of the message. */
  leftoverAt(position: number): Leftover | undefined {
    return this.leftovers.find(({ source }) => holds(source, position));
  }
}

const holds = ({ from, to }: Range, position: number) => from <= position && position <= to;
const size = ({ from, to }: Range) => to - from;

const OURS = "https://fhirkiln.dev/v2/StructureMap/";

/** The file of a map in the repository, or its canonical where it is not one of ours. */
export function fileOf(map: string): string {
  return map.startsWith(OURS) ? `maps/v2/${map.slice(OURS.length)}.map` : map;
}
