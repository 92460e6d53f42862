// The engine in its own thread: typing never waits for it, and what it is given leaves it only as
// findings. It is born without the right to open a connection.

import { Engine, type Evaluated, FhirkilnError } from "fhirkiln/slim";
import { readExcerpt } from "./excerpt";
import type { Conversion, Evaluation, Input, Item, Mistake, Question, Reply, Request, Transformation } from "./protocol";

/** Items of a result that are shown, and characters of each. */
const MOST_ITEMS = 500;
const MOST_CHARACTERS = 2000;

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
      engine = await Engine.load({ packs: request.packs, wasm: request.module });
      if (request.resources) engine = await engine.with({ resources: request.resources });
      return { kind: "ready" };
    case "validate":
      return validate(request);
    case "evaluate":
      return { kind: "evaluate", id: request.id, result: await asked(() => evaluate(request)) };
    case "write":
      return { kind: "write", id: request.id, result: await asked(() => write(request)) };
    case "convert":
      return { kind: "convert", id: request.id, result: await asked(() => convert(request)) };
    case "transform":
      return { kind: "transform", id: request.id, result: await asked(() => transform(request)) };
    case "profiles":
      return { kind: "profiles", id: request.id, profiles: loaded().profiles() };
    case "excerpt": {
      const bytes = await readBytes(request.file);
      return { kind: "excerpt", id: request.id, excerpt: readExcerpt(bytes, request.line, request.column) };
    }
  }
}

async function validate({ id, input, profiles }: Request & { kind: "validate" }): Promise<Reply> {
  const content = await read(input);
  const start = performance.now();
  const outcome = loaded().validate(content, { profiles });
  const milliseconds = performance.now() - start;
  const bytes = typeof content === "string" ? new Blob([content]).size : content.length;
  return { kind: "validate", id, outcome, milliseconds, bytes };
}

async function convert({ input, bundle }: Question & { kind: "convert" }): Promise<Conversion> {
  const content = await read(input);
  const start = performance.now();
  const converted = loaded().convert(content, { bundle });
  return { converted, milliseconds: performance.now() - start };
}

async function transform({ input, map }: Question & { kind: "transform" }): Promise<Transformation> {
  const content = await read(input);
  const start = performance.now();
  const transformed = loaded().transform(map, content, { lineage: true });
  return { transformed, milliseconds: performance.now() - start };
}

async function evaluate({ input, expression }: Question & { kind: "evaluate" }): Promise<Evaluation> {
  const content = await read(input);
  const traces: Evaluation["traces"] = [];
  const trace = (name: string, values: Evaluated[]) => {
    if (traces.length < MOST_ITEMS) traces.push({ name, items: values.slice(0, MOST_ITEMS).map(item) });
  };
  const start = performance.now();
  const values = loaded().evaluate(expression, content, { trace });
  const milliseconds = performance.now() - start;
  return { items: values.slice(0, MOST_ITEMS).map(item), count: values.length, traces, milliseconds };
}

function item({ value, type, path, line, column }: Evaluated): Item {
  const json = JSON.stringify(value);
  const text = json.length > MOST_CHARACTERS ? `${json.slice(0, MOST_CHARACTERS)}…` : json;
  return { value: text, type, path, line, column };
}

async function write({ input, to }: Question & { kind: "write" }): Promise<string> {
  const content = await read(input);
  const text = to === "xml" ? loaded().toXml(content, { pretty: true }) : loaded().toJson(content, { pretty: true });
  return text.endsWith("\n") ? text : `${text}\n`;
}

/** The answer, or what is wrong with what was asked. What is wrong with the engine is thrown on. */
async function asked<T>(answer: () => Promise<T>): Promise<T | Mistake> {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof FhirkilnError) || error.code === "internal") throw error;
    const { code, start, end } = error;
    // The place is underlined.
    const message = start === undefined ? error.message : error.message.replace(/ \(at \d+ of the expression\)$/, "");
    return { code, message, isOfResource: code === "input-damaged", start, end };
  }
}

function loaded(): Engine {
  if (!engine) throw new Error("The engine is not loaded");
  return engine;
}

async function read(input: Input): Promise<string | Uint8Array> {
  return typeof input === "string" ? input : readBytes(input);
}

async function readBytes(file: Blob): Promise<Uint8Array> {
  return new Uint8Array(await file.arrayBuffer());
}
