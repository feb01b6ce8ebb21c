/** Error answers (RFC 9457) as values to show: code, what happened, what to do. */
import { zProblem } from "@cordon/model/api/nouns";
import { AppError, messageOf } from "@cordon/model/error";

/** An answer with an error status. Decide on `code` and `status`, show `message` and `fix`. */
export class ApiProblem extends AppError {
  readonly status: number;

  constructor(code: string, message: string, more: { status: number; retry: "later" | "never"; fix?: string }) {
    super(code, message, more);
    this.name = "ApiProblem";
    this.status = more.status;
  }
}

export async function readProblem(response: Response): Promise<ApiProblem> {
  const parsed = zProblem.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) {
    const retry = response.status >= 500 || response.status === 429 ? "later" : "never";
    return new ApiProblem(`http-${response.status}`, `The server answered ${response.status}.`, {
      status: response.status,
      retry,
    });
  }
  const { status, code, detail, title, retry, fix } = parsed.data;
  return new ApiProblem(code, detail || title, { status, retry, ...(fix === undefined ? {} : { fix }) });
}

export interface ShownProblem {
  readonly code: string;
  readonly message: string;
  readonly fix?: string;
}

export function shownProblem(error: unknown): ShownProblem {
  if (error instanceof AppError) {
    return { code: error.code, message: error.message, ...(error.fix === undefined ? {} : { fix: error.fix }) };
  }
  return { code: "bug", message: messageOf(error) };
}

export const isStatus = (error: unknown, status: number): boolean =>
  error instanceof ApiProblem && error.status === status;
