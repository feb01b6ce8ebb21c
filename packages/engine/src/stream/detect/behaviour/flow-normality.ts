/**
 * Connections unlike all others: half-space trees, LODA and remembered rows over duration, bytes, packets, rates, port and
 * state of single flows, combined to one p with the features that make it.
 *
 * BN1. A connection is judged where its destination is new to the host or known to few; of all others a sample teaches what is
 *      usual. Which ones goes by their ids, so that the same events give the same answers.
 * BN2. Until 1,250 rows are known nothing is said. What is remembered is bounded (learning/anomaly/stream-normality.ts).
 */
import { DAY } from "@cordon/model/time";
import { flowOf, LONE_FLOW_SCHEMA, loneRowOf } from "../../../learning/anomaly/flow-features.ts";
import {
  makeStreamNormality,
  type StreamNormality,
  type StreamReason,
  type StreamSnapshot,
} from "../../../learning/anomaly/stream-normality.ts";
import { hashOf } from "../../../learning/behaviour/value-counts.ts";
import type { Seen } from "./desk.ts";
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
const REASONS = 3;

export class FlowNormality {
  #stream: StreamNormality = makeStreamNormality(LONE_FLOW_SCHEMA, SEED);

  /** A finding where the flow is unlike what is usual here. */
  judge(about: Remembered, fact: Fact, seen: Seen): Finding | undefined {
    const few = seen.holders <= FEW;
    if (!seen.first && hashOf(fact.event.id) % (few ? FEW_SAMPLED : COMMON_SAMPLED) !== 0) return undefined;
    const flow = flowOf(fact.event);
    if (flow === undefined) return undefined;
    const verdict = this.#stream.observe(loneRowOf(flow), about.key);
    if (!few || verdict.kind === "learning" || verdict.p > ALPHA) return undefined;
    const destination = `${flow.destination}${Number.isNaN(flow.port) ? "" : `:${flow.port}`}`;
    return {
      ...{ detector: "flow-anomaly", about, fact, p: verdict.p, basis: "organisation", n: seen.n, mark: destination },
      restMs: 7 * DAY,
      values: { host: about.key.slice(about.key.indexOf(":") + 1), destination, why: textOf(verdict.reasons()) },
    };
  }

  state(): StreamSnapshot {
    return this.#stream.snapshot();
  }

  restore(state: StreamSnapshot | undefined): void {
    this.#stream = makeStreamNormality(LONE_FLOW_SCHEMA, SEED, state);
  }
}

/** Codes of categories say nothing to a reader: their names alone do. */
const CODED: ReadonlySet<string> = new Set(["protocol", "service", "state"]);

function textOf(reasons: readonly StreamReason[]): string {
  const parts = reasons.slice(0, REASONS).map(({ feature, value, usual }) => {
    if (CODED.has(feature)) return `${feature} unusual here`;
    return Number.isNaN(value) || Number.isNaN(usual)
      ? feature
      : `${feature} ${short(value)} (the most similar: ${short(usual)})`;
  });
  return parts.length === 0 ? "no single feature" : parts.join(", ");
}

const short = (value: number): string => String(Number(value.toPrecision(3)));
