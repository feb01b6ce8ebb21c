/**
 * What a feed's text says. Enters: text, its format, what its owner says about the feed. Leaves: one item after the other,
 * so that whoever reads a long feed may pause between two.
 *
 * P1. Nothing throws and nothing is dropped silently: a row that is no indicator is `bad`, with its line and the reason.
 * P2. What the feed says of a row goes over what the owner says of the feed.
 */
import type { Indicator, IndicatorFacts, IndicatorKind, IntelPattern } from "@cordon/model/indicator";
import { getDomain } from "tldts";
import { type Formed, formOf, guessForm } from "../forms.ts";

export interface FeedSays {
  readonly facts: IndicatorFacts;
  /** Kind of every row, where rows do not say. */
  readonly kind?: IndicatorKind;
  /** Whether domains and URLs reach below themselves, where rows do not say. */
  readonly below?: boolean;
}

export type FeedItem =
  | { readonly kind: "indicator"; readonly indicator: Indicator }
  | { readonly kind: "pattern"; readonly pattern: IntelPattern }
  | { readonly kind: "bad"; readonly line: number; readonly reason: string };

export interface RowSays {
  readonly kind?: IndicatorKind | undefined;
  readonly below?: boolean | undefined;
  readonly facts?: Partial<IndicatorFacts>;
  readonly validFrom?: number | undefined;
  readonly validUntil?: number | undefined;
}

export const bad = (line: number, reason: string): FeedItem => ({ kind: "bad", line, reason });

export function itemOf(text: string, line: number, feed: FeedSays, row: RowSays = {}): FeedItem {
  const kind = row.kind ?? feed.kind;
  const formed = kind === undefined ? guessForm(text) : formOf(kind, text);
  if (typeof formed === "string") return bad(line, formed);
  const { validFrom, validUntil } = row;
  return {
    kind: "indicator",
    indicator: {
      ...{ kind: formed.kind, value: formed.value, below: reachesBelow(formed, row.below ?? feed.below) },
      facts:
        row.facts === undefined || Object.keys(row.facts).length === 0 ? feed.facts : { ...feed.facts, ...row.facts },
      ...(validFrom === undefined ? {} : { validFrom }),
      ...(validUntil === undefined ? {} : { validUntil }),
    },
  };
}

/** Below a public suffix (`co.uk`) lies what belongs to everybody. */
function reachesBelow({ kind, value, below }: Formed, asked: boolean | undefined): boolean {
  if (kind !== "domain" && kind !== "url") return false;
  if ((below ?? asked ?? true) === false) return false;
  if (kind === "domain") return getDomain(value, SUFFIXES) !== null;
  const host = value.slice(0, value.indexOf("/"));
  return /^[\d.]+(?::\d+)?$|^\[/.test(host) || getDomain(host, SUFFIXES) !== null;
}
const SUFFIXES = { allowPrivateDomains: true, validateHostname: false } as const;

/** ISO, `YYYY-MM-DD hh:mm:ss` (UTC), seconds or milliseconds; undefined for anything else. */
export function timeOf(value: unknown): number | undefined {
  if (typeof value === "number" || (typeof value === "string" && /^\d{9,16}$/.test(value.trim()))) {
    const number = Number(value);
    return Number.isFinite(number) && number > 0 ? Math.floor(number < 1e11 ? number * 1_000 : number) : undefined;
  }
  if (typeof value !== "string") return undefined;
  const found = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i.exec(
    value.trim(),
  );
  if (found === null) return undefined;
  const [, day = "", clock = "00:00:00", zone = "Z"] = found;
  const ms = Date.parse(`${day}T${clock}${/^utc$/i.test(zone) ? "Z" : zone}`);
  return Number.isNaN(ms) || ms < 0 ? undefined : ms;
}

const DAY_MS = 86_400_000;
/** A day is exact enough for fading, and lets rows of a day share what is said of them. */
export const dayOf = (ms: number | undefined): number | undefined =>
  ms === undefined ? undefined : ms - (ms % DAY_MS);

/** 0..100; words as feeds write them. */
export function confidenceOf(value: unknown): number | undefined {
  const text = String(value ?? "")
    .trim()
    .toLowerCase();
  const word = { high: 85, medium: 60, moderate: 60, low: 30, none: 0 }[text];
  if (word !== undefined) return word;
  const number = text === "" ? Number.NaN : Number(text.replace(/%$/, ""));
  return Number.isFinite(number) ? Math.min(100, Math.max(0, Math.round(number))) : undefined;
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** Labels are shown in titles. */
export const LABEL_MAX = 80;
