// What is said beside two linked texts: where the value under the pointer comes from and by which rule, and what was
// found in them.

import { button, element, icon, quoted, walkList } from "../dom";
import { type Finding, describe } from "../outcome";
import type { Leftover } from "./links";

const TEMPLATE = "account";
/** Values that no rule takes which are listed. */
const MOST_LEFTOVERS = 500;

export interface AccountEvents {
  /** The user wants to see what a finding is about. */
  finding(finding: Finding): void;
  /** The user wants to see a value that no rule takes. */
  leftover(leftover: Leftover): void;
}

export class Account {
  readonly #origin: HTMLElement;
  readonly #rule: HTMLElement;
  readonly #summary: HTMLElement;
  readonly #timing: HTMLElement;
  readonly #findings: HTMLElement;

  constructor(
    host: HTMLElement,
    private readonly events: AccountEvents,
  ) {
    host.append((document.getElementById(TEMPLATE) as HTMLTemplateElement).content.cloneNode(true));
    const find = (name: string) => host.querySelector<HTMLElement>(`.${name}`)!;
    this.#origin = find("origin-text");
    this.#rule = find("rule");
    this.#summary = find("account-summary");
    this.#timing = find("timing");
    this.#findings = find("findings");
    this.#findings.addEventListener("keydown", (event) => walkList(event, this.#findings, ".jump"));
  }

  /** Says where a value comes from, and what made it: words, and the rule as it is written. */
  say(text: string, rule = "", code = ""): void {
    this.#origin.replaceChildren(...quoted(text));
    this.#rule.replaceChildren(...quoted(rule));
    if (code) this.#rule.append(element("pre", "rule-text", code));
  }

  /** What came of it: the findings, the values that nothing was made of, and how long it took. */
  summarise(findings: readonly Finding[], leftovers: readonly Leftover[], timing: string): void {
    const count = leftovers.length;
    const left = count === 0 ? "every value is mapped" : `${count} value${count === 1 ? " is" : "s are"} not mapped`;
    const entries = leftovers.slice(0, MOST_LEFTOVERS).map((it) => this.#leftover(it));
    this.#show(`${describe(findings)}; ${left}`, timing, [...findings.map((it) => this.#finding(it)), ...entries]);
  }

  /** Why there is no result. */
  fail(message: string, findings: readonly Finding[] = []): void {
    this.#show(message, "", findings.map((it) => this.#finding(it)));
  }

  #show(text: string, timing: string, entries: readonly HTMLElement[]): void {
    this.#summary.replaceChildren(...quoted(text));
    this.#timing.textContent = timing;
    this.#findings.replaceChildren(...entries);
  }

  #leftover(leftover: Leftover): HTMLLIElement {
    const item = element("li", "finding leftover");
    const jump = button("jump", "", () => this.events.leftover(leftover));
    const text = element("span", "message");
    text.append(...quoted(`No rule takes \`${leftover.place}\``));
    jump.append(icon("leftover", "not mapped"), text, element("span", "place", `${leftover.line}:${leftover.column}`));
    item.append(jump);
    return item;
  }

  #finding(finding: Finding): HTMLLIElement {
    const { severity, message, expression, code, line, column, source } = finding;
    const item = element("li", `finding ${severity}`);
    const jump = button("jump", "", () => this.events.finding(finding));
    const text = element("span", "message");
    text.append(...quoted(message));
    const place = line === null ? "" : `${source ?? ""} ${line}:${column ?? 1}`.trim();
    jump.append(icon(severity, severity), text, element("span", "place", place));
    const detail = element("div", "detail");
    detail.append(element("span", "code", code), element("span", "expression", expression));
    item.append(jump, detail);
    return item;
  }
}
