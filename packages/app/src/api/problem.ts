/** Errors on the wire: RFC 9457 problem details. Programs decide on `code`; people read `detail` and `fix`. */
import { AppError } from "@cordon/model/error";
import { ZodError } from "zod";

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly fix?: string;
  readonly retry: "later" | "never";
}

/** HTTP status by code; what is not listed is a fault of ours: 500, with the text kept in the log only. */
const STATUS: Readonly<Record<string, number>> = {
  "bad-request": 400,
  "config-invalid": 400,
  "query-invalid": 400,
  "playbook-variables": 400,
  "variable-missing": 400,
  "bad-query": 400,
  "query-too-large": 400,
  "note-too-long": 400,
  "input-damaged": 400,
  "not-signed-in": 401,
  "not-allowed": 403,
  "person-not-allowed": 403,
  "own-proposal": 403,
  "not-found": 404,
  "action-unknown": 404,
  "incident-unknown": 404,
  "playbook-unknown": 404,
  "task-unknown": 404,
  "method-not-allowed": 405,
  conflict: 409,
  "already-closed": 409,
  "undo-expired": 409,
  "incident-closed": 409,
  "already-running": 409,
  "already-approved": 409,
  "grant-used": 409,
  "no-approval-needed": 409,
  "cannot-revert": 409,
  "cannot-renew": 409,
  "cannot-plan": 409,
  "breaker-closed": 409,
  "gates-not-passed": 409,
  "too-few": 409,
  "model-damaged": 409,
  "model-foreign": 409,
  "model-malformed": 409,
  "schema-differs": 409,
  "playbook-not-runnable": 409,
  "kill-switch-on": 409,
  "approval-expired": 410,
  "plan-changed": 412,
  "body-too-large": 413,
  "input-bomb": 413,
  "unsupported-encoding": 415,
  "spool-full": 429,
  "journal-busy": 503,
  "journal-contended": 503,
  "data-locked": 503,
  "data-read-only": 503,
  "disk-failed": 503,
  "spool-closed": 503,
  stopped: 503,
  unavailable: 503,
  "disk-full": 507,
};

const TITLES: Readonly<Record<number, string>> = {
  400: "The request is not valid",
  401: "Sign in first",
  403: "Not allowed",
  404: "Not found",
  405: "Not this method",
  409: "In conflict with the present state",
  410: "Too late",
  412: "It has changed since you looked",
  413: "Too large",
  415: "Encoding not supported",
  429: "No room at the moment",
  500: "A fault in Cordon",
  503: "Not available at the moment",
  507: "The disk is full",
};

export function problemOf(error: unknown): Problem {
  if (error instanceof ZodError) {
    const detail = error.issues
      .map((issue) => `${issue.path.map(String).join(".") || "(body)"}: ${issue.message}`)
      .join("; ");
    return problem(400, "bad-request", detail, "never");
  }
  if (error instanceof AppError) {
    const status = STATUS[error.code] ?? 500;
    const detail = status === 500 ? "the server's log has the details" : error.message;
    return {
      ...problem(status, error.code, detail, error.retry),
      ...(error.fix === undefined ? {} : { fix: error.fix }),
    };
  }
  const status = statusOf(error);
  if (status === 413)
    return problem(413, "body-too-large", "the body is over the limit of this server (limits.bodyMiB)", "never");
  if (status !== undefined && status < 500)
    return problem(status, "bad-request", error instanceof Error ? error.message : "bad request", "never");
  return problem(500, "internal", "the server's log has the details", "later");
}

function problem(status: number, code: string, detail: string, retry: "later" | "never"): Problem {
  return { type: "about:blank", title: TITLES[status] ?? "Error", status, code, detail, retry };
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("statusCode" in error)) return undefined;
  return typeof error.statusCode === "number" ? error.statusCode : undefined;
}
