import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Detection } from "@cordon/model/detection";
import { fold } from "@cordon/model/fold";
import { detectionId, eventId, incidentId, type NonEmpty, sha256Of } from "@cordon/model/ids";
import type { IncidentEntry } from "@cordon/model/incident";
import { instant } from "@cordon/model/time";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RuleText } from "./rule-book.ts";
import { openState, type StateStore } from "./state.ts";

const version = (digit: string) => sha256Of(digit.repeat(64));
const text = (digit: string, rule = "r"): RuleText => ({
  ...{ version: version(digit), rule, title: `Rule ${digit}`, path: `${rule}.yml`, text: `title: ${digit}` },
});

let dir: string;
let state: StateStore;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "cordon-rule-book-"));
  state = openState({ dir });
});
afterEach(async () => {
  await state.close();
  rmSync(dir, { recursive: true, force: true });
});

async function joinIncident(incident: string, rules: readonly string[]): Promise<void> {
  const id = incidentId(incident);
  const detections = rules.map(
    (rule, number): Detection => ({
      id: detectionId(`${incident}-${number}`),
      rule: { id: rule, title: rule, level: "high", source: "s", version: version("a") },
      ...{ severity: "high", confidence: 50, techniques: [], tactics: [], time: instant(0) },
      evidence: [eventId("0f-0")],
      ...{ entities: [], dedupKey: `${incident}-${number}`, input: "i", position: 1, matched: [] },
    }),
  );
  const entries: NonEmpty<IncidentEntry> = [
    { at: instant(0), by: "t", kind: "opened", id, title: incident },
    ...detections.map(
      (detection): IncidentEntry => ({ at: instant(0), by: "t", kind: "detection-joined", detection, because: [] }),
    ),
  ];
  expect(await state.journal.append(id, 0, entries, fold(entries))).toBe("appended");
}

describe("the book of rule texts", () => {
  it("keeps a text once, from when it was first live until it was last known to be", async () => {
    const { ruleBook } = state;
    await ruleBook.keep([text("a"), text("b", "other")], instant(10));
    await ruleBook.keep([text("a")], instant(20));
    await ruleBook.leave([version("b")], instant(30));
    await ruleBook.fired([version("a")]);
    expect(await ruleBook.find("r", version("a"))).toEqual({ ...text("a"), firstAt: 10, lastAt: 20, fired: true });
    expect(await ruleBook.find("other", version("b"))).toMatchObject({ firstAt: 10, lastAt: 30, fired: false });
    expect(await ruleBook.find("r", version("b"))).toBeUndefined();
    expect(await ruleBook.find("r", version("c"))).toBeUndefined();
  });

  it("drops first what never fired and was live longest ago, never what is live (B2)", async () => {
    const { ruleBook } = state;
    await ruleBook.keep([text("a"), text("b")], instant(10));
    await ruleBook.keep([text("c")], instant(20));
    await ruleBook.keep([text("d"), text("e")], instant(40));
    await ruleBook.fired([version("a")]);
    const left = async () => {
      const found = await Promise.all([..."abcde"].map((digit) => ruleBook.find("r", version(digit))));
      return found.flatMap((row) => row?.title.at(-1) ?? []).join("");
    };
    expect(await ruleBook.trim(5, instant(40))).toBe(0);
    expect([await ruleBook.trim(4, instant(40)), await left()]).toEqual([1, "acde"]);
    expect([await ruleBook.trim(3, instant(40)), await left()]).toEqual([1, "ade"]);
    expect([await ruleBook.trim(1, instant(40)), await left()]).toEqual([1, "de"]);
  });

  it("reads from the journal which rules joined which incidents, page by page (B3)", async () => {
    await joinIncident("INC-1", ["a", "b"]);
    await joinIncident("INC-2", ["a"]);
    const first = await state.ruleBook.joined(0, 2);
    const rest = await state.ruleBook.joined(first.at(-1)?.position ?? 0, 2);
    expect([...first, ...rest].map(({ rule, incident }) => [rule, incident])).toEqual([
      ["a", "INC-1"],
      ["b", "INC-1"],
      ["a", "INC-2"],
    ]);
    expect(await state.ruleBook.joined(rest.at(-1)?.position ?? 0, 2)).toEqual([]);
  });
});
