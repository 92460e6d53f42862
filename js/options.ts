// Options as they enter the engine.

import { FhirkilnError } from "./error.js";

/** JSON text; what JSON drops (`undefined`) stays a default. */
export function writeOptions(options: object | undefined): string {
  if (options === undefined) return "{}";
  try {
    return JSON.stringify(options) ?? "null";
  } catch (cause) {
    throw new FhirkilnError("options", "The options cannot be written as JSON.", { cause });
  }
}
