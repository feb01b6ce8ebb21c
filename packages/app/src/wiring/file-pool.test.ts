import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type FilePool, makeFilePool } from "./file-pool.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
let pool: FilePool | undefined;
let folder: string | undefined;
afterEach(async () => {
  await pool?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true });
  pool = folder = undefined;
});

function open(rules: string, more: { timeMs?: number } = {}): { path: string; made: FilePool } {
  folder = mkdtempSync(join(tmpdir(), "cordon-pool-"));
  const path = join(folder, "own.yar");
  writeFileSync(path, rules);
  pool = makeFilePool({ paths: [path], ...more });
  return { path, made: pool };
}

describe("makeFilePool", () => {
  it("examines in a thread, leaves the caller's bytes alone, and takes up changed rules (FE2)", async () => {
    const { path, made } = open('rule one { strings: $a = "abc" condition: $a }');
    const own = Buffer.from("xxabc"); // lies in a pool of bytes that is not its own
    const first = await made.examine("a.txt", own);
    expect(own).toHaveLength(5);
    expect(first.report?.hits.map(({ rule }) => rule)).toEqual(["one"]);
    expect(first.report?.hashes[0]?.md5).toMatch(/^[0-9a-f]{32}$/);
    writeFileSync(path, 'rule two { strings: $a = "abc" condition: $a }\nrule bad { condition: nope }');
    const second = await made.examine("a.txt", own);
    expect(second.report?.hits.map(({ rule }) => rule)).toEqual(["two"]);
    expect(made.state().remarks.join()).toMatch(/own\.yar: rule bad: /);
  });

  it("ends a thread that takes too long, and says so (FP2)", async () => {
    // A pattern without any fixed text over megabytes of one letter.
    const { made } = open(
      "rule slow { strings: $a = /(a+)+[bc]{1,50}d/ $b = /[a-z]{20,900}Q/ condition: any of them }",
      {
        timeMs: -59_999,
      },
    );
    const slow = await made.examine("a.bin", bytes("a".repeat(8 * 2 ** 20)));
    expect(slow.report).toBeUndefined();
    expect(slow.reason).toMatch(/not examined within/);
  });

  it("refuses more than its queue holds, and answers those who wait when it closes (FP1)", async () => {
    const { made } = open("rule one { condition: false }");
    const asked = Array.from({ length: 65 }, (_, at) => made.examine(`${at}.txt`, bytes("a")));
    await expect(made.examine("more.txt", bytes("a"))).rejects.toMatchObject({ code: "unavailable" });
    await made.close();
    const answers = await Promise.all(asked);
    expect(answers.some(({ reason }) => reason === "Cordon is stopping")).toBe(true);
  });
});
