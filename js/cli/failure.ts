// Why a command stopped.

/** Says what the exit code is: 2 where the arguments are wrong, 3 where something needed is not there. */
export class Failure extends Error {
  constructor(
    readonly exitCode: 2 | 3,
    message: string,
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

/** Calls the engine, which throws JSON text for what it does not understand; `before` is put before why. */
export function understood<T>(exitCode: 2 | 3, before: string, call: () => T): T {
  try {
    return call();
  } catch (thrown) {
    if (typeof thrown !== "string") throw thrown;
    throw new Failure(exitCode, before + (JSON.parse(thrown) as { message: string }).message);
  }
}
