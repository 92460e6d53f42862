// Damaged resources for fuzzing: the same for the same seed, on every machine.

/** What breaks parsers, and what FHIR gives a meaning to. */
const TOKENS = [
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  '"',
  "null",
  "true",
  "1e999",
  "-0",
  "0.0000001",
  "9007199254740993",
  '"\\ud800"',
  "\\u0000",
  "\ufeff",
  '"resourceType":"Bundle"',
  '"contained":[{}]',
  '"extension":[{"url":"x"}]',
  '"_id":{}',
  '"_birthDate":null',
  '"reference":"#"',
  '"id":""',
  '"div":"<div>"',
  '"2024-02-30T25:61:61Z"',
].map((text) => new TextEncoder().encode(text));
const DEEP = [50, 600, 5000].flatMap((depth) =>
  ["[", '{"a":', '{"extension":[', '{"contains":['].map((text) =>
    new TextEncoder().encode(text.repeat(depth)),
  ),
);

/** A source of numbers from 0 to `below` - 1 (mulberry32). */
export function random(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** One of the inputs, with one to eight changes. */
export function mutate(next, inputs) {
  let bytes = inputs[next(inputs.length)];
  for (let changes = 1 + next(8); changes > 0; changes--) bytes = change(next, bytes, inputs);
  return bytes;
}

function change(next, bytes, inputs) {
  const at = next(bytes.length + 1);
  const to = Math.min(bytes.length, at + next(64));
  switch (next(7)) {
    case 0: // another byte
      return splice(bytes, at, at + 1, Uint8Array.of(next(256)));
    case 1: // a piece less
      return splice(bytes, at, to, new Uint8Array());
    case 2: // a piece twice
      return splice(bytes, at, at, bytes.subarray(at, to));
    case 3: // a token more
      return splice(bytes, at, at, TOKENS[next(TOKENS.length)]);
    case 4: // a token instead
      return splice(bytes, at, to, TOKENS[next(TOKENS.length)]);
    case 5: {
      // the rest of another input
      const other = inputs[next(inputs.length)];
      return splice(bytes, at, bytes.length, other.subarray(next(other.length)));
    }
    default: // deep nesting, rarely
      return next(20) === 0 ? splice(bytes, at, at, DEEP[next(DEEP.length)]) : bytes.subarray(0, at);
  }
}

function splice(bytes, from, to, piece) {
  return Buffer.concat([bytes.subarray(0, from), piece, bytes.subarray(to)]);
}
