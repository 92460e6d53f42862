// The CodeMirror editor: JSON or XML with the findings as underlines, gutter marks and tooltips, and with marks
// on the results of an expression.

import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, foldGutter, foldKeymap, indentUnit } from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension, type Text } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { element, quoted } from "./dom";
import { theme } from "./editor-theme";
import type { Finding } from "./outcome";
import { type Format, formatOf, languageOf } from "./languages";
import type { Excerpt } from "./protocol";
import { endOfElement, resultMarks, setParts } from "./result-marks";

/** Where something stands; both count from 1, columns in UTF-16 code units, as CodeMirror does. */
export interface Place {
  line?: number | null | undefined;
  column?: number | null | undefined;
}

export interface EditorEvents {
  /** The user, or a loaded text, changed the document. */
  changed(): void;
  /** The cursor moved to, or within, a line (from 1; of a large file, as the whole file counts). */
  moved(line: number): void;
}

export class Editor {
  readonly #view: EditorView;
  readonly #mode = new Compartment();
  readonly #language = new Compartment();
  #format: Format = "json";
  #excerpt: Excerpt | null = null;

  /** Mounts the editor in a shadow root: CodeMirror then adopts its styles, and the page needs no inline ones. */
  constructor(host: HTMLElement, events: EditorEvents) {
    const root = host.attachShadow({ mode: "open" });
    this.#view = new EditorView({
      parent: root,
      root,
      state: EditorState.create({
        extensions: [
          extensions,
          this.#listener(events),
          this.#mode.of([]),
          this.#language.of(languageOf("json")),
          this.#followLanguage(),
        ],
      }),
    });
  }

  /** How the document is written, by its first character. */
  get format(): Format {
    return this.#format;
  }

  get text(): string {
    return this.#view.state.sliceDoc();
  }

  /** Identifies the document: another object after each change. */
  get version(): Text {
    return this.#view.state.doc;
  }

  /** Replaces the document; undo brings the one before back. */
  load(text: string): void {
    const back = this.#excerpt !== null;
    this.#excerpt = null;
    this.#view.dispatch({
      changes: { from: 0, to: this.#view.state.doc.length, insert: text },
      selection: { anchor: 0 },
      effects: back ? this.#mode.reconfigure([]) : [],
      scrollIntoView: true,
    });
  }

  /** Shows a part of a large file: read-only, with the line numbers of the file. */
  loadExcerpt(excerpt: Excerpt): void {
    this.#excerpt = excerpt;
    const shift = excerpt.firstLine - 1;
    this.#view.dispatch({
      changes: { from: 0, to: this.#view.state.doc.length, insert: excerpt.text },
      effects: this.#mode.reconfigure([
        EditorState.readOnly.of(true),
        EditorView.editable.of(false),
        lineNumbers({ formatNumber: (line) => String(line + shift) }),
      ]),
    });
  }

  mark(findings: readonly Finding[]): void {
    const diagnostics = findings.flatMap((finding) => this.#diagnostic(finding) ?? []);
    this.#view.dispatch(setDiagnostics(this.#view.state, diagnostics));
  }

  /** Marks the elements that begin at these places, one of them as the current one. */
  markResults<P extends Place>(places: readonly P[], current: P | null): void {
    const parts = places.flatMap((place) => {
      const range = this.#range(place);
      if (!range) return [];
      const end = this.#excerpt ? null : endOfElement(this.#view.state, range.from);
      return [{ from: range.from, to: end ?? range.to, isCurrent: place === current }];
    });
    this.#view.dispatch({ effects: setParts.of(parts) });
  }

  /** Moves cursor and focus to a place and shows it in the middle. */
  reveal(place: Place): void {
    const range = this.#range(place);
    if (!range) return;
    this.#view.dispatch({
      selection: { anchor: range.from, head: range.to },
      effects: EditorView.scrollIntoView(range.from, { y: "center" }),
    });
    this.#view.focus();
  }

  focus(): void {
    this.#view.focus();
  }

  #listener({ changed, moved }: EditorEvents): Extension {
    return EditorView.updateListener.of(({ docChanged, selectionSet, state }) => {
      if (docChanged) changed();
      if (!docChanged && !selectionSet) return;
      const line = state.doc.lineAt(state.selection.main.head).number;
      moved(line + (this.#excerpt?.firstLine ?? 1) - 1);
    });
  }

  /** JSON becomes XML, or the other way, by what is typed or loaded. */
  #followLanguage(): Extension {
    return EditorState.transactionExtender.of(({ docChanged, newDoc }) => {
      const format = docChanged ? formatOf(newDoc.sliceString(0, 1000)) : this.#format;
      if (format === this.#format) return null;
      this.#format = format;
      return { effects: this.#language.reconfigure(languageOf(format)) };
    });
  }

  #diagnostic(finding: Finding): Diagnostic | null {
    const range = this.#range(finding);
    if (!range) return null;
    const severity = finding.severity === "information" ? "info" : finding.severity;
    return { ...range, severity, message: finding.message, renderMessage: () => tooltip(finding) };
  }

  /** Where a place is in this document, or nothing where an excerpt does not reach that far. */
  #range({ line, column }: Place): { from: number; to: number } | null {
    const { doc } = this.#view.state;
    const { firstLine, firstColumn } = this.#excerpt ?? { firstLine: 1, firstColumn: 1 };
    const number = (line ?? 1) - firstLine + 1;
    if (number < 1 || number > doc.lines) return null;
    const target = doc.line(number);
    const offset = (column ?? 1) - firstColumn;
    if (offset < 0) return null;
    const from = Math.min(target.from + offset, target.to);
    return { from, to: from + tokenLength(target.text.slice(from - target.from)) };
  }
}

/** What the finding at its start is about: a tag, a string, a comment, a word, or one character. */
const TOKEN = /^(?:<\/?[\w:.-]+|"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|\/\/.*|[\w.+-]+|.)/u;

function tokenLength(rest: string): number {
  return TOKEN.exec(rest)?.[0].length ?? 0;
}

function tooltip(finding: Finding): HTMLElement {
  const box = element("div");
  const message = element("div");
  message.append(...quoted(finding.message));
  const detail = [finding.code, finding.expression].filter(Boolean).join(" · ");
  box.append(message, element("div", "cm-finding-detail", detail));
  return box;
}

const extensions = [
  lintGutter(),
  lineNumbers(),
  foldGutter(),
  history(),
  drawSelection(),
  bracketMatching(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  highlightSelectionMatches(),
  highlightSpecialChars(),
  search({ top: true }),
  resultMarks,
  indentUnit.of("  "),
  keymap.of([...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap]),
  theme,
];
