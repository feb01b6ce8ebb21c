import type { DetectorParts } from "@cordon/engine/stream/detect/detect";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeMemoryRows } from "./memory-rows.ts";

class Crash extends Error {}

/** A store that is cut off after so many writes. */
class Disk {
  readonly kept = new Map<string, string>();
  left = Number.POSITIVE_INFINITY;
  async get(key: string): Promise<string | undefined> {
    return this.kept.get(key);
  }
  async set(key: string, value: string): Promise<void> {
    this.#write();
    this.kept.set(key, value);
  }
  async delete(key: string): Promise<void> {
    this.#write();
    this.kept.delete(key);
  }
  #write(): void {
    this.left -= 1;
    if (this.left < 0) throw new Crash("cut off");
  }
}

/** A detector that remembers a list of words; every third time it gives all of them. */
class Words {
  all: string[] = [];
  #given = 0;
  #times = 0;
  readonly parts: DetectorParts = {
    changes: (anew) => {
      this.#times += 1;
      const fresh = anew || this.#given === 0 || this.#times % 3 === 0;
      const rows = this.all.slice(fresh ? 0 : this.#given);
      this.#given = this.all.length;
      return { head: `${this.all.length} words`, rows: [{ way: "words", fresh, rows }] };
    },
    resume: (head) => {
      this.all = [];
      return {
        take: (way, row) => void this.all.push(way === "words" ? row : "?"),
        end: () => {
          this.#given = this.all.length;
          return head === `${this.all.length} words` ? undefined : `${this.all.length} are not ${head}`;
        },
      };
    },
  };
}

async function open(disk: Disk) {
  const words = new Words();
  const rows = makeMemoryRows({ parts: words.parts, kv: disk, key: "memory" });
  const text = disk.kept.get("memory");
  const reason = text === undefined ? undefined : await rows.resume(text);
  return { words, reason, save: () => rows.save((saved) => disk.set("memory", saved)) };
}

describe("rows of memory", () => {
  it("are what the text names, wherever writing was cut off", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(4), fc.option(fc.nat(9))), { maxLength: 14 }), async (steps) => {
        const disk = new Disk();
        let now = await open(disk);
        let durable: readonly string[] = [];
        for (const [more, cut] of steps) {
          for (let i = 0; i < more; i += 1) now.words.all.push(`word ${now.words.all.length}`);
          disk.left = cut ?? Number.POSITIVE_INFINITY;
          const before = disk.kept.get("memory");
          const failed = await now.save().then(
            () => false,
            () => true,
          );
          disk.left = Number.POSITIVE_INFINITY;
          if (disk.kept.get("memory") !== before) durable = [...now.words.all];
          // Half of those that fail go on, the others begin again.
          if (!failed || (cut ?? 0) % 2 === 0) continue;
          now = await open(disk);
          expect([now.reason, now.words.all]).toEqual([undefined, durable]);
        }
        now = await open(disk);
        expect([now.reason, now.words.all]).toEqual([undefined, durable]);
        expect([...disk.kept.keys()].length).toBeLessThanOrEqual(1 + durable.length + 14);
      }),
      { numRuns: 300 },
    );
  });
  it("says which row is missing", async () => {
    const disk = new Disk();
    const { words, save } = await open(disk);
    words.all.push("a", "b");
    await save();
    disk.kept.delete("memory:words:2");
    expect((await open(disk)).reason).toMatch(/row 2 of words is missing|are not 2 words/);
  });
  it("leaves nothing behind that no text names", async () => {
    const disk = new Disk();
    const { words, save } = await open(disk);
    words.all.push("a", "b");
    await save();
    disk.kept.set("memory:words:3", "of a crash");
    await open(disk);
    expect([...disk.kept.keys()]).toEqual(["memory:words:1", "memory:words:2", "memory"]);
  });
});
