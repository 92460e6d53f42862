// A map of the FHIR Mapping Language, a source, and what the map makes of it: what is wrong with the map stands in it,
// and pointing at a value, or at a rule, shows where it comes from or went to.

import { EditorView } from "@codemirror/view";
import { Deferred } from "../deferred";
import { EngineClient } from "../engine-client";
import { formatOf, followLanguage, languageOf, mappingLanguage } from "../languages";
import { LinkedEditor } from "../linked/editor";
import { layOut } from "../linked/layout";
import { type Link, Links, type Side } from "../linked/links";
import { LinkedPair } from "../linked/pair";
import { type Finding, readFindings } from "../outcome";
import type { EngineFiles, Mistake, Transformation } from "../protocol";
import { offerSamples } from "../samples";
import { er7 } from "../v2/er7";
import { Rules } from "../v2/rules";
import { maps } from "./samples";

/** Milliseconds without a keystroke before the map is run. */
const DEBOUNCE = 150;
/** What the engine calls the map in its findings. */
const MAP = "map";

const byId = <E extends HTMLElement>(id: string) => document.getElementById(id) as E;

/** The view is made once, when it is first shown. */
export class TransformView {
  readonly #client: EngineClient;
  readonly #work = new Deferred(() => this.#run(), DEBOUNCE);
  readonly #map: LinkedEditor;
  readonly #pair: LinkedPair;
  readonly #offer: (name: string) => void;
  /** What is being run on what. */
  #asked = { map: "", source: "" };

  constructor(files: EngineFiles) {
    const rules = new Rules();
    this.#client = new EngineClient(files, {
      transformed: (result) => this.#show(result),
      failed: (message) => this.#fail(message),
      unavailable: (message) => this.#fail(message),
    });
    this.#map = new LinkedEditor(
      byId("map-text"),
      { label: "Map", language: [mappingLanguage, EditorView.lineWrapping] },
      { changed: () => this.#work.soon(), pointed: (position) => this.#pair.point("rule", position) },
    );
    this.#pair = new LinkedPair(
      { source: byId("map-source"), result: byId("map-result"), account: byId("map-account") },
      { label: "Source", language: followLanguage("json", sourceFormat, sourceLanguage) },
      {
        changed: () => this.#work.soon(),
        pointed: (links, side) => this.#pointed(links, side),
        rule: ({ entry, rule }) => (rule ? { words: `rule \`${entry.rule}\`` } : rules.describe(entry)),
        chosen: (finding) => this.#reveal(finding),
      },
    );
    this.#offer = offerSamples(byId("map-samples"), maps, ({ name, map, source }) => this.#load(name, map, source));
    const [first] = maps;
    this.#load(first!.name, first!.map, first!.source);
  }

  /** Runs the map that a file holds, or the map that is here on what the file holds. */
  async take(file: File): Promise<void> {
    const text = await file.text();
    const isMap = /\.(?:map|fml)$/i.test(file.name);
    this.#load(file.name, isMap ? text : this.#map.text, isMap ? this.#pair.source.text : text);
  }

  #load(name: string, map: string, source: string): void {
    this.#offer(name);
    this.#map.load(map);
    this.#pair.source.load(source);
    this.#work.now();
  }

  #run(): void {
    this.#asked = { map: this.#map.text, source: this.#pair.source.text };
    this.#client.transform(this.#asked.map, this.#asked.source);
  }

  #show(result: Transformation | Mistake): void {
    const { map, source } = this.#asked;
    if (map !== this.#map.text || source !== this.#pair.source.text) return;
    if ("message" in result) return this.#fail(result.message, findingsOf(result));
    const { transformed, milliseconds } = result;
    const findings = readFindings(transformed.outcome);
    this.#diagnose(findings);
    if (transformed.json === null) return this.#fail("The map makes nothing of this source.", findings);
    const layout = layOut(transformed.json, rootOf(transformed));
    const links = new Links(source, transformed, layout, map);
    this.#pair.show(layout, links);
    this.#pair.account.summarise(findings, links.leftovers, `made in ${milliseconds.toFixed(1)} ms`);
  }

  /** Shows which rule made what is pointed at. */
  #pointed(links: readonly Link[], side: Side): void {
    const rules = links.flatMap(({ rule }) => rule ?? []);
    this.#map.point(rules, side !== "rule");
  }

  #reveal(finding: Finding): boolean {
    if (finding.source !== MAP) return false;
    this.#map.reveal(finding);
    return true;
  }

  #fail(message: string, findings: readonly Finding[] = []): void {
    this.#pair.clear();
    this.#diagnose(findings);
    this.#pair.account.fail(findings.length > 0 ? "No result" : message, findings);
  }

  #diagnose(findings: readonly Finding[]): void {
    this.#map.diagnose(findings.filter(({ source }) => source === MAP));
    this.#pair.source.diagnose(findings.filter(({ source }) => source !== MAP));
  }
}

type SourceFormat = "json" | "xml" | "er7";

const sourceFormat = (beginning: string): SourceFormat =>
  /^[\uFEFF\v\s]*(?:MSH|FHS|BHS)[^A-Za-z0-9\s]/.test(beginning) ? "er7" : formatOf(beginning);

const sourceLanguage = (format: SourceFormat) => (format === "er7" ? [er7, EditorView.lineWrapping] : languageOf(format));

/** A mistake in the syntax of the map, or of the source, as a finding in its place. */
function findingsOf({ message, code }: Mistake): Finding[] {
  const [, line, column, text] = /^line (\d+), column (\d+): (.*)$/s.exec(message) ?? [];
  if (text === undefined) return [];
  const place = { line: Number(line), column: Number(column), source: code === "map-syntax" ? MAP : null };
  return [{ severity: "error", fatal: true, code, message: text, expression: "", ...place }];
}

/** What paths in the result begin with: its type. */
function rootOf({ result, lineage }: Transformation["transformed"]): string {
  const named = (result as { resourceType?: string }).resourceType;
  return named ?? /^\w*/.exec(lineage[0]?.path ?? "")![0];
}
