/** Second reviews: which cases the caller may judge again, and his verdict. WH3 of learning-desk.ts. */
import { learningState } from "@cordon/engine/learning/monitor/learning-state";
import { offeredTo, type Reviewed, type ReviewRound } from "@cordon/engine/learning/monitor/second-review";
import { readVerdicts } from "@cordon/engine/learning/training/verdict-row";
import type { WireReviewList } from "@cordon/model/api/model-health";
import { AppError } from "@cordon/model/error";
import { incidentId } from "@cordon/model/ids";
import type { Incident } from "@cordon/model/incident";
import type { LearningMove } from "@cordon/model/learning-entry";
import type { LearningDesk } from "../instance.ts";
import { ENTRIES_MAX, type LearningWorld } from "./learning-around.ts";

const OUTCOMES_MAX = 20_000;
const OFFERED_MAX = 50;
const NAMED_MAX = 12;

export function reviewsOf(
  world: LearningWorld,
  write: (by: string, move: LearningMove) => Promise<void>,
  changed: () => void,
): Pick<LearningDesk, "reviews" | "review" | "waive" | "blindTo"> {
  const { config, journal } = world;
  const share = config.learning.reviewShare;
  return {
    async reviews(person) {
      const found = await offered(world, person);
      const items: WireReviewList["items"] = [];
      for (const { incident, at } of found.slice(0, OFFERED_MAX)) {
        const known = await journal.get(incidentId(incident));
        if (known !== undefined) items.push(blind(known, at));
      }
      return { share, items };
    },
    async review(person, { incident, verdict, note }) {
      const first = await offeredCase(world, person, incident);
      await write(person, { kind: "second-verdict", incident: incidentId(incident), verdict, note });
      changed();
      return { first: first.verdict, second: verdict, agreed: first.verdict === verdict };
    },
    async waive(person, incident) {
      const first = await offeredCase(world, person, incident);
      await write(person, { kind: "review-waived", incident: incidentId(first.incident) });
    },
    async blindTo(person) {
      const done = await reviewed(world);
      const round = roundOf(world);
      return ({ id, status, closedBy, closedAt, row }) => {
        if (status !== "closed" || closedBy === undefined || closedAt === undefined || row === undefined) return false;
        // What a policy closed is no verdict that anybody could agree with.
        if (closedBy.startsWith("policy:")) return false;
        const first = { incident: id, at: closedAt, by: closedBy, verdict: "" };
        return offeredTo(person, [first], done, round).length > 0;
      };
    },
  };
}

async function offered(world: LearningWorld, person: string) {
  const firsts = readVerdicts(await world.outcomes.list(OUTCOMES_MAX)).rows;
  return offeredTo(person, firsts, await reviewed(world), roundOf(world));
}

const reviewed = async ({ learning }: LearningWorld): Promise<Reviewed> =>
  learningState(await learning.list(ENTRIES_MAX, ["second-verdict", "review-waived"]));

const roundOf = ({ config, runtime }: LearningWorld): ReviewRound => ({
  ...{ share: config.learning.reviewShare, now: runtime.now() },
  digest: (text: string) => runtime.sha256(text),
});

async function offeredCase(world: LearningWorld, person: string, incident: string) {
  const first = (await offered(world, person)).find((each) => each.incident === incident);
  if (first !== undefined) return first;
  throw new AppError("not-found", `${incident.slice(0, 80)} is not offered to you for a second review`, {
    fix: "cordon model reviews",
  });
}

/** What the case is about, without what anybody decided or noted. */
function blind(incident: Incident, decidedAt: number): WireReviewList["items"][number] {
  const { id, title, severity, firstSeen, lastSeen, detections, entities, investigation } = incident;
  const own = entities.filter(({ wellKnown }) => wellKnown !== true);
  return {
    ...{ incident: id, title, severity, firstSeen, lastSeen, decidedAt },
    rules: [...new Set(detections.map(({ detection }) => detection.rule.title))].slice(0, NAMED_MAX),
    entities: own.slice(0, NAMED_MAX).map(({ kind, value }) => `${kind} ${value}`),
    found: (investigation?.summary ?? []).slice(0, NAMED_MAX).map(({ text }) => text),
  };
}
