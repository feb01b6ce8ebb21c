/**
 * Connections unlike all others: half-space trees, LODA and remembered rows over duration, bytes, packets, rates, port and
 * state of single flows, combined to one p with the features that make it.
 *
 * BN1. A connection is judged where its destination is new to the host or known to few; of all others a sample teaches what is
 *      usual. Which ones goes by their ids, so that the same events give the same answers.
 * BN2. Until 1,250 rows are known nothing is said. What is remembered is bounded (learning/anomaly/stream-normality.ts).
 * BN3. Judging one row costs as much as a hundred other events: at most one flow in EACH, with some in hand for a busy hour.
 *      First calls to places known to few may use it up; those to common ones (a host has more places than are kept of it, so
 *      many calls seem first) only teach, as a sample.
 */
import { LONE_FLOW_SCHEMA, loneRowOf } from "../../../learning/anomaly/flow-features.ts";
import {
  makeStreamNormality,
  type StreamNormality,
  type StreamReason,
  type StreamSnapshot,
} from "../../../learning/anomaly/stream-normality.ts";
import type { Rarity } from "../../../learning/behaviour/rarity.ts";
import { hashOf } from "../../../learning/behaviour/value-hash.ts";
import { flowOf } from "../../../learning/flow/flow.ts";
import type { Fact } from "./fact.ts";
import type { Finding } from "./finding.ts";
import type { Remembered } from "./remembered.ts";

const SEED = 17;
/** A place that more hosts than this call is common. */
const FEW = 3;
/** One in so many flows to places known to few, and to common ones. */
const FEW_SAMPLED = 8;
const COMMON_SAMPLED = 64;
const ALPHA = 1e-3;
/** Rows with which it learns to judge at all. */
const FREE_ROWS = 1_250;
const EACH = 64;
const IN_HAND = 256;
/** What only first calls of a host to a place known to few may use. */
const KEPT_IN_HAND = (EACH * IN_HAND) / 2;
const REASONS = 3;
/** Ports from here on are one value (flow-features.ts). */
const PORTS_OF_CHANCE = 1_024;

export interface FlowNormalityState {
  readonly rows: number;
  readonly hand: number;
  readonly stream: StreamSnapshot;
}

export class FlowNormality {
  #rows = 0;
  /** Flows passed, up to IN_HAND rows' worth. */
  #hand = 0;
  #stream: StreamNormality = makeStreamNormality(LONE_FLOW_SCHEMA, SEED);

  /** A finding where the flow is unlike what is usual here. */
  judge(
    about: Remembered,
    fact: Fact,
    seen: Pick<Rarity, "first" | "holders"> & { readonly n: number },
  ): Finding | undefined {
    this.#hand = Math.min(this.#hand + 1, EACH * IN_HAND);
    const few = seen.holders <= FEW;
    // With the first rows it learns from all.
    const call = seen.first && (few || this.#rows < FREE_ROWS);
    if (!call && hashOf(fact.event.id) % (few ? FEW_SAMPLED : COMMON_SAMPLED) !== 0) return undefined;
    if (this.#rows >= FREE_ROWS && this.#hand < (call ? EACH : KEPT_IN_HAND)) return undefined;
    const flow = flowOf(fact.event);
    if (flow === undefined) return undefined;
    this.#rows += 1;
    if (this.#rows > FREE_ROWS) this.#hand -= EACH;
    const verdict = this.#stream.observe(loneRowOf(flow), about.key);
    if (!few || verdict.kind === "learning" || verdict.p > ALPHA) return undefined;
    const destination = `${flow.destination}${Number.isNaN(flow.port) ? "" : `:${flow.port}`}`;
    return {
      ...{ detector: "flow-anomaly", about, fact, p: verdict.p, basis: "organisation", n: seen.n, mark: "flow" },
      values: { host: about.key.slice(about.key.indexOf(":") + 1), destination, why: textOf(verdict.reasons()) },
    };
  }

  state(): FlowNormalityState {
    return { rows: this.#rows, hand: this.#hand, stream: this.#stream.snapshot() };
  }

  restore(state: FlowNormalityState | undefined): void {
    this.#rows = state?.rows ?? 0;
    this.#hand = state?.hand ?? 0;
    this.#stream = makeStreamNormality(LONE_FLOW_SCHEMA, SEED, state?.stream);
  }
}

/** Codes of categories say nothing to a reader: their names alone do. */
const CODED: ReadonlySet<string> = new Set(["protocol", "service", "state"]);

function textOf(reasons: readonly StreamReason[]): string {
  const parts = reasons
    .filter(({ value }) => !Number.isNaN(value))
    .slice(0, REASONS)
    .map(({ feature, value, usual }) => {
      if (CODED.has(feature)) return `${feature} unusual here`;
      const shown = feature === "port" ? portOf : short;
      return Number.isNaN(usual) ? feature : `${feature} ${shown(value)} (the most similar: ${shown(usual)})`;
    });
  return parts.length === 0 ? "no single feature" : parts.join(", ");
}

const short = (value: number): string => String(Number(value.toPrecision(3)));
const portOf = (value: number): string => (value >= PORTS_OF_CHANCE ? `${PORTS_OF_CHANCE} or above` : String(value));
