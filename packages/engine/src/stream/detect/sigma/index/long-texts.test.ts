import { describe, expect, it } from "vitest";
import { LongTexts } from "./long-texts.ts";
import { tell, told } from "./value-memo.ts";

const long = (name: string, units: number): string => `${name} ${"x".repeat(units)}`;

describe("LongTexts", () => {
  it.each([
    ["short ones", "x".repeat(1_000)],
    ["those that would fill the memory", "x".repeat(300_000)],
  ])("keeps no %s", (_, text) => {
    expect(new LongTexts().of(text)).toBeUndefined();
  });

  it("keeps answers with the text they are of", () => {
    const texts = new LongTexts();
    const known = texts.of(long("a", 2_000));
    if (known === undefined) throw new Error("not kept");
    tell(known, 7, true);
    const [again, other] = [texts.of(long("a", 2_000)), texts.of(long("b", 2_000))];
    expect([again && told(again, 7), again && told(again, 8), other && told(other, 7)]).toEqual([
      true,
      undefined,
      undefined,
    ]);
  });

  it("forgets what has not come for long, and keeps what comes", () => {
    const texts = new LongTexts();
    const [often, once] = [texts.of(long("often", 9_000)), texts.of(long("once", 9_000))];
    for (let i = 0; i < 300; i += 1) {
      texts.of(long(`${i}`, 9_000));
      expect(texts.of(long("often", 9_000))).toBe(often);
    }
    expect(texts.of(long("once", 9_000))).not.toBe(once);
  });
});
