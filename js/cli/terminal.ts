// What a stream of output is good for.

import type { WriteStream } from "node:tty";

/** True for a terminal, unless it or its user does not want colours (https://no-color.org). */
export function isColoured(stream: Pick<WriteStream, "isTTY">): boolean {
  return stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb";
}
