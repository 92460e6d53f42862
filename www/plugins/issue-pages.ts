// Ships the pages of `docs/issues`, one on each issue code, with the page: `virtual:issue-pages` is a
// table from code to HTML, made from the Markdown at build time.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { marked } from "marked";
import type { Plugin } from "vite";

const NAME = "virtual:issue-pages";
const RESOLVED = `\0${NAME}`;
const INDEX = "README.md";

export function issuePages(folder: string): Plugin {
  return {
    name: "issue-pages",
    resolveId: (id) => (id === NAME ? RESOLVED : null),
    load(id) {
      if (id !== RESOLVED) return null;
      const pages: Record<string, string> = {};
      for (const file of existsSync(folder) ? readdirSync(folder).sort() : []) {
        if (!file.endsWith(".md") || file === INDEX) continue;
        const path = join(folder, file);
        this.addWatchFile(path);
        pages[file.slice(0, -3)] = render(readFileSync(path, "utf8"));
      }
      return `export default ${JSON.stringify(pages)};`;
    },
  };
}

/** Without the title and the message: the finding shows them already. */
function render(markdown: string): string {
  return marked.parse(markdown.replace(/^# .*\n+(?:> .*\n+)*/, ""), { async: false });
}
