// What a stream of output is good for.

import type { WriteStream } from "node:tty";

/** Columns of a report that does not go to a terminal. */
const DEFAULT_WIDTH = 100;

/** Columns that a report can take. */
export const width = () => process.stdout.columns ?? DEFAULT_WIDTH;

/** True for a terminal, unless it or its user does not want colours (https://no-color.org). */
export function isColoured(stream: Pick<WriteStream, "isTTY">): boolean {
  return stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb";
}
