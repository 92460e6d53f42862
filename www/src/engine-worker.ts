// The engine in its own thread: typing never waits for it, and what it is given leaves it only as
// findings. It is born without the right to open a connection.

import { Engine } from "fhirkiln/slim";
import { readExcerpt } from "./excerpt";
import type { Reply, Request } from "./protocol";

let engine: Engine | undefined;

addEventListener("message", async ({ data }: MessageEvent<Request>) => {
  try {
    postMessage(await answer(data));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    postMessage({ kind: "failed", id: "id" in data ? data.id : null, message } satisfies Reply);
  }
});

async function answer(request: Request): Promise<Reply> {
  switch (request.kind) {
    case "load":
      engine = await Engine.load({ packs: [request.pack], wasm: request.module });
      return { kind: "ready" };
    case "validate":
      return validate(request);
    case "excerpt": {
      const bytes = await readBytes(request.file);
      return { kind: "excerpt", id: request.id, excerpt: readExcerpt(bytes, request.line, request.column) };
    }
  }
}

async function validate({ id, input }: Request & { kind: "validate" }): Promise<Reply> {
  if (!engine) throw new Error("The engine is not loaded");
  const content = typeof input === "string" ? input : await readBytes(input);
  const start = performance.now();
  const outcome = engine.validate(content);
  const milliseconds = performance.now() - start;
  const bytes = typeof content === "string" ? new Blob([content]).size : content.length;
  return { kind: "outcome", id, outcome, milliseconds, bytes };
}

async function readBytes(file: Blob): Promise<Uint8Array> {
  return new Uint8Array(await file.arrayBuffer());
}
