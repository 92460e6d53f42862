// The list of findings: filters with counts, one entry per finding, and which one is current.

import { explain } from "./explain";
import { countFindings, type Finding, type Severity } from "./outcome";

export interface FindingsPlaces {
  list: HTMLElement;
  /** Where the buttons that show and hide severities go. */
  filters: HTMLElement;
  /** Says why the list is empty, where it is. */
  empty: HTMLElement;
}

export interface FindingsEvents {
  /** The user chose a finding. */
  chosen(finding: Finding): void;
  /** Other severities are shown now: the editor shows the same. */
  filtered(): void;
}

const SEVERITIES: readonly [Severity, string][] = [
  ["error", "Errors"],
  ["warning", "Warnings"],
  ["information", "Notes"],
];

const NOTHING =
  "Nothing to report. Checked against FHIR R4: structure, cardinality, types, primitive values, required codes.";
const ALL_HIDDEN = "All findings are hidden. Show errors, warnings or notes with the buttons above.";

export class Findings {
  #all: Finding[] = [];
  #hidden = new Set<Severity>();
  #open = new Set<string>();
  #current: Finding | null = null;
  #filters = new Map<Severity, HTMLButtonElement>();

  constructor(
    private readonly at: FindingsPlaces,
    private readonly events: FindingsEvents,
  ) {
    for (const [severity, label] of SEVERITIES) at.filters.append(this.#filter(severity, label));
    at.list.addEventListener("keydown", (event) => this.#walk(event));
  }

  /** Every finding, in document order. */
  get all(): readonly Finding[] {
    return this.#all;
  }

  /** The findings whose severity is shown, in document order. */
  get shown(): Finding[] {
    return this.#all.filter((finding) => !this.#hidden.has(finding.severity));
  }

  show(findings: Finding[]): void {
    this.#all = findings;
    this.#current = null;
    this.#render();
  }

  /** The finding after (or before) the current one, going round at the end. */
  step(direction: 1 | -1): Finding | null {
    const shown = this.shown;
    const at = this.#current ? shown.indexOf(this.#current) : -1;
    const next = at < 0 && direction < 0 ? shown.length - 1 : at + direction;
    return shown.at(next % shown.length) ?? null;
  }

  /** Marks a finding as the current one and scrolls the list to it. */
  select(finding: Finding | null): void {
    this.#current = finding;
    const at = finding ? this.shown.indexOf(finding) : -1;
    for (const [index, item] of [...this.at.list.children].entries()) {
      if (index === at) {
        item.setAttribute("aria-current", "true");
        item.scrollIntoView({ block: "nearest" });
      } else item.removeAttribute("aria-current");
    }
  }

  /** Makes the first finding of a line current, unless one of that line already is. */
  selectLine(line: number): void {
    if (this.#current?.line === line) return;
    this.select(this.shown.find((finding) => finding.line === line) ?? null);
  }

  #filter(severity: Severity, label: string): HTMLButtonElement {
    const button = element("button", `filter ${severity}`);
    button.type = "button";
    button.setAttribute("aria-pressed", "true");
    button.append(icon(severity), element("span", "label", label), element("b", "count", "0"));
    button.addEventListener("click", () => {
      if (!this.#hidden.delete(severity)) this.#hidden.add(severity);
      button.setAttribute("aria-pressed", String(!this.#hidden.has(severity)));
      this.#render();
      this.events.filtered();
    });
    this.#filters.set(severity, button);
    return button;
  }

  #render(): void {
    const counts = countFindings(this.#all);
    for (const [severity, button] of this.#filters) {
      button.querySelector(".count")!.textContent = counts[severity].toLocaleString("en");
      button.classList.toggle("none", counts[severity] === 0);
    }
    const shown = this.shown;
    this.at.list.replaceChildren(...shown.map((finding) => this.#item(finding)));
    this.at.empty.hidden = shown.length > 0;
    this.at.empty.textContent = this.#all.length > 0 ? ALL_HIDDEN : NOTHING;
  }

  #item(finding: Finding): HTMLLIElement {
    const item = element("li", `finding ${finding.severity}`);
    const jump = element("button", "jump");
    jump.type = "button";
    const name = finding.fatal ? "fatal" : finding.severity;
    const place = finding.line === null ? "" : `${finding.line}:${finding.column ?? 1}`;
    jump.append(
      icon(finding.severity, name),
      message(finding.message),
      element("span", "place", place),
    );
    jump.addEventListener("click", () => this.events.chosen(finding));
    const detail = element("div", "detail");
    detail.append(...this.#explanation(finding), element("span", "expression", finding.expression));
    item.append(jump, detail);
    return item;
  }

  /** The stable code; where there is a page on it, a button that opens the page in place. */
  #explanation(finding: Finding): Node[] {
    const page = explain(finding.code);
    if (!page) return [element("span", "code", finding.code)];
    const key = `${finding.code} ${finding.expression}`;
    const button = element("button", "code", finding.code);
    button.type = "button";
    button.title = "What this means";
    const toggle = (open: boolean) => {
      button.setAttribute("aria-expanded", String(open));
      button.closest("li")?.querySelector(".page")?.remove();
      if (open) button.closest("li")?.append(page());
      if (open) this.#open.add(key);
      else this.#open.delete(key);
    };
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", () => toggle(button.getAttribute("aria-expanded") === "false"));
    if (this.#open.has(key)) queueMicrotask(() => toggle(true));
    return [button];
  }

  /** Arrow keys, Home and End move between the entries. */
  #walk(event: KeyboardEvent): void {
    const jumps = [...this.at.list.querySelectorAll<HTMLButtonElement>(".jump")];
    const at = jumps.indexOf((event.target as HTMLElement).closest("li")?.querySelector(".jump")!);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: jumps.length - 1 }[event.key];
    if (to === undefined) return;
    jumps[to]?.focus();
    event.preventDefault();
  }
}

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  text = "",
): HTMLElementTagNameMap[Name] {
  const node = document.createElement(name);
  node.className = className;
  node.textContent = text;
  return node;
}

/** A message, with what it quotes in backticks set as code. */
function message(text: string): HTMLSpanElement {
  const span = element("span", "message");
  const parts = text.split("`");
  // A backtick too many, from the resource itself: quote nothing rather than the wrong half.
  if (parts.length % 2 === 0) span.append(text);
  else span.append(...parts.map((part, at) => (at % 2 === 1 ? element("code", "", part) : part)));
  return span;
}

const SVG = "http://www.w3.org/2000/svg";

function icon(severity: Severity, label = ""): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${severity}`);
  svg.append(use);
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  } else svg.setAttribute("aria-hidden", "true");
  return svg;
}
