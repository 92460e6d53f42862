// Lets the browser fetch the engine's files while it still reads the script that asks for them.

import type { HtmlTagDescriptor, Plugin } from "vite";

/** The module, and the pack that most visits begin with. */
const ENGINE_FILES = /\.wasm$|\br4-[^/]*\.pack$/;

export function preload(): Plugin {
  return {
    name: "preload",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(_html, { bundle }) {
        const files = Object.keys(bundle ?? {}).filter((file) => ENGINE_FILES.test(file));
        return files.map(
          (file): HtmlTagDescriptor => ({
            tag: "link",
            attrs: { rel: "preload", as: "fetch", href: `./${file}`, crossorigin: true },
            injectTo: "head",
          }),
        );
      },
    },
  };
}
