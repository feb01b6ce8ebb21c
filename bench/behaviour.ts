/**
 * Behaviour: events of a seeded company through all detectors, together and by kind, beside `JSON.parse` of the same events
 * in the same round: a yardstick that does not depend on the machine. What entities cost is measured by behaviour-memory.ts.
 */
import type { Event } from "@cordon/model/event";
import { play } from "@cordon/testkit/behaviour/play";
import { behaviourWay } from "./behaviour-way.ts";
import { type Effort, type Figure, figure, roundsOf, timed } from "./measure.ts";

const BATCH = 500;
const PLAN = { seed: 3, people: 60, days: 14, attacks: false };
const KINDS: readonly (readonly [kind: string, classes: readonly number[]])[] = [
  ["sign-in", [3002]],
  ["process", [1007]],
  ["file", [1001]],
  ["flow", [4001]],
  ["DNS", [4003]],
  ["cloud", [3001, 3005, 6003]],
];

/** A kind with few events is told again on later days, so that its round is long enough to be timed. */
const LEAST = 40_000;

export async function benchBehaviour({ rounds }: Effort): Promise<readonly Figure[]> {
  const { events } = play(PLAN);
  const figures = [...(await measured("all kinds as they come", events, rounds))];
  for (const [kind, classes] of KINDS) {
    const own = events.filter((event) => classes.includes(event.class));
    figures.push(...(await measured(kind, again(own), rounds)).slice(0, 1));
  }
  return figures;
}

function again(events: readonly Event[]): readonly Event[] {
  const span = PLAN.days * 86_400_000;
  const times = Math.ceil(LEAST / Math.max(1, events.length));
  return Array.from({ length: times }, (_, k) =>
    events.map((event) => ({ ...event, time: (event.time + k * span) as Event["time"] })),
  ).flat();
}

async function measured(name: string, events: readonly Event[], rounds: number): Promise<readonly Figure[]> {
  const lines = events.slice(0, LEAST).map((event) => JSON.stringify(event));
  const results = await roundsOf(rounds, () => {
    const way = behaviourWay();
    const [, seconds] = timed(() => {
      for (let at = 0; at < events.length; at += BATCH) way.detect(events.slice(at, at + BATCH));
    });
    const [, parsing] = timed(() => {
      for (const line of lines) JSON.parse(line);
    });
    const [text, snapshot] = timed(() => way.snapshot());
    const rate = events.length / seconds;
    return { rate, parse: lines.length / parsing, bytes: text.length / way.stats().entities, snapshot };
  });
  const parse = results.at(-1)?.parse ?? Number.NaN;
  const bytes = Math.round(results.at(-1)?.bytes ?? 0);
  const ratios = results.map(({ rate, parse: each }) => rate / each);
  const middle = ratios.toSorted((a, b) => a - b)[ratios.length >> 1] ?? Number.NaN;
  return [
    figure(
      `behaviour, ${name}`,
      results.map(({ rate }) => rate),
      {
        unit: "events/CPU-s",
        note: `${middle.toFixed(2)} x JSON.parse of the same (${Math.round(parse / 1_000)}k/s), ${events.length} events`,
      },
    ),
    figure(
      "behaviour, snapshot of all",
      results.map(({ snapshot }) => snapshot * 1_000),
      { unit: "ms", note: `${bytes} bytes an entity` },
    ),
  ];
}
