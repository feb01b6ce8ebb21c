/** Behaviour: events of a seeded company through all detectors, and what it remembers of an entity. */
import { hash } from "node:crypto";
import { makeBehaviourWay } from "@cordon/engine/stream/detect/behaviour/way";
import { sha256Of } from "@cordon/model/ids";
import { play } from "@cordon/testkit/behaviour/play";
import { type Effort, type Figure, figure, roundsOf, timed } from "./measure.ts";

const BATCH = 500;
const PLAN = { seed: 3, people: 60, days: 14, attacks: false };

export async function benchBehaviour({ rounds }: Effort): Promise<readonly Figure[]> {
  const { events } = play(PLAN);
  const results = await roundsOf(rounds, () => {
    const way = makeBehaviourWay({ views: new Map(), hash: (text) => sha256Of(hash("sha256", text)) });
    const [, seconds] = timed(() => {
      for (let at = 0; at < events.length; at += BATCH) way.detect(events.slice(at, at + BATCH));
    });
    const [text, snapshot] = timed(() => way.snapshot());
    return { rate: events.length / seconds, bytes: text.length / way.stats().entities, snapshot: snapshot * 1_000 };
  });
  const bytes = Math.round(results.at(-1)?.bytes ?? 0);
  return [
    figure(
      "events through all behaviour detectors",
      results.map(({ rate }) => rate),
      { unit: "events/CPU-s", note: `${bytes} bytes an entity in a snapshot` },
    ),
    figure(
      "snapshot",
      results.map(({ snapshot }) => snapshot),
      { unit: "ms" },
    ),
  ];
}
