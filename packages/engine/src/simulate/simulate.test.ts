import { instant } from "@cordon/model/time";
import { describe, expect, it } from "vitest";
import { encoded } from "./attack-phishing.ts";
import { simulate } from "./simulate.ts";

const start = instant(Date.UTC(2026, 10, 21, 20));

describe("simulate", () => {
  it("G1. the same seed gives the same bytes, another seed others", () => {
    const text = (seed: number): string => JSON.stringify(simulate({ seed, start }));
    expect(text(7)).toBe(text(7));
    expect(text(7)).not.toBe(text(8));
  });

  it("G2. lines do not tell attack from background, and come in order of time", () => {
    const { lines } = simulate({ seed: 3, start });
    for (const line of lines.filter((each) => each.scenario !== undefined))
      expect(line.text).not.toContain(line.scenario);
    expect(lines.every((line, at) => at === 0 || (lines[at - 1]?.at ?? 0) <= line.at)).toBe(true);
  });

  it.each([
    ["phishing", "-EncodedCommand", "windows"],
    ["cloud-takeover", "StopLogging", "cloudtrail"],
    ["ssh-brute-force", "Accepted password", "linux"],
  ] as const)("%s is staged with its truth", (scenario, mark, feed) => {
    const { lines, truths } = simulate({ seed: 11, start, scenarios: [scenario] });
    expect(truths.map((truth) => truth.scenario)).toEqual([scenario]);
    const staged = lines.filter((line) => line.scenario === scenario);
    expect(staged.some((line) => line.text.includes(mark) && line.feed === feed)).toBe(true);
    for (const address of truths[0]?.addresses ?? [])
      expect(staged.some((line) => line.text.includes(address))).toBe(true);
    expect(staged.every((line) => line.at <= (truths[0]?.to ?? 0))).toBe(true);
  });

  it("every line is what its feed carries", () => {
    for (const line of simulate({ seed: 5, start }).lines)
      if (line.feed === "linux") expect(line.text).toMatch(/^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ \S+\[\d+\]: /);
      else expect(() => JSON.parse(line.text)).not.toThrow();
  });

  it("encodes commands as PowerShell decodes them", () => {
    expect(Buffer.from(encoded("Write-Host 'ä'"), "base64").toString("utf16le")).toBe("Write-Host 'ä'");
  });
});
