// The FHIRPath panel: an expression, what it gives, and which item is current.

import { button, element, quoted, walkList } from "./dom";
import { ExpressionEditor } from "./expression-editor";
import type { Evaluation, Item, Mistake } from "./protocol";

export interface ResultsPlaces {
  expression: HTMLElement;
  status: HTMLElement;
  examples: HTMLElement;
  list: HTMLElement;
}

export interface ResultsEvents {
  /** The expression is another one. */
  changed(): void;
  /** The user chose an item. */
  chosen(item: Item): void;
}

const EXAMPLES = [
  "Patient.name.given",
  "descendants().ofType(Coding)",
  "birthDate <= today()",
  "entry.resource.ofType(Observation).value",
];

export class Results {
  readonly #editor: ExpressionEditor;
  #items: Item[] = [];
  #current: Item | null = null;

  constructor(
    private readonly at: ResultsPlaces,
    private readonly events: ResultsEvents,
  ) {
    this.#editor = new ExpressionEditor(at.expression, () => events.changed());
    at.examples.append(...EXAMPLES.map((text) => button("example", text, () => this.#editor.load(text))));
    at.list.addEventListener("keydown", (event) => walkList(event, at.list, ".jump"));
    this.clear();
  }

  get expression(): string {
    return this.#editor.text;
  }

  /** The items that stand in the resource. */
  get placed(): Item[] {
    return this.#items.filter((item) => item.line !== undefined);
  }

  show({ items, count, traces, milliseconds }: Evaluation): void {
    this.#items = items;
    this.#current = null;
    this.#editor.mark(null);
    const more = count > items.length ? `, of which the first ${items.length.toLocaleString("en")} are shown` : "";
    const found = count === 0 ? "Nothing: the result is empty" : `${count.toLocaleString("en")} item${count === 1 ? "" : "s"}`;
    this.#say(`${found}${more}`, "ok", `evaluated in ${milliseconds.toFixed(1)} ms`);
    this.at.list.replaceChildren(
      ...traces.map(({ name, items }) => this.#trace(name, items)),
      ...items.map((item) => this.#entry(item)),
    );
  }

  /** Why there is no result: a mistake in the expression, or one in the resource. */
  fail(mistake: Mistake): void {
    this.#items = [];
    this.#current = null;
    this.#editor.mark(mistake.isOfResource ? null : mistake);
    this.#say(mistake.message, "error");
    this.at.list.replaceChildren();
  }

  /** There is no expression. */
  clear(): void {
    this.#items = [];
    this.#editor.mark(null);
    this.#say("Write an expression, or try one of these:", "idle");
    this.at.list.replaceChildren();
  }

  /** The placed item after (or before) the current one, going round at the end. */
  step(direction: 1 | -1): Item | null {
    const placed = this.placed;
    const at = this.#current ? placed.indexOf(this.#current) : -1;
    const next = at < 0 && direction < 0 ? placed.length - 1 : at + direction;
    return placed.at(next % placed.length) ?? null;
  }

  /** Marks an item as the current one and scrolls the list to it. */
  select(item: Item | null): void {
    this.#current = item;
    const at = item ? this.#items.indexOf(item) : -1;
    for (const [index, entry] of [...this.at.list.querySelectorAll(".result")].entries()) {
      if (index === at) {
        entry.setAttribute("aria-current", "true");
        entry.scrollIntoView({ block: "nearest" });
      } else entry.removeAttribute("aria-current");
    }
  }

  #say(text: string, state: "ok" | "error" | "idle", detail = ""): void {
    const { status, examples } = this.at;
    status.dataset.state = state;
    status.replaceChildren(...quoted(text));
    if (detail) status.append(" ", element("span", "detail-text", detail));
    examples.hidden = state !== "idle";
  }

  #entry(item: Item): HTMLLIElement {
    const entry = element("li", "result");
    const place = item.line === undefined ? "" : `${item.line}:${item.column}`;
    const head = [element("span", "value", item.value), element("span", "place", place)];
    if (item.line === undefined) {
      const still = element("div", "jump");
      still.append(...head);
      entry.append(still);
    } else {
      const jump = button("jump", "", () => this.events.chosen(item));
      jump.append(...head);
      entry.append(jump);
    }
    const detail = element("div", "detail");
    detail.append(element("span", "type", item.type));
    if (item.path !== undefined) detail.append(element("span", "expression", item.path));
    entry.append(detail);
    return entry;
  }

  #trace(name: string, items: Item[]): HTMLLIElement {
    const entry = element("li", "trace");
    const values = items.map((item) => item.value).join(", ") || "{ }";
    entry.append(element("span", "type", `trace(${name})`), " ", element("span", "value", values));
    return entry;
  }
}
