/** A data folder that cannot be worked on: the command says why and ends. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeRuntime } from "@cordon/adapters/runtime";
import { openEventStore } from "@cordon/adapters/storage/segments/event-store";
import type { Event } from "@cordon/model/event";
import { eventId, recordId, sha256Of } from "@cordon/model/ids";
import { instant } from "@cordon/model/time";
import { afterAll, describe, expect, it } from "vitest";
import { cordon } from "../server.ts";

const data = mkdtempSync(join(tmpdir(), "cordon-damaged-"));
afterAll(() => rmSync(data, { recursive: true, force: true }));

describe("a data folder whose spool was lost beside its events", () => {
  it("is named, and the command ends", { timeout: 60_000 }, async () => {
    const store = await openEventStore({ dir: join(data, "events"), views: new Map(), runtime: makeRuntime() });
    const time = instant(Date.UTC(2026, 0, 5));
    const event: Event = {
      ...{ id: eventId(`${"0".repeat(32)}-0`), time, receivedAt: time, source: "s", shape: "s" },
      ...{ log: { categories: [] }, class: 0, activity: 0, severity: 0, raw: {}, entities: [] },
      provenance: {
        ...{ record: recordId("r"), via: "v", input: "f", position: 0, mapping: "s", version: "1" },
        sha256: sha256Of("0".repeat(64)),
      },
    };
    await store.append(7, [event]);
    await store.seal();
    await store.close();
    const { code, err } = await cordon(["search", "--data", data, "--json"]);
    expect(code).toBe(4);
    expect(err).toContain("cursor-ahead");
  });
});
