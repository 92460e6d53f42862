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
import { diagnosticOf, type Place, type Range, rangeOf } from "./diagnostics";
import { theme } from "./editor-theme";
import type { Finding } from "./outcome";
import { type Format, followLanguage, formatOf, languageOf } from "./languages";
import type { Excerpt } from "./protocol";
import { endOfElement, resultMarks, setParts } from "./result-marks";

export interface EditorEvents {
  /** The user, or a loaded text, changed the document. */
  changed(): void;
  /** The cursor moved to, or within, a line (from 1; of a large file, as the whole file counts). */
  moved(line: number): void;
}

export class Editor {
  readonly #view: EditorView;
  readonly #mode = new Compartment();
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
          followLanguage<Format>("json", formatOf, languageOf, (format) => (this.#format = format)),
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

  #diagnostic(finding: Finding): Diagnostic | null {
    const range = this.#range(finding);
    return range && diagnosticOf(finding, range);
  }

  /** Where a place is in this document, or nothing where an excerpt does not reach that far. */
  #range(place: Place): Range | null {
    return rangeOf(this.#view.state.doc, place, this.#excerpt ?? undefined);
  }
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
