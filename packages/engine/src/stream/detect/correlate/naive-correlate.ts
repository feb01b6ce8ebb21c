/**
 * The reference for correlations: for each event, the window is cut out of the whole list and counted from scratch.
 * Slow on purpose, simple on purpose. Events in order of time; one correlation; no chains.
 */
import { evaluateNames } from "../sigma/evaluate-names.ts";
import { boundHolds, type CorrelationRule } from "./correlation.ts";

export interface NaiveEvent {
  readonly id: string;
  readonly time: number;
  readonly group: string;
  /** Numbers of the references it satisfies. */
  readonly refs: readonly number[];
  readonly value: string;
}

export interface NaiveAlert {
  readonly group: string;
  readonly first: string;
  readonly at: string;
}

export function naiveAlerts(rule: CorrelationRule, events: readonly NaiveEvent[]): readonly NaiveAlert[] {
  const groups = [...new Set(events.map(({ group }) => group))];
  return groups.flatMap((group) => {
    const own = events.filter((event) => event.group === group);
    return rule.decided === "at-once" ? atOnce(rule, own) : atClose(rule, own);
  });
}

/** Every event whose value is a number (where numbers are asked for). */
function atOnce(rule: CorrelationRule, events: readonly NaiveEvent[]): readonly NaiveAlert[] {
  const alerts: NaiveAlert[] = [];
  let on = false;
  for (const [i, event] of events.entries()) {
    const before = events[i - 1];
    if (before !== undefined && before.time <= event.time - rule.spanMs) on = false;
    const window = events.slice(0, i + 1).filter(({ time }) => time > event.time - rule.spanMs);
    const proof = proofOf(rule, window);
    if (proof !== undefined && !on) alerts.push({ group: event.group, first: proof[0]?.id ?? "", at: event.id });
    on = proof !== undefined;
  }
  return alerts;
}

function atClose(rule: CorrelationRule, events: readonly NaiveEvent[]): readonly NaiveAlert[] {
  const alerts: NaiveAlert[] = [];
  let on = false;
  let lastTime = Number.NEGATIVE_INFINITY;
  for (let rest = events; rest.length > 0; ) {
    const start = rest[0]?.time ?? 0;
    const window = rest.filter(({ time }) => time < start + rule.spanMs);
    rest = rest.slice(window.length);
    const last = window.at(-1);
    if (lastTime <= start - rule.spanMs) on = false;
    const proof = proofOf(rule, window);
    if (proof !== undefined && !on && last !== undefined)
      alerts.push({ group: last.group, first: proof[0]?.id ?? "", at: last.id });
    on = proof !== undefined;
    lastTime = last?.time ?? lastTime;
  }
  return alerts;
}

/** The contributing events when the condition holds for the window. */
function proofOf(rule: CorrelationRule, window: readonly NaiveEvent[]): readonly NaiveEvent[] | undefined {
  const meets = (amount: number): boolean => rule.bounds.every((bound) => boundHolds(bound, amount));
  const numbers = window.map(({ value }) => Number(value)).sort((a, b) => a - b);
  const sum = numbers.reduce((a, b) => a + b, 0);
  const when = (holds: boolean) => (holds ? window : undefined);
  switch (rule.type) {
    case "event_count":
      return when(meets(window.length));
    case "value_count":
      return when(meets(new Set(window.map(({ value }) => value)).size));
    case "temporal":
      return when(meets(new Set(window.flatMap(({ refs }) => refs)).size));
    case "temporal_extended": {
      const seen = (name: string) => window.some(({ refs }) => refs.some((ref) => rule.parts[ref]?.written === name));
      return when(rule.expression !== undefined && evaluateNames(rule.expression, seen));
    }
    case "temporal_ordered":
      return chains(window, rule.parts.length);
    case "value_sum":
      return when(meets(sum));
    case "value_avg":
      return when(meets(sum / numbers.length));
    case "value_median":
    case "value_percentile":
      return rule.percentile === undefined ? shares(rule, window) : when(meets(ranked(numbers, rule.percentile)));
  }
}

function ranked(sorted: readonly number[], percentile: number): number {
  const needed = (percentile / 100) * sorted.length;
  const found = sorted.find((number) => sorted.filter((other) => other <= number).length >= needed);
  return found ?? Number.NaN;
}

function shares(rule: CorrelationRule, window: readonly NaiveEvent[]): readonly NaiveEvent[] | undefined {
  const found = window.filter(({ value }) => {
    const same = window.filter((other) => other.value === value).length;
    return rule.bounds.every((bound) => boundHolds(bound, (100 * same) / window.length));
  });
  return found.length === 0 ? undefined : found;
}

/** All chains, tried one by one; of those that there are, the one that begins latest. */
function chains(window: readonly NaiveEvent[], steps: number): readonly NaiveEvent[] | undefined {
  const complete: (readonly NaiveEvent[])[] = [];
  const grow = (chain: readonly NaiveEvent[], from: number): void => {
    if (chain.length === steps) {
      complete.push(chain);
      return;
    }
    for (let i = from; i < window.length; i += 1) {
      const event = window[i];
      if (event?.refs.includes(chain.length)) grow([...chain, event], i + 1);
    }
  };
  grow([], 0);
  return complete.sort((a, b) => startOf(window, b) - startOf(window, a))[0];
}

const startOf = (window: readonly NaiveEvent[], chain: readonly NaiveEvent[]): number =>
  chain[0] === undefined ? -1 : window.indexOf(chain[0]);
