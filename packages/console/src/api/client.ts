/**
 * Typed client made from the route table. In: a route's name and its parameters. Out: the parsed answer.
 * A1. What is not JSON of the promised shape becomes an error that says where; it never reaches a page.
 * A2. Every unsafe method carries the header that a foreign page cannot set.
 */
import { ROUTES, type RouteName, type RouteSpec } from "@cordon/model/api/routes";
import { AppError, messageOf } from "@cordon/model/error";
import { readProblem } from "./problem.ts";

type Spec<N extends RouteName> = (typeof ROUTES)[N];
type InputOf<T> = T extends { readonly _zod: { readonly input: infer I } } ? I : never;
type OutputOf<T> = T extends { readonly _zod: { readonly output: infer O } } ? O : never;
type ParamsOf<P extends string> = P extends `${string}{${infer K}}${infer R}` ? K | ParamsOf<R> : never;

export type Answer<N extends RouteName> = OutputOf<Spec<N>["answer"]>;
export type QueryOf<N extends RouteName> = Spec<N> extends { readonly query: infer Q } ? InputOf<Q> : undefined;
export type BodyOf<N extends RouteName> = Spec<N> extends { readonly body: infer B } ? InputOf<B> : undefined;

interface Options<N extends RouteName> {
  readonly params?: Readonly<Record<ParamsOf<Spec<N>["path"]>, string>>;
  readonly query?: QueryOf<N>;
  readonly body?: BodyOf<N>;
  /** Sent as it is, in place of a body. */
  readonly file?: Blob;
  readonly signal?: AbortSignal;
}

const BASE = "/api/v1";

export async function call<N extends RouteName>(name: N, options: Options<N> = {}): Promise<Answer<N>> {
  const spec: RouteSpec = ROUTES[name];
  const response = await send(spec, options);
  if (!response.ok) throw await readProblem(response);
  const wantsText = spec.media?.startsWith("text/") === true;
  const body: unknown = wantsText ? await response.text() : await readJson(response);
  const parsed = spec.answer.safeParse(body);
  if (parsed.success) return parsed.data as Answer<N>;
  const [issue] = parsed.error.issues;
  throw new AppError(
    "bad-answer",
    `The server's answer to ${name} has another shape than this console expects (at ${issue?.path.join(".") || "the top"}: ${issue?.message ?? "?"}).`,
    { fix: "Reload the page; if it stays, server and console are of different versions." },
  );
}

interface Sendable {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: unknown;
  readonly body?: unknown;
  readonly file?: Blob;
  readonly signal?: AbortSignal;
}

async function send(spec: RouteSpec, options: Sendable): Promise<Response> {
  const headers: Record<string, string> = { accept: spec.media ?? "application/json" };
  if (spec.method !== "GET") headers["x-cordon-csrf"] = "1";
  if (options.body !== undefined) headers["content-type"] = "application/json";
  // Whatever type the browser guesses for it: nobody shall parse it on the way.
  if (options.file !== undefined) headers["content-type"] = "application/octet-stream";
  try {
    return await fetch(urlOf(spec.path, options), {
      method: spec.method,
      headers,
      credentials: "same-origin",
      cache: "no-store",
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.file === undefined ? {} : { body: options.file }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    throw new AppError("offline", `The server does not answer (${messageOf(cause)}).`, {
      retry: "later",
      cause,
      fix: "Check that `cordon up` is running; this page reconnects by itself.",
    });
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    throw new AppError("bad-answer", "The server's answer is not JSON.", { cause });
  }
}

export function urlOf(path: string, options: { readonly params?: Readonly<Record<string, string>>; query?: unknown }) {
  const filled = path.replace(/\{(\w+)\}/g, (_all, key: string) => encodeURIComponent(options.params?.[key] ?? ""));
  const query = queryText(options.query);
  return `${BASE}${filled}${query === "" ? "" : `?${query}`}`;
}

/** Lists repeat their key; what is undefined or empty is left out. */
export function queryText(query: unknown): string {
  const out = new URLSearchParams();
  if (typeof query !== "object" || query === null) return "";
  for (const [key, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null && item !== "") out.append(key, String(item));
    }
  }
  return out.toString();
}
