import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeKernel } from "./kernel.ts";

const read = (name: string): string => readFileSync(join(import.meta.dirname, name), "utf8");
const sources = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".as"));

describe("the kernel of the tape", () => {
  it.each(sources)("%s: the code beside it was compiled from it (else: node scripts/kernel.ts)", (name) => {
    expect(read(name.replace(".as", "-code.ts"))).toContain(createHash("sha256").update(read(name)).digest("hex"));
  });

  it("has memory of 16 MiB", () => {
    expect(makeKernel()?.memory.buffer.byteLength).toBe(16 << 20);
  });
});
