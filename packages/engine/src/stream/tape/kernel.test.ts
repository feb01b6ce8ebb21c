import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeKernel } from "./kernel.ts";
import { KERNEL_SOURCE_SHA256 } from "./kernel-code.ts";

describe("the kernel of the tape", () => {
  it("was compiled from the source beside it (else: node scripts/kernel.ts)", () => {
    const source = readFileSync(join(import.meta.dirname, "kernel.as"));
    expect(KERNEL_SOURCE_SHA256).toBe(createHash("sha256").update(source).digest("hex"));
  });

  it("has memory of 16 MiB", () => {
    expect(makeKernel()?.memory.buffer.byteLength).toBe(16 << 20);
  });
});
