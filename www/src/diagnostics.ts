// Findings in an editor: which part of the text one is about, and what is said there.

import type { Diagnostic } from "@codemirror/lint";
import type { Text } from "@codemirror/state";
import { element, quoted } from "./dom";
import type { Finding } from "./outcome";

/** Where something stands; both count from 1, columns in UTF-16 code units, as CodeMirror does. */
export interface Place {
  line?: number | null | undefined;
  column?: number | null | undefined;
}

/** A part of a text. */
export interface Range {
  from: number;
  to: number;
}

/** Where a place is in a document that begins at `first`; nothing where it is beyond. */
export function rangeOf(
  doc: Text,
  { line, column }: Place,
  { firstLine, firstColumn } = { firstLine: 1, firstColumn: 1 },
): Range | null {
  const number = (line ?? 1) - firstLine + 1;
  if (number < 1 || number > doc.lines) return null;
  const target = doc.line(number);
  const offset = (column ?? 1) - firstColumn;
  if (offset < 0) return null;
  const from = Math.min(target.from + offset, target.to);
  return { from, to: from + tokenLength(target.text.slice(from - target.from)) };
}

/** What the finding at its start is about: a tag, a string, a comment, a word, or one character. */
const TOKEN = /^(?:<\/?[\w:.-]+|"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|\/\/.*|[\w.+-]+|.)/u;

function tokenLength(rest: string): number {
  return TOKEN.exec(rest)?.[0].length ?? 0;
}

/** A finding as the editor shows it. */
export function diagnosticOf(finding: Finding, range: Range): Diagnostic {
  const severity = finding.severity === "information" ? "info" : finding.severity;
  return { ...range, severity, message: finding.message, renderMessage: () => tooltip(finding) };
}

function tooltip(finding: Finding): HTMLElement {
  const box = element("div");
  const message = element("div");
  message.append(...quoted(finding.message));
  const detail = [finding.code, finding.expression].filter(Boolean).join(" · ");
  box.append(message, element("div", "cm-finding-detail", detail));
  return box;
}
