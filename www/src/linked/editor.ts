// A text whose parts lead somewhere: those under the pointer or the cursor are told, and others are marked.

import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState, type Extension, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { diagnosticOf, type Place, type Range, rangeOf } from "../diagnostics";
import { theme } from "../editor-theme";
import type { Finding } from "../outcome";

export interface LinkedOptions {
  /** What it is read out as. */
  label: string;
  language: Extension;
  isReadOnly?: boolean;
}

export interface LinkedEvents {
  /** The user changed the text. */
  changed?(): void;
  /** The pointer or the cursor is at this position; null where the pointer has left. */
  pointed(position: number | null): void;
}

/** Marks: what leads somewhere, what nothing was made of, and what is pointed at from the other side. */
export interface Marks {
  linked: readonly Range[];
  left: readonly Range[];
}

const setMarks = StateEffect.define<Marks>();
const setCurrent = StateEffect.define<readonly Range[]>();

const classes = {
  linked: Decoration.mark({ class: "cm-linked" }),
  left: Decoration.mark({ class: "cm-left" }),
  current: Decoration.mark({ class: "cm-linked-current" }),
};

function decorate(ranges: readonly Range[], mark: Decoration) {
  return ranges.filter(({ from, to }) => from < to).map(({ from, to }) => mark.range(from, to));
}

function field(read: (effect: StateEffect<unknown>) => DecorationSet | null): Extension {
  return StateField.define<DecorationSet>({
    create: () => Decoration.none,
    update(marks, { effects, changes }) {
      const last = effects.map(read).findLast((it) => it !== null);
      return last ?? marks.map(changes);
    },
    provide: (it) => EditorView.decorations.from(it),
  });
}

const marks = [
  field((effect) =>
    effect.is(setMarks)
      ? Decoration.set([...decorate(effect.value.linked, classes.linked), ...decorate(effect.value.left, classes.left)], true)
      : null,
  ),
  field((effect) => (effect.is(setCurrent) ? Decoration.set(decorate(effect.value, classes.current), true) : null)),
];

export class LinkedEditor {
  readonly #view: EditorView;

  /** Mounts the editor in a shadow root, as the editor of the resource. */
  constructor(host: HTMLElement, { label, language, isReadOnly = false }: LinkedOptions, events: LinkedEvents) {
    const root = host.attachShadow({ mode: "open" });
    const listener = EditorView.updateListener.of(({ docChanged, selectionSet, state, view }) => {
      if (docChanged) events.changed?.();
      else if (selectionSet && view.hasFocus) events.pointed(state.selection.main.head);
    });
    const pointer = EditorView.domEventHandlers({
      mousemove: (event, view) => events.pointed(view.posAtCoords({ x: event.clientX, y: event.clientY })),
      mouseleave: () => events.pointed(null),
    });
    const extensions = [
      isReadOnly ? EditorState.readOnly.of(true) : [history(), lintGutter()],
      lineNumbers(),
      drawSelection(),
      highlightActiveLine(),
      language,
      keymap.of([...defaultKeymap, ...historyKeymap]),
      EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" }),
      marks,
      pointer,
      listener,
      theme,
    ];
    this.#view = new EditorView({ parent: root, root, state: EditorState.create({ extensions }) });
  }

  get text(): string {
    return this.#view.state.sliceDoc();
  }

  /** Replaces the text. */
  load(text: string): void {
    const changes = { from: 0, to: this.#view.state.doc.length, insert: text };
    this.#view.dispatch({ changes, selection: { anchor: 0 }, effects: setCurrent.of([]) });
  }

  mark(marks: Marks): void {
    this.#view.dispatch({ effects: [setMarks.of(this.#within(marks)), setCurrent.of([])] });
  }

  /** Shows parts as those that are meant; the first of them comes into view where `reveal` says so. */
  point(ranges: readonly Range[], reveal: boolean): void {
    const [first] = ranges;
    const effects: StateEffect<unknown>[] = [setCurrent.of(ranges)];
    if (first && reveal) effects.push(EditorView.scrollIntoView(first.from, { y: "nearest", yMargin: 60 }));
    this.#view.dispatch({ effects });
  }

  /** Underlines what findings are about. */
  diagnose(findings: readonly Finding[]): void {
    const { state } = this.#view;
    const diagnostics = findings.flatMap((finding) => {
      const range = finding.line === null ? null : rangeOf(state.doc, finding);
      return range ? [diagnosticOf(finding, range)] : [];
    });
    this.#view.dispatch(setDiagnostics(state, diagnostics));
  }

  /** Moves cursor and focus to a place, or a part, and shows it in the middle. */
  reveal(at: Place | Range): void {
    const range = "from" in at ? at : rangeOf(this.#view.state.doc, at);
    if (!range) return;
    const effects = EditorView.scrollIntoView(range.from, { y: "center" });
    this.#view.dispatch({ selection: { anchor: range.from, head: range.to }, effects });
    this.#view.focus();
  }

  /** What is beyond the text, because it was changed meanwhile, is left out. */
  #within({ linked, left }: Marks): Marks {
    const end = this.#view.state.doc.length;
    const inside = (ranges: readonly Range[]) => ranges.filter(({ to }) => to <= end);
    return { linked: inside(linked), left: inside(left) };
  }
}
