// Marks on what a FHIRPath expression gives, where it stands in the resource.

import { ensureSyntaxTree } from "@codemirror/language";
import { type EditorState, type Extension, type Range, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";

/** A part of the document, and whether it is the current one. */
export interface Part {
  from: number;
  to: number;
  isCurrent: boolean;
}

/** Marks these parts and no others. */
export const setParts = StateEffect.define<readonly Part[]>();

const plain = Decoration.mark({ class: "cm-result" });
const current = Decoration.mark({ class: "cm-result cm-result-current" });

const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(parts, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setParts)) return Decoration.set(effect.value.flatMap(decorate), true);
    }
    return parts.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** What an editor needs to show such marks. */
export const resultMarks: Extension = marks;

function decorate({ from, to, isCurrent }: Part): Range<Decoration>[] {
  return from < to ? [(isCurrent ? current : plain).range(from, to)] : [];
}

/** Milliseconds that reading a document may take before a mark shows only the beginning of an element. */
const PATIENCE = 50;

/** The end of the element that begins at `from`: a property with its value, an item of an array, an XML element. */
export function endOfElement(state: EditorState, from: number): number | null {
  const tree = ensureSyntaxTree(state, state.doc.length, PATIENCE);
  if (!tree) return null;
  let node = tree.resolveInner(from, 1);
  if (node.from !== from) return null;
  while (node.parent && node.parent.from === from && !node.parent.type.isTop) node = node.parent;
  return node.to;
}
