// How the editor looks. Colours are the page's custom properties, so one theme serves light and dark.

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const highlight = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--code-name)" },
  { tag: [tags.tagName, tags.variableName], color: "var(--code-name)" },
  { tag: tags.attributeName, color: "var(--code-word)" },
  { tag: tags.comment, color: "var(--faint)" },
  { tag: [tags.string, tags.attributeValue], color: "var(--code-string)" },
  { tag: tags.number, color: "var(--code-number)" },
  { tag: [tags.bool, tags.null, tags.atom], color: "var(--code-word)" },
  { tag: [tags.separator, tags.squareBracket, tags.brace, tags.angleBracket, tags.punctuation], color: "var(--code-mark)" },
]);

const wavy = (colour: string) => ({
  backgroundImage: "none",
  textDecoration: `underline wavy ${colour} 1px`,
  textDecorationSkipInk: "none",
  textUnderlineOffset: "3px",
});

const gutterMark = (colour: string, shape: string) => ({
  content: '""',
  display: "block",
  width: "9px",
  height: "9px",
  margin: "6px auto 0",
  background: colour,
  clipPath: shape,
});

const look = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--paper)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", fontSize: "13px", lineHeight: "21px" },
  ".cm-content": { padding: "10px 0 40px", caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "var(--paper)", color: "var(--faint)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 4px 0 8px", minWidth: "34px" },
  ".cm-gutter-lint": { width: "18px", paddingLeft: "4px" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "0" },
  ".cm-linked": { borderBottom: "1px solid color-mix(in srgb, var(--ok) 55%, transparent)" },
  ".cm-left": { backgroundColor: "var(--warning-tint)", borderBottom: "1px dashed var(--warning)" },
  ".cm-linked-current": { backgroundColor: "var(--result)", outline: "1px solid var(--ok)", borderRadius: "2px" },
  ".cm-activeLine": { backgroundColor: "var(--active)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--active)", color: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    { background: "var(--selection)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--selection)" },
  ".cm-selectionMatch": { backgroundColor: "var(--match)" },
  ".cm-foldGutter .cm-gutterElement": { cursor: "pointer", padding: "0 4px" },
  ".cm-foldPlaceholder": { background: "var(--line)", border: "none", color: "var(--soft)" },
  ".cm-result": { backgroundColor: "var(--result)", borderRadius: "3px" },
  ".cm-result-current": { boxShadow: "inset 0 -2px var(--accent)" },
  ".cm-placeholder": { color: "var(--faint)" },
  ".cm-lintRange-error": wavy("var(--error)"),
  ".cm-lintRange-warning": wavy("var(--warning)"),
  ".cm-lintRange-info": wavy("var(--information)"),
  ".cm-lintRange-active": { backgroundColor: "var(--match)" },
  ".cm-lint-marker": { width: "100%", height: "21px" },
  ".cm-lint-marker-error": { content: "normal" },
  ".cm-lint-marker-warning": { content: "normal" },
  ".cm-lint-marker-info": { content: "normal" },
  ".cm-lint-marker-error::before": { ...gutterMark("var(--error)", "none"), borderRadius: "50%" },
  ".cm-lint-marker-warning::before": gutterMark("var(--warning)", "polygon(50% 0, 100% 100%, 0 100%)"),
  ".cm-lint-marker-info::before": gutterMark("var(--information)", "polygon(50% 0, 100% 50%, 50% 100%, 0 50%)"),
  ".cm-lintPoint::after": { display: "none" },
  ".cm-tooltip": {
    maxWidth: "min(480px, 90vw)",
    color: "var(--ink)",
    backgroundColor: "var(--raised)",
    border: "1px solid var(--edge)",
    borderRadius: "8px",
    boxShadow: "var(--shadow)",
    overflow: "hidden",
  },
  ".cm-tooltip.cm-tooltip-lint": { padding: "0" },
  ".cm-diagnostic": { padding: "8px 12px", margin: "0", font: "13px/1.45 var(--sans)" },
  ".cm-diagnostic-error": { borderLeft: "3px solid var(--error)" },
  ".cm-diagnostic-warning": { borderLeft: "3px solid var(--warning)" },
  ".cm-diagnostic-info": { borderLeft: "3px solid var(--information)" },
  ".cm-diagnostic code": { font: "0.92em var(--mono)", padding: "0 4px", borderRadius: "4px", background: "var(--line)" },
  ".cm-finding-detail": { marginTop: "2px", font: "12px/1.4 var(--mono)", color: "var(--soft)" },
  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--ink)" },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--edge)" },
  ".cm-panel.cm-search": { padding: "8px 28px 8px 12px", font: "13px var(--sans)" },
  ".cm-panel.cm-search :is(input, button, label)": { margin: "2px 6px 2px 0", font: "13px var(--sans)" },
  ".cm-panel.cm-search label": { display: "inline-flex", alignItems: "center", gap: "4px" },
  ".cm-panel.cm-search [name=close]": { top: "6px", right: "8px", fontSize: "18px", cursor: "pointer" },
  ".cm-textfield, .cm-button": {
    padding: "3px 8px",
    color: "var(--ink)",
    background: "var(--paper)",
    border: "1px solid var(--edge)",
    borderRadius: "6px",
  },
});

export const theme = [look, syntaxHighlighting(highlight)];
