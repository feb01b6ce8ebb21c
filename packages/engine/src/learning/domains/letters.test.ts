import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bitsPerLetter, countLetters, cutIntoWords } from "./letters.ts";
import { namePartsOf } from "./name-parts.ts";

const label = fc.stringMatching(/^[a-z0-9-]{1,20}$/);

describe("letters of names", () => {
  it("NL1. a name asked about without itself is never more usual than with itself", () => {
    fc.assert(
      fc.property(fc.uniqueArray(label, { minLength: 2, maxLength: 8 }), (labels) => {
        const letters = countLetters(labels);
        const [own = ""] = labels;
        expect(bitsPerLetter(letters, own, 1)).toBeGreaterThan(bitsPerLetter(letters, own));
      }),
      // Each counting goes through all runs of four.
      { numRuns: 20 },
    );
  });

  it("are usual where they were counted, and odd where not", () => {
    const letters = countLetters(["redhouse", "redgarden", "greenhouse", "greengarden", "bluehouse", "bluegarden"]);
    expect(bitsPerLetter(letters, "redhouse")).toBeLessThan(bitsPerLetter(letters, "xqzvkjwp") - 1);
  });

  it("words are what three names share, and the cheapest cut finds them", () => {
    const letters = countLetters([
      "redhouse",
      "redgarden",
      "greenhouse",
      "greengarden",
      "bluehouse",
      "bluegarden",
      "redcar",
    ]);
    expect(cutIntoWords(letters, "redgarden")).toMatchObject({ words: ["red", "garden"], covered: 1 });
    expect(cutIntoWords(letters, "xqhousezz").words).toEqual(["house"]);
    expect(cutIntoWords(letters, "redgarden", 1).words).toEqual([]);
  });
});

describe("namePartsOf", () => {
  it.each([
    ["www.Example.co.uk.", { label: "example", suffix: "co.uk", registered: "example.co.uk" }],
    ["a.b.qxz.ddns.net", { label: "qxz", suffix: "ddns.net", registered: "qxz.ddns.net" }],
    ["a.qxz.co.cc", { label: "qxz", suffix: "co.cc", registered: "qxz.co.cc" }],
    ["www.mooo.com", { label: "mooo", suffix: "com", registered: "mooo.com" }],
    ["10.0.0.1", undefined],
    ["1.0.0.10.in-addr.arpa", undefined],
    ["localhost", undefined],
    ["com", undefined],
    ["not a name.com", undefined],
  ])("%s", (name, parts) => expect(namePartsOf(name)).toEqual(parts));
});
