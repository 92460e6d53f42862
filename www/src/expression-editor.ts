// The editor of a FHIRPath expression: small, with the place of a mistake underlined.

import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap, placeholder } from "@codemirror/view";
import { theme } from "./editor-theme";
import { fhirpath } from "./languages";
import type { Mistake } from "./protocol";

export class ExpressionEditor {
  readonly #view: EditorView;

  /** Mounts the editor in a shadow root, as the editor of the resource. */
  constructor(
    private readonly host: HTMLElement,
    changed: () => void,
  ) {
    const root = host.attachShadow({ mode: "open" });
    const listener = EditorView.updateListener.of(({ docChanged }) => {
      if (docChanged) changed();
    });
    this.#view = new EditorView({
      parent: root,
      root,
      state: EditorState.create({ extensions: [extensions, listener] }),
    });
  }

  get text(): string {
    return this.#view.state.sliceDoc();
  }

  load(text: string): void {
    const changes = { from: 0, to: this.#view.state.doc.length, insert: text };
    this.#view.dispatch({ changes, selection: { anchor: text.length } });
    this.#view.focus();
  }

  /** Underlines what is wrong, or nothing. */
  mark(mistake: Mistake | null): void {
    const length = this.#view.state.doc.length;
    const at = mistake?.start === undefined ? null : mistake;
    const from = Math.min(at?.start ?? 0, length);
    const to = Math.min(Math.max(at?.end ?? 0, from), length);
    const message = mistake?.message ?? "";
    const diagnostics = at ? [{ from, to, severity: "error" as const, message }] : [];
    this.#view.dispatch(setDiagnostics(this.#view.state, diagnostics));
    this.#view.contentDOM.setAttribute("aria-invalid", String(mistake !== null));
    this.host.classList.toggle("wrong", mistake !== null);
  }
}

const extensions = [
  history(),
  drawSelection(),
  bracketMatching(),
  fhirpath,
  placeholder("name.where(use = 'official').given"),
  keymap.of([...defaultKeymap, ...historyKeymap]),
  EditorView.lineWrapping,
  EditorView.contentAttributes.of({ "aria-label": "FHIRPath expression", spellcheck: "false" }),
  EditorView.theme({ "&": { height: "auto", maxHeight: "9em" }, ".cm-content": { padding: "6px 0" } }),
  theme,
];
