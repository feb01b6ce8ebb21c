import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instant } from "@cordon/model/time";
import { eventStoreContract } from "@cordon/testkit/event-store-contract";
import { afterAll } from "vitest";
import { openEventStore } from "./event-store.ts";

const root = mkdtempSync(join(tmpdir(), "cordon-events-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const runtime = { now: () => instant(1_700_000_000_000) };
let made = 0;

eventStoreContract({
  name: "parquet segments",
  make: (views) => {
    made += 1;
    return openEventStore({ dir: join(root, String(made)), views, runtime });
  },
  runs: 30,
});
