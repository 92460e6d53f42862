// HL7 v2 beside the FHIR that it becomes: pointing at a value on either side shows where it comes from or went to, and
// by which rule.

import { EditorView } from "@codemirror/view";
import { Deferred } from "../deferred";
import { EngineClient } from "../engine-client";
import { layOut } from "../linked/layout";
import { Links } from "../linked/links";
import { LinkedPair } from "../linked/pair";
import { readFindings } from "../outcome";
import type { BundleKind, Conversion, EngineFiles, Mistake } from "../protocol";
import { offerSamples } from "../samples";
import { er7 } from "./er7";
import { Rules } from "./rules";
import { messages } from "./samples";

/** Milliseconds without a keystroke before the message is converted. */
const DEBOUNCE = 150;

const byId = <E extends HTMLElement>(id: string) => document.getElementById(id) as E;

/** The view is made once, when it is first shown. */
export class MessageView {
  readonly #client: EngineClient;
  readonly #work = new Deferred(() => this.#convert(), DEBOUNCE);
  readonly #pair: LinkedPair;
  readonly #offer: (name: string) => void;
  /** The message that is being converted. */
  #asked = "";

  constructor(files: EngineFiles) {
    const rules = new Rules();
    this.#client = new EngineClient(files, {
      converted: (result) => this.#show(result),
      failed: (message) => this.#fail(message),
      unavailable: (message) => this.#fail(message),
    });
    this.#pair = new LinkedPair(
      { source: byId("v2-message"), result: byId("v2-result"), account: byId("v2-account") },
      { label: "Message of HL7 v2", language: [er7, EditorView.lineWrapping] },
      { changed: () => this.#work.soon(), rule: ({ entry }) => rules.describe(entry) },
    );
    this.#offer = offerSamples(byId("v2-samples"), messages, ({ name, text }) => this.#load(name, text));
    byId("v2-bundle").addEventListener("change", () => this.#work.now());
    this.#load(messages[0]!.name, messages[0]!.text);
  }

  /** Converts what a file holds. */
  async take(file: File): Promise<void> {
    this.#load(file.name, await file.text());
  }

  #load(name: string, text: string): void {
    this.#offer(name);
    this.#pair.source.load(text);
    this.#work.now();
  }

  #convert(): void {
    this.#asked = this.#pair.source.text;
    this.#client.convert(this.#asked, byId<HTMLSelectElement>("v2-bundle").value as BundleKind);
  }

  #show(result: Conversion | Mistake): void {
    if (this.#asked !== this.#pair.source.text) return;
    if ("message" in result) return this.#fail(result.message);
    const { converted, milliseconds } = result;
    if (converted.json === null) return this.#fail("The map makes nothing of this message.");
    const layout = layOut(converted.json, "Bundle");
    const links = new Links(this.#asked, converted, layout);
    // What comes from a segment as a whole would mark all of it.
    this.#pair.show(layout, links, ({ entry }) => entry.place.includes("-"));
    const findings = readFindings(converted.outcome);
    this.#pair.source.diagnose(findings);
    const timing = `converted and validated in ${milliseconds.toFixed(1)} ms`;
    this.#pair.account.summarise(findings, links.leftovers, timing);
  }

  #fail(message: string): void {
    this.#pair.clear();
    this.#pair.source.diagnose([]);
    this.#pair.account.fail(message);
  }
}
