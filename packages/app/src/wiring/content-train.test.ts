import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CONTENT } from "./content.ts";
import { trainContent } from "./content-train.ts";

/** Learning takes seconds of CPU, on a busy machine a minute. */
const PATIENCE_MS = 180_000;

describe("the shipped model of names", () => {
  it(
    "is what `content train domains` makes without data, byte for byte",
    async () => {
      const { bytes, own, unread } = await trainContent("domains", { progress: () => undefined });
      const shipped = readFileSync(join(CONTENT, "models", "generated-names.model"));
      expect([own, unread, Buffer.compare(shipped, bytes)]).toEqual([0, [], 0]);
    },
    PATIENCE_MS,
  );
});
