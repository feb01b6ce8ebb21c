import { describe, expect, it } from "vitest";
import { type TacticsOfRule, tacticsByTechnique } from "./technique-tactics.ts";

const rule = (tactics: string, techniques: string): TacticsOfRule => ({
  tactics: tactics.split(" "),
  techniques: techniques.split(" "),
});

describe("tactics of a technique, from the tags of rules", () => {
  const rows: readonly (readonly [string, readonly TacticsOfRule[], string, readonly string[]])[] = [
    ["the rule that leaves no choice", [rule("execution", "T1059")], "T1059", ["execution"]],
    [
      "what one rule leaves open another settles",
      [rule("execution stealth", "T1027 T1059"), rule("stealth", "T1027")],
      "T1027",
      ["stealth"],
    ],
    [
      "two certain ones",
      [rule("execution", "T1053"), rule("persistence", "T1053")],
      "T1053",
      ["execution", "persistence"],
    ],
    [
      "the family speaks for its members",
      [rule("initial-access lateral-movement", "T1021.001 T1133"), rule("lateral-movement", "T1021.002")],
      "T1021.001",
      ["lateral-movement"],
    ],
    [
      "but not where a rule of its own names nothing that the family serves",
      [rule("impact", "T1098.003"), rule("persistence collection", "T1098.001 T1530")],
      "T1098.001",
      ["persistence", "collection"],
    ],
    [
      "what all of its rules share",
      [rule("execution persistence", "T1505"), rule("persistence impact", "T1505")],
      "T1505",
      ["persistence"],
    ],
    ["nothing shared: all", [rule("a b", "T1"), rule("c d", "T1")], "T1", ["a", "b", "c", "d"]],
    ["no tactic at all", [{ techniques: ["T1"], tactics: [] }], "T1", []],
  ];
  it.each(rows)("%s", (_, rules, id, expected) => {
    expect([...(tacticsByTechnique(rules).get(id) ?? ["missing"])]).toEqual(expected);
  });
});
