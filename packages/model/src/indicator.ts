/** What others know to be bad: one value of one kind, and what its feed says about it. */
import type { Level } from "./rule.ts";

export const INDICATOR_KINDS = ["ip", "cidr", "domain", "url", "hash", "email", "regkey", "file"] as const;
export type IndicatorKind = (typeof INDICATOR_KINDS)[number];

/** What a feed says about indicators; shared by all rows that say the same. */
export interface IndicatorFacts {
  readonly feed: string;
  /** 0..100 at `asOf`; it fades from there on (half-life by kind). */
  readonly confidence: number;
  /** Time (ms) at which the confidence was stated: last seen, modified, or fetched. */
  readonly asOf?: number;
  /** Without one it follows from the confidence. */
  readonly severity?: Level;
  /** Malware or campaign, as the feed calls it. */
  readonly label?: string;
  /** `clear`, `green`, `amber`, `amber+strict`, `red`. */
  readonly tlp?: string;
  readonly techniques?: readonly string[];
  readonly tactics?: readonly string[];
  readonly revoked?: true;
  /** Hits although a warning list names the value: `all` lists, or only those of the owner's own (private) network. */
  readonly insist?: "all" | "own-network";
}

export interface Indicator {
  readonly kind: IndicatorKind;
  /** Canonical; a URL without its scheme, a registry key and a Windows path in lower case. */
  readonly value: string;
  /** Also what lies below: sub-domains of a domain, paths below a URL. */
  readonly below: boolean;
  readonly facts: IndicatorFacts;
  /** ms; before it the indicator says nothing. */
  readonly validFrom?: number;
  /** ms, exclusive; from then on the indicator says nothing. */
  readonly validUntil?: number;
}

/** A pattern that is more than equalities: kept whole for who can run it. */
export interface IntelPattern {
  readonly id: string;
  readonly pattern: string;
  readonly title: string;
  readonly facts: IndicatorFacts;
  readonly validFrom?: number;
  readonly validUntil?: number;
}
