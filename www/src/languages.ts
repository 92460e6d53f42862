// The languages of the editors: JSON and XML for resources, told apart by the first character, and FHIRPath.

import { json } from "@codemirror/lang-json";
import { xmlLanguage } from "@codemirror/lang-xml";
import { StreamLanguage } from "@codemirror/language";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
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
const KEYWORDS =
  /^(?:map|uses|alias|imports|source|target|queried|produced|group|extends|types|then|where|check|log|default|share|first|last|single|only_one|not_first|not_last|let|conceptmap|prefix|as|in|and|or|is)\b/;

/** FHIRPath, and the FHIR Mapping Language, which has the same literals and names. */
function coloured(name: string, words: RegExp): Extension {
  return StreamLanguage.define({
    name,
    languageData: { commentTokens: { line: "//" } },
    token(stream) {
      if (stream.eatSpace()) return null;
      if (stream.match(/^\/\/.*/) || stream.match(/^\/\*.*?\*\//)) return "comment";
      if (stream.match(/^'(?:[^'\\]|\\.)*'?/) || stream.match(/^"(?:[^"\\]|\\.)*"?/)) return "string";
      if (stream.match(/^@[\dT:.Z+-]+/) || stream.match(/^\d+(?:\.\d+)?/)) return "number";
      if (stream.match(/^%(?:`[^`]*`|'[^']*'|[\w-]+)/) || stream.match(/^\$\w+/)) return "variableName";
      if (stream.match(words) || stream.match(/^(?:true|false|\{\s*\})/)) return "atom";
      if (stream.match(/^(?:`[^`]*`|\w+)/)) return "propertyName";
      stream.next();
      return "punctuation";
    },
  });
}

/** Colours of FHIRPath; what an expression means is the engine's to say. */
export const fhirpath = coloured("FHIRPath", OPERATORS);

/** Colours of maps. */
export const mappingLanguage = coloured("FHIR Mapping Language", KEYWORDS);

/** Has an editor follow what its text is: `languageOf` of what `detect` says of the beginning. */
export function followLanguage<Name extends string>(
  first: Name,
  detect: (beginning: string) => Name,
  languageOf: (name: Name) => Extension,
  changed: (name: Name) => void = () => {},
): Extension {
  const language = new Compartment();
  let current = first;
  const follow = EditorState.transactionExtender.of(({ docChanged, newDoc }) => {
    const name = docChanged ? detect(newDoc.sliceString(0, 1000)) : current;
    if (name === current) return null;
    current = name;
    changed(name);
    return { effects: language.reconfigure(languageOf(name)) };
  });
  return [language.of(languageOf(first)), follow];
}
