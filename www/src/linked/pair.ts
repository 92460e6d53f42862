// A text and what became of it, side by side: pointing at a value of either shows it in the other.

import { json } from "@codemirror/lang-json";
import type { Finding } from "../outcome";
import { Account } from "./account";
import { LinkedEditor, type LinkedOptions } from "./editor";
import { type Layout, plainPath } from "./layout";
import type { Link, Links, Side } from "./links";

const IDLE = "Point at a value, or move the cursor to it: here is where it comes from, and by which rule.";

export interface PairPlaces {
  source: HTMLElement;
  result: HTMLElement;
  account: HTMLElement;
}

export interface PairEvents {
  /** The user changed the source. */
  changed(): void;
  /** These links are pointed at on that side; none where nothing is. */
  pointed?(links: readonly Link[], side: Side): void;
  /** What to say of the rule that made a value: words, and the rule as it is written. */
  rule(link: Link): { words: string; code?: string };
  /** The user wants to see what a finding is about; true where that is done. */
  chosen?(finding: Finding): boolean;
}

export class LinkedPair {
  readonly source: LinkedEditor;
  readonly account: Account;
  readonly #result: LinkedEditor;
  #links: Links | null = null;
  #layout: Layout | null = null;

  constructor(
    at: PairPlaces,
    source: LinkedOptions,
    private readonly events: PairEvents,
  ) {
    this.source = new LinkedEditor(at.source, source, {
      changed: () => events.changed(),
      pointed: (position) => this.point("source", position),
    });
    this.#result = new LinkedEditor(
      at.result,
      { label: "The result", language: json(), isReadOnly: true },
      { pointed: (position) => this.point("target", position) },
    );
    this.account = new Account(at.account, {
      finding: (finding) => this.#choose(finding),
      leftover: ({ source }) => this.source.reveal(source),
    });
  }

  /** Shows what became of the source. `isValue` is true for links that are marked in it. */
  show(layout: Layout, links: Links, isValue: (link: Link) => boolean = () => true): void {
    this.#layout = layout;
    this.#links = links;
    this.#result.load(layout.text);
    const sources = links.links.filter(isValue).map((it) => it.source);
    this.source.mark({ linked: sources, left: links.leftovers.map((it) => it.source) });
    this.#result.mark({ linked: links.links.map((it) => it.target), left: [] });
    this.account.say(IDLE);
  }

  /** There is no result. */
  clear(): void {
    this.#layout = null;
    this.#links = null;
    this.#result.load("");
    this.source.mark({ linked: [], left: [] });
    this.account.say("");
  }

  /** Shows what is at a position of one side on the others; what was shown stays where there is nothing. */
  point(side: Side, position: number | null): void {
    if (!this.#links || position === null) return;
    const found = this.#links.at(side, position);
    const [first] = found;
    const leftover = side === "source" ? this.#links.leftoverAt(position) : undefined;
    if (first) {
      const { place, path } = first.entry;
      const more = found.length > 1 ? `, and ${found.length - 1} more` : "";
      const { words, code } = this.events.rule(first);
      this.account.say(`\`${place}\` → \`${path}\`${more}`, words, code);
    } else if (leftover) this.account.say(`\`${leftover.place}\`: no rule takes this value`);
    else return;
    this.source.point(found.map((link) => link.source), side !== "source");
    this.#result.point(found.map((link) => link.target), side !== "target");
    this.events.pointed?.(found, side);
  }

  #choose(finding: Finding): void {
    if (this.events.chosen?.(finding)) return;
    if (finding.line !== null) return this.source.reveal(finding);
    const range = this.#layout?.values.get(plainPath(finding.expression));
    if (range) this.#result.reveal(range);
  }
}
