// Reading inputs in pieces, so that an NDJSON file of any length takes a constant amount of memory.

import { createReadStream, readFileSync } from "node:fs";
import { reason } from "./failure.js";
import { type Inputs, isNdjson, STDIN } from "./inputs.js";

/** A piece of input that can be validated by itself, or why there is none. */
export type Piece =
  | { source: string; kind: "document"; bytes: Uint8Array }
  /** Whole lines with a resource on each, of which the first is line `firstLine` of the source. */
  | { source: string; kind: "lines"; bytes: Uint8Array; firstLine: number }
  | { source: string; kind: "unread"; reason: string };

/** What to say of an input that could not be read. */
export const unread = ({ source, reason }: { source: string; reason: string }) =>
  `Cannot read \`${source}\`: ${reason}`;

type Chunks = AsyncIterable<Buffer>;

const READ = 256 * 1024;
const NEWLINE = 10;

/** Reads the inputs in order. What cannot be read is yielded as such, and the next is read. */
export async function* readPieces(inputs: Inputs, ndjson: boolean): AsyncGenerator<Piece> {
  for (const input of inputs.list) {
    const source = input === STDIN ? "<stdin>" : input;
    try {
      if (input === STDIN) {
        yield* readStdin(source, ndjson);
      } else if (ndjson || isNdjson(input)) {
        yield* readLines(source, createReadStream(input, { highWaterMark: READ }));
      } else {
        yield { source, kind: "document", bytes: readFileSync(input) };
      }
    } catch (error) {
      yield { source, kind: "unread", reason: reason(error) };
    }
  }
}

/**
 * Standard input is NDJSON where it is said to be, or where its first line is an object by itself and another
 * begins on the next.
 */
async function* readStdin(source: string, ndjson: boolean): AsyncGenerator<Piece> {
  if (ndjson) return yield* readLines(source, process.stdin);
  const chunks = process.stdin[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const head: Buffer[] = [];
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    head.push(next.value);
    const begun = Buffer.concat(head);
    const verdict = isSeveral(begun);
    if (verdict) return yield* readLines(source, resume([begun], chunks));
    if (verdict === false) break;
  }
  const rest: Buffer[] = [];
  for await (const chunk of resume(head, chunks)) rest.push(chunk);
  yield { source, kind: "document", bytes: Buffer.concat(rest) };
}

/** Whether a text that begins like this holds an object on each line; undefined where more must be seen. */
function isSeveral(begun: Buffer): boolean | undefined {
  const end = begun.indexOf(NEWLINE);
  if (end < 0) return undefined;
  const line = begun.toString("latin1", 0, end).trim();
  if (!line.startsWith("{") || !line.endsWith("}")) return false;
  const next = begun.toString("latin1", end, end + 1000).trimStart();
  return next === "" ? undefined : next.startsWith("{");
}

async function* resume(head: Buffer[], rest: AsyncIterator<Buffer>): Chunks {
  yield* head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

/** Yields the whole lines of each chunk, so that what is slow to arrive is not slow to be reported. */
async function* readLines(source: string, chunks: Chunks): AsyncGenerator<Piece> {
  let pending: Buffer[] = [];
  let firstLine = 1;
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      const bytes = Buffer.concat([...pending, chunk.subarray(0, end)]);
      yield { source, kind: "lines", bytes, firstLine };
      firstLine += countLines(bytes);
      pending = [];
    }
    if (end < chunk.length) pending.push(chunk.subarray(end));
  }
  if (pending.length > 0) yield { source, kind: "lines", bytes: Buffer.concat(pending), firstLine };
}

function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}
