import { describe, expect, it } from "vitest";
import { Population } from "../../../learning/behaviour/population.ts";
import { Lane } from "./lane.ts";

const numberOf = (text: string): number => Number(text.slice(1));
const AT = Date.UTC(2026, 0, 5);

function laneOf(): { readonly lane: Lane; readonly groups: Map<string, Population> } {
  const groups = new Map<string, Population>();
  const lane = new Lane((who) => {
    const made = new Population();
    groups.set(who, made);
    return made;
  });
  return { lane, groups };
}

describe("lane", () => {
  it("knows a group again, and all of them by one name", () => {
    const { lane, groups } = laneOf();
    expect(lane.of("people")).toBe(groups.get("people"));
    expect([lane.of("all"), lane.of("people"), lane.of("all")]).toEqual([
      lane.organisation,
      groups.get("people"),
      groups.get("all"),
    ]);
    expect([...groups.keys()]).toEqual(["all", "people"]);
  });
  it("what is held of a value is what the population holds, also after others pushed it out and after it came back", () => {
    const { lane } = laneOf();
    const all = lane.organisation;
    for (let round = 0; round < 3; round += 1) {
      for (let i = 0; i < 9_000; i += 1) {
        const text = `v${i % 8_300}`;
        const known = lane.known(text, numberOf);
        expect(known.anywhere(all)).toBe(all.find(numberOf(text)));
        all.take(known.anywhere(all), { value: known.value, text, hold: 1, at: AT });
      }
    }
    expect(all.distinct).toBeLessThanOrEqual(8_192);
  });
  it("a value is known by each peer group for itself, and given back to each", () => {
    const { lane } = laneOf();
    const known = lane.known("v7", numberOf);
    lane.of("people").take(undefined, { value: 7, text: "v7", hold: 1, at: AT });
    expect(known.among(lane.of("people"))?.count).toBe(1);
    expect(known.among(lane.of("services"))).toBeUndefined();
    lane.of("people").giveBack(7, true);
    expect(known.among(lane.of("people"))).toBeUndefined();
  });
});
