// Why a command stopped.

import { isRefusal, type Refusal } from "../instance.js";

/** Says what the exit code is: 2 where the arguments are wrong, 3 where something needed is not there. */
export class Failure extends Error {
  constructor(
    readonly exitCode: 2 | 3,
    message: string,
    /** Whether `--help` would help. */
    readonly isUsage = exitCode === 2,
  ) {
    super(message);
  }
}

/** Why a file could not be read, in the words of the native command line. */
export function reason(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case "ENOENT":
      return "there is no such file";
    case "EACCES":
    case "EPERM":
      return "permission denied";
    case "EISDIR":
      return "it is a folder";
    default:
      return "input/output error";
  }
}

/** Calls the engine, which throws a refusal for what it does not understand; `before` is put before why. */
export function understood<T>(exitCode: 2 | 3, before: string, call: () => T): T {
  try {
    return call();
  } catch (thrown) {
    const { code, message } = refusal(thrown);
    throw new Failure(exitCode, before + message, exitCode === 2 && code === "options");
  }
}

/** What the engine says of a call that it does not understand. Anything else that is thrown is a trap. */
export function refusal(thrown: unknown): Refusal {
  if (!isRefusal(thrown)) throw thrown;
  return thrown;
}

/** Calls the engine, which throws nothing for an input: what it throws is a trap, and its state is lost. */
export function untrapped<T>(source: string, call: () => T): T {
  try {
    return call();
  } catch {
    const message = `The engine stopped at \`${source}\`: a defect in fhirkiln, or no memory left`;
    throw new Failure(3, message);
  }
}
