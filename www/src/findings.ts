// The list of findings: filters with counts, one entry per finding, and which one is current.

import { button, element, icon, quoted, walkList } from "./dom";
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
  /** The user wants an example of an issue code in the editor. */
  tryOut(example: string, code: string): void;
  /** Other severities are shown now: the editor shows the same. */
  filtered(): void;
}

const SEVERITIES: readonly [Severity, string][] = [
  ["error", "Errors"],
  ["warning", "Warnings"],
  ["information", "Notes"],
];

const nothing = (version: string) =>
  `Nothing to report. Checked against FHIR ${version}: structure, cardinality, types, values, required codes, constraints.`;
const ALL_HIDDEN = "All findings are hidden. Show errors, warnings or notes with the buttons above.";

export class Findings {
  /** The version of FHIR that was checked against. */
  version = "R4";
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
    at.list.addEventListener("keydown", (event) => walkList(event, at.list, ".jump"));
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

  /** Nothing is known: an empty list that does not claim that all is well. */
  clear(): void {
    this.show([]);
    this.at.empty.hidden = true;
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
    const filter = button(`filter ${severity}`, "", () => {
      if (!this.#hidden.delete(severity)) this.#hidden.add(severity);
      filter.setAttribute("aria-pressed", String(!this.#hidden.has(severity)));
      this.#render();
      this.events.filtered();
    });
    filter.setAttribute("aria-pressed", "true");
    filter.append(icon(severity), element("span", "label", label), element("b", "count", "0"));
    this.#filters.set(severity, filter);
    return filter;
  }

  #render(): void {
    const counts = countFindings(this.#all);
    for (const [severity, filter] of this.#filters) {
      filter.querySelector(".count")!.textContent = counts[severity].toLocaleString("en");
      filter.classList.toggle("none", counts[severity] === 0);
    }
    const shown = this.shown;
    this.at.list.replaceChildren(...shown.map((finding) => this.#item(finding)));
    this.at.empty.hidden = shown.length > 0;
    this.at.empty.textContent = this.#all.length > 0 ? ALL_HIDDEN : nothing(this.version);
  }

  #item(finding: Finding): HTMLLIElement {
    const item = element("li", `finding ${finding.severity}`);
    const jump = button("jump", "", () => this.events.chosen(finding));
    const message = element("span", "message");
    message.append(...quoted(finding.message));
    const name = finding.fatal ? "fatal" : finding.severity;
    const place = finding.line === null ? "" : `${finding.line}:${finding.column ?? 1}`;
    jump.append(icon(finding.severity, name), message, element("span", "place", place));
    const detail = element("div", "detail");
    detail.append(...this.#explanation(finding), element("span", "expression", finding.expression));
    item.append(jump, detail);
    return item;
  }

  /** The stable code; where there is a page on it, a button that opens the page in place. */
  #explanation(finding: Finding): Node[] {
    const { code } = finding;
    const page = explain(code, (example) => this.events.tryOut(example, code));
    if (!page) return [element("span", "code", code)];
    const key = `${code} ${finding.expression}`;
    const toggle = (open: boolean) => {
      const item = opener.closest("li");
      opener.setAttribute("aria-expanded", String(open));
      item?.querySelector(".page")?.remove();
      if (open) item?.append(page());
      if (open) this.#open.add(key);
      else this.#open.delete(key);
    };
    const opener = button("code", code, () => toggle(!this.#open.has(key)));
    opener.title = "What this means";
    opener.setAttribute("aria-expanded", "false");
    // Still open when the same finding comes again while one types.
    if (this.#open.has(key)) queueMicrotask(() => toggle(true));
    return [opener];
  }
}
