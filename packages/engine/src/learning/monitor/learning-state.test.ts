import type { LearningEntry, LearningMove } from "@cordon/model/learning-entry";
import { instant } from "@cordon/model/time";
import { describe, expect, it } from "vitest";
import { learningState, movesOf, openProposal } from "./learning-state.ts";
import type { ModelHealth } from "./model-health.ts";

const DAY = 86_400_000;
const noted = (at: number, ...moves: readonly LearningMove[]): readonly LearningEntry[] =>
  moves.map((move) => ({ at: instant(at), by: "drift", ...move }));

function healthOf(features: readonly string[], retrain: boolean): ModelHealth {
  const drift = features.map((name) => ({ name, words: name, effect: 0.3, lasting: true, since: 5, tied: [] }));
  const ladder = [{ step: "propose-retraining", holds: retrain, why: "off" }];
  return { verdict: "watch", drift, ladder } as unknown as ModelHealth;
}

describe("journal of learning, folded", () => {
  it("LS1. notes a drift when it begins and when it ends, once each", () => {
    const first = movesOf(healthOf(["hosts"], false), learningState([]), { now: 9, id: "p1" });
    expect(first).toEqual([{ kind: "drift-began", feature: "hosts", words: "hosts", effect: 0.3, since: 5 }]);
    const state = learningState(noted(9, ...first));
    expect(movesOf(healthOf(["hosts"], false), state, { now: 10, id: "p1" })).toEqual([]);
    const last = movesOf(healthOf([], false), state, { now: 11, id: "p1" });
    expect(last).toEqual([{ kind: "drift-ended", feature: "hosts", words: "hosts" }]);
    expect(learningState([...noted(9, ...first), ...noted(11, ...last)]).drifting.size).toBe(0);
  });

  it("LS2. proposes once; declined, not again for a week", () => {
    const health = healthOf([], true);
    const made = noted(1, ...movesOf(health, learningState([]), { now: 1, id: "p1" }));
    expect(openProposal(learningState(made))?.made.proposal).toBe("p1");
    expect(movesOf(health, learningState(made), { now: 2, id: "p2" })).toEqual([]);
    const declined = [
      ...made,
      ...noted(2, { kind: "retraining-answered", proposal: "p1", answer: "decline", reason: "patch night" }),
    ];
    expect(openProposal(learningState(declined))).toBeUndefined();
    expect(movesOf(health, learningState(declined), { now: 6 * DAY, id: "p2" })).toEqual([]);
    expect(movesOf(health, learningState(declined), { now: 8 * DAY, id: "p2" })).toHaveLength(1);
  });

  it("too few cases change nothing: a drift that was seen has not ended", () => {
    const state = learningState(
      noted(1, { kind: "drift-began", feature: "hosts", words: "hosts", effect: 0.3, since: instant(0) }),
    );
    const few = { verdict: "too-few", drift: [], ladder: [] } as unknown as ModelHealth;
    expect(movesOf(few, state, { now: 2, id: "p" })).toEqual([]);
  });
});
