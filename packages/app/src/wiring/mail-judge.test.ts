import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Config, loadConfig } from "../config.ts";
import { openMailJudge, SHIPPED_MAIL } from "./mail-judge.ts";

const config = (mail: Partial<Config["learning"]["mail"]>): Config => {
  const whole = loadConfig({});
  return { ...whole, learning: { ...whole.learning, mail: { enabled: true, ...mail } } };
};

describe("the learnt model of mail", () => {
  it("the shipped one is there and fits the marks of this version (else: cordon mail train --out content/models/mail.model)", () => {
    expect(openMailJudge(loadConfig({}))).toMatchObject({ kind: "judge" });
  });

  it("can be switched off", () => {
    expect(openMailJudge(config({ enabled: false }))).toEqual({ kind: "off" });
  });

  it("MJ3. is refused with its reason", () => {
    const folder = mkdtempSync(join(tmpdir(), "cordon-mail-judge-"));
    const path = join(folder, "m.model");
    const good = readFileSync(SHIPPED_MAIL);
    const rows: readonly (readonly [Uint8Array, RegExp])[] = [
      [good.map((byte, at) => (at === 5_000 ? byte ^ 1 : byte)), /m\.model: the checksum of \d+ bytes does not hold/],
      [good.subarray(0, 900), /cut short or changed/],
      [new TextEncoder().encode("no model"), /not a model file/],
    ];
    for (const [bytes, reason] of rows) {
      writeFileSync(path, bytes);
      expect(openMailJudge(config({ model: path }))).toMatchObject({
        kind: "refused",
        reason: expect.stringMatching(reason),
      });
    }
    expect(openMailJudge(config({ model: join(folder, "none") }))).toMatchObject({ kind: "refused" });
    rmSync(folder, { recursive: true });
  });
});
