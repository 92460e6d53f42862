// HL7 v2 beside the FHIR that it becomes: pointing at a value on either side shows where it comes from or went to, and
// by which rule.

import { button, element, icon, quoted } from "../dom";
import { EngineClient } from "../engine-client";
import { type Finding, describe, readFindings } from "../outcome";
import type { Conversion, EngineFiles, Mistake } from "../protocol";
import { fileOf, Links, type Side } from "./links";
import { layOut } from "./layout";
import { LinkedEditor } from "./linked-editor";
import { messages } from "./samples";

/** Milliseconds without a keystroke before the message is converted. */
const DEBOUNCE = 150;
const IDLE = "Point at a value, or move the cursor to it: here is where it comes from, and by which rule.";

const byId = <E extends HTMLElement>(id: string) => document.getElementById(id) as E;

/** The view is made once, when it is first shown. */
export class MessageView {
  readonly #client: EngineClient;
  readonly #message: LinkedEditor;
  readonly #result: LinkedEditor;
  #debounce: ReturnType<typeof setTimeout> | undefined;
  /** The message that is being converted. */
  #asked = "";
  #links: Links | null = null;

  constructor(files: EngineFiles) {
    this.#client = new EngineClient(files, {
      converted: (result) => this.#show(result),
      failed: (message) => this.#fail(message),
      unavailable: (message) => this.#fail(message),
    });
    this.#message = new LinkedEditor(byId("v2-message"), "er7", "Message of HL7 v2", {
      changed: () => this.#changed(),
      pointed: (position) => this.#point("source", position),
    });
    this.#result = new LinkedEditor(byId("v2-result"), "json", "The message as FHIR", {
      pointed: (position) => this.#point("target", position),
    });
    byId("v2-samples").append(...messages.map(({ name, text }) => button("", name, () => this.#load(name, text))));
    byId("v2-bundle").addEventListener("change", () => this.#convert());
    byId("v2-file").addEventListener("change", () => void this.#open(byId<HTMLInputElement>("v2-file")));
    byId("v2-open").addEventListener("click", () => byId("v2-file").click());
    this.#load(messages[0]!.name, messages[0]!.text);
  }

  #load(name: string, text: string): void {
    this.#message.load(text);
    for (const sample of byId("v2-samples").children) {
      sample.setAttribute("aria-pressed", String(sample.textContent === name));
    }
    this.#convert();
  }

  async #open({ files }: HTMLInputElement): Promise<void> {
    const file = files?.[0];
    if (file) this.#load(file.name, await file.text());
  }

  #changed(): void {
    clearTimeout(this.#debounce);
    this.#debounce = setTimeout(() => this.#convert(), DEBOUNCE);
  }

  #convert(): void {
    clearTimeout(this.#debounce);
    this.#asked = this.#message.text;
    const bundle = byId<HTMLSelectElement>("v2-bundle").value as "message" | "transaction" | "collection";
    this.#client.convert(this.#asked, bundle);
  }

  #show(result: Conversion | Mistake): void {
    if (this.#asked !== this.#message.text) return;
    if ("message" in result) return this.#fail(result.message);
    const { bundle } = result.converted;
    if (!bundle) return this.#fail("The map makes nothing of this message.");
    const layout = layOut(bundle);
    const links = new Links(this.#asked, result.converted, layout);
    this.#links = links;
    this.#result.load(layout.text);
    // What comes from a segment as a whole would mark all of it.
    const values = links.links.filter(({ entry }) => entry.place.includes("-"));
    this.#message.mark({ linked: values.map((it) => it.source), left: links.leftovers.map((it) => it.source) });
    this.#result.mark({ linked: links.links.map((it) => it.target), left: [] });
    this.#summarise(result, links);
    this.#say(IDLE);
  }

  #summarise({ converted, milliseconds }: Conversion, { leftovers }: Links): void {
    const findings = readFindings(converted.outcome);
    const count = leftovers.length;
    const left = count === 0 ? "every value is mapped" : `${count} value${count === 1 ? " is" : "s are"} not mapped`;
    byId("v2-summary").textContent = `${describe(findings)}; ${left}`;
    byId("v2-timing").textContent = `converted and validated in ${milliseconds.toFixed(1)} ms`;
    byId("v2-findings").replaceChildren(...findings.map(finding));
  }

  #fail(message: string): void {
    this.#links = null;
    this.#result.load("");
    this.#message.mark({ linked: [], left: [] });
    byId("v2-summary").textContent = message;
    byId("v2-timing").textContent = "";
    byId("v2-findings").replaceChildren();
    this.#say("");
  }

  /** Shows what is at a position of one side on the other. */
  #point(side: Side, position: number | null): void {
    const links = this.#links;
    if (!links || position === null) return this.#mean([], [], null);
    const found = links.at(side, position);
    const [first] = found;
    const sources = found.map((link) => link.source);
    const targets = found.map((link) => link.target);
    this.#mean(sources, targets, first ? side : null);
    const leftover = side === "source" ? links.leftoverAt(position) : undefined;
    if (first) {
      const { place, path, rule, map } = first.entry;
      const more = found.length > 1 ? `, and ${found.length - 1} more` : "";
      this.#say(`\`${place}\` → \`${path}\`${more}`, `rule \`${rule}\` in \`${fileOf(map)}\``);
    } else if (leftover) this.#say(`\`${leftover.place}\`: no rule takes this value`);
  }

  #mean(sources: Links["links"][number]["source"][], targets: typeof sources, from: Side | null): void {
    this.#message.point(sources, from === "target");
    this.#result.point(targets, from === "source");
  }

  #say(text: string, rule = ""): void {
    byId("v2-origin").replaceChildren(...quoted(text));
    byId("v2-rule").replaceChildren(...quoted(rule));
  }
}

function finding({ severity, message, expression, code, line, column }: Finding): HTMLLIElement {
  const item = element("li", `finding ${severity}`);
  const jump = element("div", "jump");
  const text = element("span", "message");
  text.append(...quoted(message));
  jump.append(icon(severity, severity), text, element("span", "place", line === null ? "" : `${line}:${column ?? 1}`));
  const detail = element("div", "detail");
  detail.append(element("span", "code", code), element("span", "expression", expression));
  item.append(jump, detail);
  return item;
}
