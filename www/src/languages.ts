// The languages of the editors: JSON and XML for resources, told apart by the first character, and FHIRPath.

import { json } from "@codemirror/lang-json";
import { xmlLanguage } from "@codemirror/lang-xml";
import { StreamLanguage } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

/** How a resource is written. */
export type Format = "json" | "xml";

/** The format that a text is meant to be in, as the engine sees it: XML begins with `<`, and nothing in JSON does. */
export function formatOf(text: string): Format {
  return /^\uFEFF?\s*</.test(text) ? "xml" : "json";
}

/** What an editor of resources needs for a format. */
export function languageOf(format: Format): Extension {
  const name = format.toUpperCase();
  return [
    format === "xml" ? xmlLanguage : json(),
    EditorView.contentAttributes.of({ "aria-label": `FHIR resource as ${name}`, spellcheck: "false" }),
  ];
}

const OPERATORS = /^(?:and|or|xor|implies|is|as|in|contains|div|mod)\b/;

/** Colours of FHIRPath; what an expression means is the engine's to say. */
export const fhirpath = StreamLanguage.define({
  name: "FHIRPath",
  token(stream) {
    if (stream.eatSpace()) return null;
    if (stream.match(/^\/\/.*/) || stream.match(/^\/\*.*?\*\//)) return "comment";
    if (stream.match(/^'(?:[^'\\]|\\.)*'?/)) return "string";
    if (stream.match(/^@[\dT:.Z+-]+/) || stream.match(/^\d+(?:\.\d+)?/)) return "number";
    if (stream.match(/^%(?:`[^`]*`|'[^']*'|[\w-]+)/) || stream.match(/^\$\w+/)) return "variableName";
    if (stream.match(OPERATORS) || stream.match(/^(?:true|false|\{\s*\})/)) return "atom";
    if (stream.match(/^(?:`[^`]*`|\w+)/)) return "propertyName";
    stream.next();
    return "punctuation";
  },
});
