import { instant } from "@cordon/model/time";
import { describe, expect, it } from "vitest";
import { makeMeters, noteRemark, sourceMeter } from "./meters.ts";

describe("remarks on files", () => {
  it.each<readonly [string, readonly (readonly [string, string])[], string]>([
    ["one", [["a.evtx", "record 2: damaged"]], "source evidence: a.evtx: record 2: damaged"],
    [
      "several, in several files",
      [
        ["a.evtx", "record 2: damaged"],
        ["a.evtx", "record 7: damaged"],
        ["b.evtx", "record 1: dirty"],
      ],
      "source evidence: a.evtx: record 2: damaged; 3 remarks in 2 files",
    ],
  ])("are one problem a source: %s", (_, remarks, message) => {
    const meters = makeMeters(instant(0));
    const meter = sourceMeter(meters, "evidence", "files");
    for (const [input, reason] of remarks) noteRemark(meters, meter, input, reason);
    expect([...meters.problems]).toEqual([["remarks-evidence", { message }]]);
  });
});
