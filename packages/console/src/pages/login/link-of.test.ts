import { describe, expect, it } from "vitest";
import { linkOf } from "./link-of.ts";

describe("linkOf", () => {
  it.each([
    ["#abcdefghijklmnop", "abcdefghijklmnop"],
    ["http://127.0.0.1:8787/login#abcdefghijklmnopq", "abcdefghijklmnopq"],
    ["  abcdefghijklmnop ", "abcdefghijklmnop"],
    ["short", undefined],
    ["", undefined],
    ["abcdefgh ijklmnop", undefined],
  ])("%s", (text, expected) => {
    expect(linkOf(text)).toBe(expected);
  });
});
