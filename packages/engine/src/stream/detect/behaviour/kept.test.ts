import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keeping } from "./kept.ts";

describe("answers that are kept", () => {
  it("are those of the work itself, in any order, and the work is asked again only for what was forgotten", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30)), fc.integer({ min: 1, max: 40 }), (asked, max) => {
        let worked = 0;
        const kept = keeping((text) => {
          worked += 1;
          return text.length + Number(text);
        }, max);
        for (const number of asked) expect(kept(`${number}`)).toBe(`${number}`.length + number);
        if (max > 30) expect(worked).toBe(new Set(asked).size);
      }),
    );
  });
  it("of long texts are not kept", () => {
    let worked = 0;
    const kept = keeping((text) => {
      worked += 1;
      return text;
    }, 10);
    const long = "a".repeat(500);
    expect([kept(long), kept(long), worked]).toEqual([long, long, 2]);
  });
});
