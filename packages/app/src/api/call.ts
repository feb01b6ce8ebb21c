/** What a handler of a route is given, and what it is. */
import type { Instance } from "../instance.ts";
import type { Caller } from "./auth.ts";

export interface Call {
  readonly instance: Instance;
  /** Absent on public routes only. */
  readonly caller: Caller | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly query: unknown;
  readonly body: unknown;
}
export type Handler = (call: Call) => Promise<unknown>;
