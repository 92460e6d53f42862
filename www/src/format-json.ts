// Indents JSON without reading its values: every string and number keeps the characters it was
// written with, which a decimal of FHIR depends on (1.00 is not 1.0).

const TOKEN = /"(?:[^"\\]|\\.)*"|[^\s{}[\],:"]+|[{}[\],:]/g;

/** The indented text, or nothing where `text` is not well-formed JSON. */
export function formatJson(text: string): string | null {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  const out: string[] = [];
  let depth = 0;
  let opened = false;
  const newLine = () => out.push("\n", "  ".repeat(depth));
  for (const [token] of text.matchAll(TOKEN)) {
    const closes = token === "}" || token === "]";
    if (closes) depth -= 1;
    if (opened !== closes) newLine();
    out.push(token === ":" ? ": " : token);
    if (token === ",") newLine();
    opened = token === "{" || token === "[";
    if (opened) depth += 1;
  }
  return out.join("") + "\n";
}
