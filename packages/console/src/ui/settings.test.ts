import { describe, expect, it } from "vitest";
import { parseSettings } from "./settings.tsx";

describe("parseSettings", () => {
  it.each([
    [null, { theme: "system", zone: "utc", shortcuts: true }],
    ['{"theme":"dark","zone":"local","shortcuts":false}', { theme: "dark", zone: "local", shortcuts: false }],
    ['{"theme":"<x>","zone":7}', { theme: "system", zone: "utc", shortcuts: true }],
    ["not json", { theme: "system", zone: "utc", shortcuts: true }],
    ["[]", { theme: "system", zone: "utc", shortcuts: true }],
    ["null", { theme: "system", zone: "utc", shortcuts: true }],
  ])("%s", (text, expected) => {
    expect(parseSettings(text)).toEqual(expected);
  });
});
