// FHIRPath: what `engine.evaluate` is given and gives.

/** Options of one evaluation; all have defaults, and one that does not exist is an error. */
export interface EvaluateOptions {
  /** An expression for where to begin: the result is that of each of its items, one after the other. */
  context?: string;
  /** Variables by name, without `%`. */
  variables?: Record<string, Variable | readonly Variable[]>;
  /** Refuse an expression that names an element which the type of the input does not have. */
  strict?: boolean;
  /** The present, for `now()` and its kind; by default what the clock says. */
  now?: string;
  /** Is told what `trace` notes. */
  trace?: (name: string, values: Evaluated[]) => void;
}

/** The value of a variable. */
export type Variable = string | number | boolean;

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

/** The options as JSON text, without the function. */
export function evaluateOptions(options: EvaluateOptions): string {
  const { trace: _, now = new Date().toISOString(), ...others } = options;
  return JSON.stringify({ now, ...others });
}

/** The values of an answer; traces are told as they were noted. */
export function readEvaluation(json: string, located: boolean, options: EvaluateOptions): Evaluated[] {
  const { values, traces } = JSON.parse(json) as {
    values: Evaluated[];
    traces: { name: string; values: Evaluated[] }[];
  };
  for (const { name, values: noted } of traces) options.trace?.(name, noted);
  if (!located) {
    for (const value of values) {
      delete value.line;
      delete value.column;
    }
  }
  return values;
}
