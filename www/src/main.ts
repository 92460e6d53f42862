// Wires the parts of the page together: what is validated, by whom, and where it is shown.

import { button } from "./dom";
import type { Place } from "./diagnostics";
import { Editor } from "./editor";
import { EngineClient } from "./engine-client";
import { fetchEngineFiles } from "./engine-files";
import { acceptFiles } from "./files";
import {
  firstVersion,
  keptFiles,
  nameOf,
  offerVersions,
  packOf,
  notKept,
  searchOf,
} from "./definitions";
import { Findings } from "./findings";
import { formatJson } from "./format-json";
import { Results } from "./results";
import { Tabs } from "./tabs";
import { type Finding, readFindings } from "./outcome";
import { offerSchemes } from "./preferences";
import { countRequests, forbidConnections, prepareOffline } from "./privacy";
import type { Evaluation, Item, Mistake, Outcome, Validation } from "./protocol";
import { ProfilePicker } from "./profile-picker";
import { offerSamples, samples } from "./samples";
import { Views } from "./views";
import { formatBytes, Verdict } from "./verdict";

/** Bytes above which a file is validated without being loaded into the editor. */
const EDITOR_LIMIT = 4e6;
/** Milliseconds without a keystroke before the text is validated. */
const DEBOUNCE = 120;

/** Under way before anything else. */
const arriving = fetchEngineFiles();

const byId = <E extends HTMLElement>(id: string) => document.getElementById(id) as E;

const verdict = new Verdict(byId("verdict"), byId("summary"), byId("timing"), byId("stop"));
const editor = new Editor(byId("editor"), { changed: textChanged, moved: (line) => findings.selectLine(line) });
const results = new Results(
  { expression: byId("expression"), status: byId("result-status"), examples: byId("examples"), list: byId("results") },
  { changed: expressionChanged, chosen: showItem },
);
const tabs = new Tabs(byId("tabs"), showTab);
const findings = new Findings({ list: byId("findings"), filters: byId("filters"), empty: byId("empty") }, {
  chosen: jumpTo,
  tryOut: (example, code) => loadText(example, code),
  filtered: markFindings,
});

const offered = offerSamples(byId("samples"), samples, ({ name, text }) => loadText(text, name));

const picker = new ProfilePicker(byId("guide"), byId("profile"), {
  guide: () => void chooseDefinitions(),
  profile: () => validate(),
});

const views = new Views(arriving);

let client: EngineClient | null = null;
let version = firstVersion();
/** The file that is validated in place of the editor's text, if one is. */
let largeFile: File | null = null;
/** The file that was loaded into the editor: while it is unchanged, its own bytes are validated. */
let loaded: { file: File; version: unknown } | null = null;
let outcome: Outcome | null = null;
let debounce: ReturnType<typeof setTimeout> | undefined;
let expressionDebounce: ReturnType<typeof setTimeout> | undefined;
/** The document that is being validated: an answer on an older one is of no use. */
let validating: unknown;

function textChanged(): void {
  if (largeFile) return;
  verdict.outdated();
  clearTimeout(debounce);
  debounce = setTimeout(validate, DEBOUNCE);
}

function validate(): void {
  clearTimeout(debounce);
  verdict.outdated();
  validating = largeFile ?? editor.version;
  byId("convert").textContent = editor.format === "xml" ? "To JSON" : "To XML";
  client?.validate(input(), picker.profiles);
  evaluate();
}

/** What is validated: a file's own bytes while it is unchanged, else the text. */
function input(): Blob | string {
  const unchanged = loaded?.version === editor.version ? loaded?.file : undefined;
  return largeFile ?? unchanged ?? editor.text;
}

function expressionChanged(): void {
  clearTimeout(expressionDebounce);
  expressionDebounce = setTimeout(evaluate, DEBOUNCE);
}

/** Evaluates the expression, where the panel for it is shown. */
function evaluate(): void {
  clearTimeout(expressionDebounce);
  if (tabs.selected !== "tab-fhirpath") return;
  if (results.expression.trim() !== "") return client?.evaluate(input(), results.expression);
  results.clear();
  editor.markResults([], null);
}

function evaluated(result: Evaluation | Mistake): void {
  if (results.expression.trim() === "") return;
  if ("message" in result) results.fail(result);
  else results.show(result);
  editor.markResults(results.placed, null);
}

async function showItem(item: Item): Promise<void> {
  results.select(item);
  if (await showExcerpt(item)) editor.markResults(results.placed, item);
  editor.reveal(item);
}

/** Shows a tab's own marks in the text. */
function showTab(tab: string): void {
  const isFhirpath = tab === "tab-fhirpath";
  editor.mark(isFhirpath ? [] : findings.shown);
  if (isFhirpath) evaluate();
  else editor.markResults([], null);
}

function validated(validation: Validation): void {
  if (validating !== (largeFile ?? editor.version)) return;
  show(validation.outcome);
  verdict.done(findings.all, validation);
  trouble(null);
}

/** Shows what is known of the input: findings, or nothing yet. */
function show(known: Outcome | null): void {
  outcome = known;
  if (known) findings.show(readFindings(known));
  else findings.clear();
  markFindings();
  for (const id of ["copy", "download"]) byId<HTMLButtonElement>(id).disabled = known === null;
}

async function jumpTo(finding: Finding): Promise<void> {
  findings.select(finding);
  if (await showExcerpt(finding)) editor.reveal(finding);
}

/** Has the surroundings of a place in the editor. False where that fails. */
async function showExcerpt({ line, column }: Place): Promise<boolean> {
  if (!largeFile || !client) return true;
  const excerpt = await client.excerpt(largeFile, line ?? 1, column ?? 1);
  if (!excerpt) return false;
  editor.loadExcerpt(excerpt);
  markFindings();
  return true;
}

function markFindings(): void {
  editor.mark(tabs.selected === "tab-findings" ? findings.shown : []);
}

/** Validates with another version of FHIR, or another guide. */
async function chooseDefinitions(): Promise<void> {
  picker.allow(version === "r4");
  const { guide } = picker;
  const packs = await keptFiles([packOf(version), ...(guide?.packs ?? [])]);
  if (!packs || !client) {
    notice(guide ? notKept(guide.name) : notKept(nameOf(version), searchOf(version)));
    return;
  }
  notice(null);
  findings.version = nameOf(version);
  picker.offer([]);
  client.use(packs, guide?.resources);
  if (guide) client.listProfiles();
  validate();
}

/** The same text, indented. */
function formatText(): void {
  if (editor.format === "xml") return client?.write(input(), "xml");
  const text = formatJson(editor.text);
  if (text === null) setSource("", "Mend the syntax first: only well-formed JSON can be formatted.");
  else editor.load(text);
}

function written(result: string | Mistake): void {
  if (typeof result === "string") editor.load(result);
  else setSource("", result.message);
}

function loadText(text: string, name: string, note: string | null = null, file?: File): void {
  largeFile = null;
  setSource(name, note);
  editor.load(text);
  loaded = file ? { file, version: editor.version } : null;
  validate();
}

async function takeFile(file: File, others: number): Promise<void> {
  const note = others > 0 ? `Only ${file.name} was taken: one file at a time.` : null;
  if (file.size <= EDITOR_LIMIT) {
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(await file.arrayBuffer());
    return loadText(text, file.name, note, file);
  }
  largeFile = file;
  setSource(
    file.name,
    `${file.name} has ${formatBytes(file.size)}: it is validated as a whole, but not loaded into the editor. ` +
      "Choose a finding to see its surroundings.",
  );
  editor.loadExcerpt({ firstLine: 1, firstColumn: 1, text: await file.slice(0, 20_000).text() });
  show(null);
  validate();
}

/** Says what is in the editor: a sample's or a file's name, and what there is to know about it. */
function setSource(name: string, note: string | null): void {
  offered(name);
  notice(note === null ? null : [note]);
  for (const id of ["format", "convert"]) byId<HTMLButtonElement>(id).disabled = largeFile !== null;
}

/** Says something about what is in the editor, or nothing. */
function notice(words: readonly (string | HTMLElement)[] | null): void {
  byId("notice").hidden = words === null;
  byId("notice").replaceChildren(...(words ?? []));
}

/** Shows what went wrong with the engine, with a way on; nothing takes it away again. */
function trouble(message: string | null, retry?: () => void): void {
  const box = byId("trouble");
  box.hidden = message === null;
  box.replaceChildren(message ?? "");
  if (retry) box.append(button("primary", "Try again", retry));
}

function unavailable(message: string): void {
  verdict.failed("The engine could not be loaded");
  trouble(`${message} Nothing is validated until it is there.`, () => location.reload());
}

/** Once: how long it took from the first byte of the page to an engine. */
function announceStart(): void {
  byId("about").textContent ||= `fhirkiln ${__VERSION__}, ready in ${performance.now().toFixed(0)} ms`;
}

async function start(): Promise<void> {
  try {
    const files = await arriving;
    if (import.meta.env.PROD) forbidConnections();
    client = new EngineClient(files, {
      ready: announceStart,
      unavailable,
      started: () => verdict.running(largeFile?.name ?? "the text"),
      validated,
      evaluated,
      written,
      profiles: (profiles) => picker.offer(profiles),
      failed(message) {
        show(null);
        verdict.failed("This text could not be checked");
        trouble(message);
      },
    });
    byId("privacy-locked").textContent = "Refused by the browser, all of them, until the page is reloaded.";
    validate();
  } catch (error) {
    unavailable(error instanceof Error ? error.message : String(error));
  }
  countRequests(byId("privacy-requests"));
  await prepareOffline(byId("privacy-offline"));
}

function outcomeJson(): string {
  return `${JSON.stringify(outcome, null, 2)}\n`;
}

async function copyOutcome(button: HTMLButtonElement): Promise<void> {
  const said = await navigator.clipboard.writeText(outcomeJson()).then(() => "Copied", () => "Not allowed");
  const label = button.querySelector("span")!;
  label.textContent = said;
  setTimeout(() => (label.textContent = "Copy"), 1500);
}

function downloadOutcome(): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([outcomeJson()], { type: "application/fhir+json" }));
  link.download = "operation-outcome.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 0);
}

addEventListener("keydown", (event) => {
  if (event.key !== "F8" || !views.isValidator) return;
  event.preventDefault();
  const direction = event.shiftKey ? -1 : 1;
  if (tabs.selected === "tab-fhirpath") {
    const item = results.step(direction);
    if (item) void showItem(item);
  } else {
    const finding = findings.step(direction);
    if (finding) void jumpTo(finding);
  }
});
byId("format").addEventListener("click", formatText);
byId("convert").addEventListener("click", () => client?.write(input(), editor.format === "xml" ? "json" : "xml"));
byId("stop").addEventListener("click", () => {
  client?.restart();
  verdict.failed("Stopped");
});
byId("copy").addEventListener("click", (event) => copyOutcome(event.currentTarget as HTMLButtonElement));
byId("download").addEventListener("click", downloadOutcome);
offerSchemes(byId("theme"));
offerVersions(byId("version"), (chosen) => {
  version = chosen;
  void chooseDefinitions();
});
picker.allow(version === "r4");
findings.version = nameOf(version);
acceptFiles({ open: byId("open"), input: byId("file"), overlay: byId("drop") }, (file, others) => {
  const taken = views.isValidator ? takeFile(file, others) : views.take(file);
  taken.catch((error: Error) => trouble(`${file.name} could not be read: ${error.message}`));
});
loadText(samples[0]!.text, samples[0]!.name);
void start();
