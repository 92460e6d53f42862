// Whatever a caller has, as text or bytes that an instance can be given.

import { decodeMessage } from "./charset.js";
import { FhirkilnError } from "./error.js";
import type { ParsedResource } from "./parsed.js";

/**
 * A resource: JSON or XML text, its UTF-8 bytes, an object (then without lines and columns), or one that was read
 * before.
 */
export type Input = string | Uint8Array | ArrayBuffer | ParsedResource | object;

const LONE_SURROGATE = /\p{Surrogate}/gu;
/** No UTF-8 text holds this byte. */
const INVALID_UTF8 = Uint8Array.of(0xff);

/** An input, and whether lines and columns in it mean something to the caller. */
export interface Source {
  /** Text that UTF-8 can express, or bytes that may be UTF-8. */
  content: string | Uint8Array;
  located: boolean;
}

/** Reads what a caller gave to be validated. */
export function readInput(input: unknown): Source {
  if (typeof input === "string") return { content: wellFormed(input), located: true };
  const bytes = asBytes(input);
  if (bytes !== undefined) return { content: decodeMessage(bytes), located: true };
  return { content: stringify(input), located: false };
}

/** The same for later: callers may change or transfer their bytes meanwhile. */
export function keepInput(input: unknown): Source {
  const { content, located } = readInput(input);
  return { content: typeof content === "string" ? content : new Uint8Array(content), located };
}

/** Reads a resource that an engine is to know. */
export function readDefinition(input: unknown): string {
  if (typeof input === "string") return input;
  const bytes = asBytes(input);
  if (bytes === undefined) return stringify(input);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new FhirkilnError("resource-damaged", "A resource is not UTF-8.", { cause });
  }
}

/** The same as bytes. */
export function encodeDefinition(input: unknown): Uint8Array {
  return asBytes(input) ?? new TextEncoder().encode(readDefinition(input));
}

/**
 * The bytes of a buffer or of a view of one, copied: packs and packages are needed again after a trap, and
 * callers may reuse or transfer theirs. (`slice` would not do: that of Node's `Buffer` copies nothing.)
 */
export function copyBytes(value: unknown): Uint8Array | undefined {
  const bytes = asBytes(value);
  return bytes && new Uint8Array(bytes);
}

/** The same memory as bytes, where the value is a buffer or a view of one. */
function asBytes(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  // By name: a buffer may come from another realm (a frame, a Node vm context).
  const name = Object.prototype.toString.call(value);
  if (name === "[object ArrayBuffer]" || name === "[object SharedArrayBuffer]")
    return new Uint8Array(value as ArrayBuffer);
  return undefined;
}

/**
 * UTF-8 has no lone surrogates, and `TextEncoder` puts U+FFFD for them without a word. Here each becomes a
 * byte that UTF-8 does not allow, so that the engine reports it where it stands.
 */
function wellFormed(text: string): string | Uint8Array {
  if (isWellFormed(text)) return text;
  const encoder = new TextEncoder();
  const pieces = text
    .split(LONE_SURROGATE)
    .flatMap((piece, i) => [i === 0 ? new Uint8Array() : INVALID_UTF8, encoder.encode(piece)]);
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  pieces.reduce((at, piece) => (bytes.set(piece, at), at + piece.length), 0);
  return bytes;
}

function isWellFormed(text: string): boolean {
  const native = (text as { isWellFormed?: () => boolean }).isWellFormed;
  return native === undefined ? text.search(LONE_SURROGATE) < 0 : native.call(text);
}

/** The object as JSON text. */
export function stringify(value: unknown): string {
  let text: string | undefined;
  if (typeof value === "object" && value !== null) {
    try {
      text = JSON.stringify(value);
    } catch (cause) {
      throw new FhirkilnError(
        "input",
        "The object cannot be written as JSON: it is cyclic, too large, or holds a BigInt.",
        { cause },
      );
    }
  }
  if (text === undefined) {
    throw new FhirkilnError("input", "A resource must be JSON text, its UTF-8 bytes, or an object.");
  }
  return text;
}
