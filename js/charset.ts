// The East Asian character sets of HL7 v2, which the WebAssembly module does not have and every runtime does.

/** Names of table 0211 in MSH-18, and what `TextDecoder` calls them. */
const LABELS: Record<string, string> = {
  "ISO IR87": "iso-2022-jp",
  "GB 18030-2000": "gb18030",
  "KS X 1001": "euc-kr",
  "BIG-5": "big5",
};

/** How far to look for MSH-18. */
const HEAD = 4096;

/** The text of a message in one of these character sets; other bytes as they are. */
export function decodeMessage(bytes: Uint8Array): Uint8Array | string {
  if (bytes[0] !== 0x4d || bytes[1] !== 0x53 || bytes[2] !== 0x48) return bytes; // MSH
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, HEAD));
  const fields = head.split(/[\r\n]/, 1)[0]!.split(head[3]!);
  // The separator itself is MSH-1.
  const names = fields[17]?.split(fields[1]?.[1] ?? "~") ?? [];
  // Those that are more than ASCII stand behind it.
  const name = names.find((name) => !/^\s*(ASCII|ISO IR6)?\s*$/.test(name))?.trim() ?? "";
  const label = Object.hasOwn(LABELS, name) ? LABELS[name] : undefined;
  return label === undefined ? bytes : new TextDecoder(label).decode(bytes);
}
