// Cuts the surroundings of one place out of a file that is too large for the editor.

import type { Excerpt } from "./protocol";

const LINES_AROUND = 60;
const LONG_LINE = 64 * 1024;
const COLUMNS_AROUND = 400;
const LF = 10;

/** The lines around `line`; where that line is very long, as in a minified file, only a part of it. */
export function readExcerpt(bytes: Uint8Array, line: number, column: number): Excerpt {
  const start = skipLines(bytes, 0, line - 1);
  const end = skipLines(bytes, start, 1);
  if (end - start > LONG_LINE) return partOfLine(bytes.subarray(start, end), line, column);

  let firstLine = line;
  let from = start;
  while (firstLine > 1 && line - firstLine < LINES_AROUND) {
    const before = bytes.lastIndexOf(LF, from - 2) + 1;
    if (start - before > LONG_LINE) break;
    from = before;
    firstLine -= 1;
  }
  const until = Math.min(skipLines(bytes, end, LINES_AROUND), end + LONG_LINE);
  const text = new TextDecoder().decode(bytes.subarray(from, until));
  return { firstLine, firstColumn: 1, text: text.replace(/\n$/, "") };
}

function partOfLine(bytes: Uint8Array, line: number, column: number): Excerpt {
  const from = Math.max(0, column - 1 - COLUMNS_AROUND);
  const text = new TextDecoder().decode(bytes).slice(from, column - 1 + COLUMNS_AROUND);
  return { firstLine: line, firstColumn: from + 1, text };
}

/** The offset after `count` more line feeds, or the end. */
function skipLines(bytes: Uint8Array, from: number, count: number): number {
  let offset = from;
  for (let passed = 0; passed < count; passed += 1) {
    const feed = bytes.indexOf(LF, offset);
    if (feed < 0) return bytes.length;
    offset = feed + 1;
  }
  return offset;
}
