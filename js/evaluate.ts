// FHIRPath: compiled expressions, what they are given and what they give.

import type { EvaluateOptions as PlainOptions } from "./generated/EvaluateOptions.js";
import type { WasmExpression, WasmResource } from "./generated/glue.js";
import { FhirkilnError } from "./error.js";
import { abandoned, type Call, type Handle, type Held, type Instance, release, wordsOf } from "./instance.js";
import type { Input } from "./input.js";
import { writeOptions } from "./options.js";
import { readValue, withResource } from "./parsed.js";

/** Options of one evaluation; all have defaults, and one that does not exist is an error. */
export interface EvaluateOptions extends Partial<PlainOptions> {
  /** Is told what `trace` notes; by {@link Expression.evaluate} only. */
  trace?: (name: string, values: Evaluated[]) => void;
}

/**
 * A function of the caller, for expressions: `name.initials('.')`. It is given the values of its input, and those of
 * each argument; `undefined` is nothing. What it throws ends the evaluation (`fhirpath-execution`).
 */
export type FhirPathFunction = (
  input: unknown[],
  ...args: unknown[][]
) => Scalar | readonly Scalar[] | null | undefined;
type Scalar = string | number | boolean;

/** Options of {@link Engine.compile}. */
export interface CompileOptions {
  /** Functions that the expression may use beside those of FHIRPath, which they do not replace. */
  functions?: Readonly<Record<string, FhirPathFunction>>;
}

/** One item of a result. */
export interface Evaluated {
  /** The value; a date, a time or a quantity of FHIRPath itself as a string. */
  value: unknown;
  /** Its type: `FHIR.HumanName`, `System.String`. */
  type: string;
  /** Where it stands in the input, as a FHIRPath location; not for what the expression made. */
  path?: string;
  /** Line of that place, from 1; only for text and bytes. */
  line?: number;
  /** Column of that place, from 1, in UTF-16 code units. */
  column?: number;
}

// What `WasmExpression.values` answers in place of a node; what is left is FALSE.
const NOTHING = -1;
const TRUE = -3;
/** What is less, is less by the number of nodes. */
const VALUES = -4;

/** Compiles an expression for the engine that `call` calls. @internal */
export let createExpression: (text: string, options: CompileOptions, call: Call) => Expression;

/**
 * A FHIRPath expression that was compiled ({@link Engine.compile}), to be evaluated on many resources. It can be
 * used as long as its engine is not freed.
 *
 * ```js
 * const given = engine.compile("name.given");
 * const patient = engine.parse(text); // read once
 * given.values(patient); // ["Ada"]
 * given.evaluate(patient); // [{ value: "Ada", type: "FHIR.string", path: "Patient.name[0].given[0]", … }]
 * ```
 *
 * Each of the three throws FhirkilnError `input`, `input-damaged`, `options`, `fhirpath-semantic` (where it is to
 * be `strict`), `fhirpath-execution`, `fhirpath-limit`, `fhirpath-unavailable`, `freed`, `internal`.
 */
export class Expression {
  readonly #text: string;
  readonly #functions: [string, FhirPathFunction][];
  readonly #call: Call;
  #held: Held<WasmExpression> | undefined;

  private constructor(text: string, { functions = {} }: CompileOptions, call: Call) {
    this.#text = text;
    this.#functions = Object.entries(functions);
    if (this.#functions.some(([, it]) => typeof it !== "function")) {
      throw new FhirkilnError("options", "`functions` has something that is no function.");
    }
    this.#call = call;
    call((engine) => this.#in(engine));
  }

  static {
    createExpression = (text, options, call) => new Expression(text, options, call);
  }

  /** The items, each with its type and place. */
  evaluate(input: Input, options: EvaluateOptions = {}): Evaluated[] {
    const { trace, ...plain } = options;
    const json = writeOptions(plain);
    return this.#call((engine) =>
      withResource(input, engine, (resource, located) =>
        readEvaluation(this.#in(engine).evaluate(resource, json), located, trace),
      ),
    );
  }

  /**
   * The values of the items alone: faster, where types and places are of no interest. An element of a
   * {@link ParsedResource} is the same object each time, as if it had been parsed whole: do not change it.
   */
  values(input: Input, options?: EvaluateOptions): unknown[] {
    const json = options && writePlain(options);
    return this.#call((engine) =>
      withResource(input, engine, (resource) => {
        const expression = this.#in(engine);
        const found = expression.values(resource, json);
        if (found >= 0) return [readValue(input, resource, found)];
        if (found === NOTHING) return [];
        if (found < VALUES) return readNodes(expression, VALUES - found, input, resource, engine.instance);
        return found === VALUES ? expression.takeValues()! : [found === TRUE];
      }),
    );
  }

  /**
   * The result as one truth, the fastest question: undefined where there is none; one item that is no Boolean
   * counts as true, and several are an error.
   */
  isTrue(input: Input, options?: EvaluateOptions): boolean | undefined {
    const json = options && writePlain(options);
    const truth = this.#call((engine) =>
      withResource(input, engine, (resource) => this.#in(engine).isTrue(resource, json)),
    );
    return truth < 0 ? undefined : truth > 0;
  }

  /** Gives its memory back at once, rather than when it is collected. It is compiled anew if it is used again. */
  free(): void {
    if (this.#held === undefined) return;
    abandoned?.unregister(this);
    release(this.#held);
    this.#held = undefined;
  }

  /** The expression inside an instance, compiled anew where a trap spoilt the other. */
  #in({ instance, object }: Handle): WasmExpression {
    if (this.#held?.instance !== instance) {
      abandoned?.unregister(this);
      const names = this.#functions.map(([name]) => name);
      const functions = this.#functions.map(([, it]) => it);
      this.#held = { instance, object: object.compile(this.#text, names, functions) };
      abandoned?.register(this, this.#held, this);
    }
    return this.#held.object;
  }
}

export interface Expression {
  /** {@link Expression.free}, for `using`. */
  [Symbol.dispose](): void;
}

// Older runtimes lack the symbol.
if (Symbol.dispose) Expression.prototype[Symbol.dispose] = Expression.prototype.free;

function writePlain({ trace: _, ...plain }: EvaluateOptions): string {
  return writeOptions(plain);
}

/** The values of several nodes. */
function readNodes(
  expression: WasmExpression,
  count: number,
  input: Input,
  resource: WasmResource,
  instance: Instance,
): unknown[] {
  const first = expression.nodes() >>> 2;
  const values = new Array<unknown>(count);
  for (let at = 0; at < count; at++) {
    // Making a value may replace the view, but does not move the nodes.
    values[at] = readValue(input, resource, wordsOf(instance)[first + at]!);
  }
  return values;
}

/** The values of an answer; traces are told as they were noted. */
function readEvaluation(json: string, located: boolean, trace: EvaluateOptions["trace"]): Evaluated[] {
  const { values, traces } = JSON.parse(json) as {
    values: Evaluated[];
    traces: { name: string; values: Evaluated[] }[];
  };
  for (const { name, values: noted } of traces) trace?.(name, noted);
  if (!located) {
    for (const value of values) {
      delete value.line;
      delete value.column;
    }
  }
  return values;
}
