/** Failures of the world. Expected outcomes are values; bugs are assertions; this is what lies between. */

export type Retry = "later" | "never";

/** `code` is what programs decide on; `message` names what is wrong and where, for people; `fix` says what to do. */
export class AppError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly retry: Retry;
  readonly fix: string | undefined;

  constructor(code: Code, message: string, options: { retry?: Retry; cause?: unknown; fix?: string } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.retry = options.retry ?? "never";
    this.fix = options.fix;
  }
}

/** Ends a `switch` over a union: a new kind must break the build wherever someone has to answer for it. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
