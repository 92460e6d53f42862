// JSON laid out in lines, with the place of each value in the text by its FHIRPath location.

import type { Range } from "../diagnostics";

/** The text, and where its values are. */
export interface Layout {
  text: string;
  /** By path, as {@link plainPath} writes it. */
  values: Map<string, Range>;
}

/** A number as it is written: `5.40` is not `5.4`. */
class Numeral {
  constructor(readonly text: string) {}
}

/** Lays JSON, whose path is `root`, out as `JSON.stringify(value, null, 2)` does. */
export function layOut(json: string, root: string): Layout {
  const values = new Map<string, Range>();
  let text = "";
  const write = (value: unknown, path: string, indent: string): void => {
    const from = text.length;
    if (value instanceof Numeral) text += value.text;
    else if (typeof value !== "object" || value === null) text += JSON.stringify(value);
    else {
      const isArray = Array.isArray(value);
      const inner = `${indent}  `;
      let before = "";
      text += isArray ? "[" : "{";
      for (const [name, item] of Object.entries(value)) {
        text += `${before}\n${inner}`;
        before = ",";
        if (!isArray) text += `${JSON.stringify(name)}: `;
        // `_birthDate` holds what else there is of `birthDate`.
        write(item, isArray ? `${path}[${name}]` : `${path}.${name.replace(/^_/, "")}`, inner);
      }
      text += `${before && `\n${indent}`}${isArray ? "]" : "}"}`;
    }
    if (!values.has(path)) values.set(path, { from, to: text.length });
  };
  write(JSON.parse(json, asWritten), root, "");
  return { text: `${text}\n`, values };
}

/** Older browsers do not tell how a number is written. */
function asWritten(_name: string, value: unknown, context?: { source: string }): unknown {
  return typeof value === "number" ? new Numeral(context?.source ?? String(value)) : value;
}

/** A FHIRPath location by the names that JSON has: `value.ofType(Quantity)` is `valueQuantity`. */
export function plainPath(location: string): string {
  return location.replace(/\.ofType\((\w)(\w*)\)/g, (_, first: string, rest: string) => first.toUpperCase() + rest);
}
