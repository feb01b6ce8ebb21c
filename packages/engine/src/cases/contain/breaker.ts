/**
 * Takes the automatic hand off a kind of action that keeps going wrong.
 * Enters: strikes (an effect that was not there when somebody looked; an undo that a person asked for). Leaves: which
 * kinds need a person for the time being, and why.
 *
 * K1. Three strikes of one sort within an hour open it; open, that kind needs at least one approval. Undos never do.
 * K2. Only a person closes it. It survives a restart: the record is written before anybody is told.
 * K3. A record that cannot be read is an open breaker for every kind: not knowing is no reason to go on alone.
 */
import { ACTION_KINDS, type ActionKind } from "@cordon/model/action";
import { messageOf } from "@cordon/model/error";
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import type { Runtime } from "@cordon/model/ports/runtime";
import { HOUR, type Instant, instant, isoTime } from "@cordon/model/time";
import type { Locks } from "./locks.ts";

export type StrikeSort = "not-seen" | "undone-by-person";

export interface OpenBreaker {
  readonly kind: ActionKind;
  readonly at: Instant;
  readonly reason: string;
}

/** A named text that survives a restart. */
export interface BreakerBook {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
}

export interface Breaker {
  /** One thing that went wrong with an action of this kind. */
  strike(kind: ActionKind, sort: StrikeSort): Promise<void>;
  /** Why this kind needs a person now; undefined when it does not. */
  whyOpen(kind: ActionKind): Promise<string | undefined>;
  open(): Promise<readonly OpenBreaker[]>;
  /** False when it was not open. */
  close(kind: ActionKind, person: string): Promise<boolean>;
}

/** Strikes of one sort within the window that open it, and the window. */
export const STRIKES_MAX = 3;
export const STRIKE_WINDOW_MS = HOUR;
const KEY = "breaker";

interface Strike {
  readonly kind: ActionKind;
  readonly sort: StrikeSort;
  readonly at: Instant;
}

interface State {
  readonly strikes: readonly Strike[];
  readonly open: readonly OpenBreaker[];
  /** Who closed each kind last. */
  readonly closed: readonly Closed[];
}

interface Closed {
  readonly kind: ActionKind;
  readonly at: Instant;
  readonly by: string;
}

export interface BreakerDeps {
  readonly book: BreakerBook;
  readonly runtime: Runtime;
  readonly locks: Locks;
  /** Told what is open whenever that changes. */
  readonly onChange: (open: readonly OpenBreaker[]) => void;
}

export function makeBreaker(deps: BreakerDeps): Breaker {
  const open = async () => (await read(deps)).open;
  return {
    strike: (kind, sort) => change(deps, (state) => struck(state, { kind, sort, at: deps.runtime.now() })),
    whyOpen: async (kind) => (await open()).find((breaker) => breaker.kind === kind)?.reason,
    open,
    async close(kind, by) {
      let was = false;
      await change(deps, (state) => {
        was = state.open.some((breaker) => breaker.kind === kind);
        const others = <T extends { readonly kind: ActionKind }>(list: readonly T[]) =>
          list.filter((item) => item.kind !== kind);
        const closed = was ? [...others(state.closed), { kind, at: deps.runtime.now(), by }] : state.closed;
        return { strikes: others(state.strikes), open: others(state.open), closed };
      });
      return was;
    },
  };
}

/** One at a time: two workers of this process must not write over each other's strikes. */
function change(deps: BreakerDeps, decide: (state: State) => State): Promise<void> {
  return deps.locks.hold(KEY, async () => {
    const state = await read(deps);
    const next = decide(state);
    await deps.book.set(KEY, JSON.stringify(next));
    if (next.open.length !== state.open.length) deps.onChange(next.open);
  });
}

function struck(state: State, strike: Strike): State {
  const since = strike.at - STRIKE_WINDOW_MS;
  const recent = [...state.strikes.filter(({ at }) => at > since), strike];
  const same = recent.filter(({ kind, sort }) => kind === strike.kind && sort === strike.sort);
  const known = state.open.some(({ kind }) => kind === strike.kind);
  // Once open, more strikes change nothing: the list stays short.
  if (known || same.length < STRIKES_MAX) return { ...state, strikes: known ? state.strikes : recent };
  const reason = `${same.length} ${strike.kind} actions within an hour ${SAID[strike.sort]}, the last at ${isoTime(strike.at)}`;
  return { ...state, strikes: recent, open: [...state.open, { kind: strike.kind, at: strike.at, reason }] };
}

const SAID: Readonly<Record<StrikeSort, string>> = {
  "not-seen": "had no effect when it was looked for",
  "undone-by-person": "were undone by people",
};

async function read({ book, runtime }: BreakerDeps): Promise<State> {
  const text = await book.get(KEY);
  if (text === undefined) return { strikes: [], open: [], closed: [] };
  try {
    return parse(JSON.parse(text));
  } catch (error) {
    const reason = `the record of the breaker cannot be read: ${messageOf(error)}`;
    return { strikes: [], open: ACTION_KINDS.map((kind) => ({ kind, at: runtime.now(), reason })), closed: [] };
  }
}

function parse(value: Json): State {
  const { strikes, open, closed } = isJsonObject(value) ? value : {};
  if (!isList(strikes) || !isList(open) || !isList(closed)) throw new Error("not a record of the breaker");
  return { strikes: strikes.map(strikeOf), open: open.map(openOf), closed: closed.map(closedOf) };
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

function strikeOf(value: Json): Strike {
  const sort = isJsonObject(value) ? SORTS.find((known) => known === value.sort) : undefined;
  if (!isJsonObject(value) || sort === undefined) throw new Error("a strike has no sort");
  return { ...headOf(value), sort };
}

const SORTS: readonly StrikeSort[] = ["not-seen", "undone-by-person"];

function openOf(value: Json): OpenBreaker {
  if (!isJsonObject(value) || typeof value.reason !== "string") throw new Error("an entry has no reason");
  return { ...headOf(value), reason: value.reason };
}

function closedOf(value: Json): Closed {
  if (!isJsonObject(value) || typeof value.by !== "string") throw new Error("an entry has no person");
  return { ...headOf(value), by: value.by };
}

function headOf(value: JsonObject): { readonly kind: ActionKind; readonly at: Instant } {
  const kind = ACTION_KINDS.find((known) => known === value.kind);
  if (kind === undefined || typeof value.at !== "number") throw new Error("an entry has no kind or time");
  return { kind, at: instant(value.at) };
}

/** For a process that keeps nothing: what it knows ends with it. */
export function makeMemoryBook(): BreakerBook {
  const texts = new Map<string, string>();
  return {
    get: async (key) => texts.get(key),
    set: async (key, value) => void texts.set(key, value),
  };
}
