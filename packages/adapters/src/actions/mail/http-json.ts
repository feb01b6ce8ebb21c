/**
 * JSON over HTTP with a cloud's interface. In: method, address, token, body. Out: status and JSON.
 * HJ1. Time and size of an answer are bounded; redirects are errors; a token never stands in an error's text.
 * HJ2. One wait for "too many requests", as long as the answer asks for, within `WAIT_MAX_MS`.
 */
import { AppError, messageOf } from "@cordon/model/error";
import type { JsonObject } from "@cordon/model/json";
import { isJsonObject } from "@cordon/model/json";
import type { Runtime, Stop } from "@cordon/model/ports/runtime";

const BYTES_MAX = 4 * 2 ** 20;
const WAIT_MAX_MS = 10_000;

export interface HttpCall {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Objects go as JSON, texts as forms. */
  readonly body?: JsonObject | string;
  /** Answers other than 2xx that mean something. */
  readonly allow?: readonly number[];
}

export interface HttpParts {
  readonly runtime: Pick<Runtime, "sleep">;
  readonly timeoutMs: number;
}

export async function callJson(
  parts: HttpParts,
  call: HttpCall,
  stop: Stop,
  again = true,
): Promise<{ status: number; json: JsonObject }> {
  const { method, url, body } = call;
  const where = `${method} ${new URL(url).origin}${new URL(url).pathname}`;
  const abort = new AbortController();
  const unsubscribe = stop.onStop(() => abort.abort());
  try {
    const answer = await fetch(url, {
      ...{ method, redirect: "error", signal: AbortSignal.any([abort.signal, AbortSignal.timeout(parts.timeoutMs)]) },
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": typeof body === "string" ? FORM : "application/json" }),
        ...call.headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await textOf(answer, where);
    if (answer.status === 429 && again) {
      const seconds = Number(answer.headers.get("retry-after") ?? "1");
      await parts.runtime.sleep(Math.min(WAIT_MAX_MS, Math.max(0, seconds * 1_000) || 1_000), stop);
      return callJson(parts, call, stop, false);
    }
    if (!answer.ok && call.allow?.includes(answer.status) !== true)
      throw new AppError("command-failed", `${where}: answered ${answer.status}${codeIn(text)}`);
    return { status: answer.status, json: jsonOf(text) };
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError("command-failed", `${where}: ${messageOf(cause)}`, { cause });
  } finally {
    unsubscribe();
  }
}

const FORM = "application/x-www-form-urlencoded";

async function textOf(answer: Response, where: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.length;
    if (size > BYTES_MAX) throw new AppError("command-failed", `${where}: answered more than ${BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function jsonOf(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** The closed code of an error answer, never its prose. */
function codeIn(text: string): string {
  const { error } = jsonOf(text);
  const code = isJsonObject(error) ? (error.code ?? error.status) : error;
  return typeof code === "string" || typeof code === "number" ? ` (${String(code).slice(0, 80)})` : "";
}

/** A token, kept until a minute before it ends. */
export function makeTokens(fetchToken: (key: string, stop: Stop) => Promise<JsonObject>, now: () => number) {
  const kept = new Map<string, { readonly token: string; readonly until: number }>();
  return async (key: string, stop: Stop): Promise<string> => {
    const known = kept.get(key);
    if (known !== undefined && known.until > now()) return known.token;
    const { access_token: token, expires_in: seconds } = await fetchToken(key, stop);
    if (typeof token !== "string") throw new AppError("command-failed", "the sign-in gave no token");
    kept.set(key, { token, until: now() + (typeof seconds === "number" ? seconds - 60 : 60) * 1_000 });
    return token;
  };
}
