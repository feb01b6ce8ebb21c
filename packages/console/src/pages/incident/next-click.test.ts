import { describe, expect, it } from "vitest";
import { ACTIONS, MAIN } from "../../../dev/incidents.ts";
import { nextClick } from "./next-click.ts";

const verified = ACTIONS.filter((action) => action.state === "verified");
const [first] = ACTIONS;
const found = MAIN.investigation;

describe("nextClick", () => {
  it.each([
    ["a waiting approval comes first", MAIN, { kind: "approve", more: 1 }],
    [
      "a closed incident has a report",
      { ...MAIN, status: "closed" as const, verdict: "false-positive" as const },
      { kind: "report", verdict: "false-positive" },
    ],
    [
      "what nobody can know needs a look",
      { ...MAIN, actions: verified.map((action) => ({ ...action, state: "unknown" as const })) },
      { kind: "check" },
    ],
    [
      "a task for a person",
      { ...MAIN, actions: [], tasks: [{ task: "t", text: "call", at: 0 }] },
      { kind: "task", text: "call", more: 0 },
    ],
    ["nothing before the investigation", { ...MAIN, actions: [], investigation: undefined }, { kind: "wait" }],
    [
      "an action under way",
      { ...MAIN, actions: first ? [{ ...first, state: "dispatched" as const }] : [] },
      { kind: "wait" },
    ],
    ["contained and malicious: close", { ...MAIN, actions: verified }, { kind: "close", suggest: "true-positive" }],
    [
      "benign: close",
      { ...MAIN, actions: [], investigation: found && { ...found, verdict: "benign" as const } },
      { kind: "close", suggest: "benign-positive" },
    ],
    [
      "undecided: the open question",
      { ...MAIN, actions: [], investigation: found && { ...found, verdict: "undecided" as const } },
      { kind: "question", more: 1 },
    ],
    [
      "undecided without a question: no verdict is suggested",
      { ...MAIN, actions: [], investigation: found && { ...found, verdict: "undecided" as const, questions: [] } },
      { kind: "judge" },
    ],
    [
      "forbidden proposals ask nobody",
      { ...MAIN, actions: first ? [{ ...first, state: "forbidden" as const }] : [] },
      { kind: "close" },
    ],
  ])("%s", (_name, incident, expected) => {
    expect(nextClick(incident)).toMatchObject(expected);
  });
});
