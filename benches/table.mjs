// Tables as Markdown has them.

/** The first column is text, the others are numbers. */
export function table(head, rows) {
  const row = (cells) => `| ${cells.join(" | ")} |`;
  return [row(head), row(head.map((_, index) => (index === 0 ? "---" : "---:"))), ...rows.map(row)].join("\n");
}
