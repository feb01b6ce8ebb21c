/** Real events from ../shared/data, where it is present: what a tape vouches for is what the old way says, and it is most of them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Json } from "@cordon/model/json";
import { describe, expect, it } from "vitest";
import { decodeEvtxChunk } from "../normalise/decode/evtx/evtx.ts";
import { makeTwin } from "./tape-twin.fixture.ts";

const data = join(import.meta.dirname, "../../../../../../shared/data");
const encoder = new TextEncoder();

function filesBelow(folder: string, ending: string): readonly string[] {
  if (!existsSync(folder)) return []; // the body of a skipped suite is still run to collect its tests
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** A file of Windows: 4 KiB of its own, then slots of 64 KiB. */
function* windowsEvents(): Generator<Json> {
  for (const path of filesBelow(join(data, "evtx/attack-samples"), ".evtx")) {
    const bytes = readFileSync(path);
    for (let at = 4_096; at < bytes.length; at += 65_536) {
      for (const { event } of decodeEvtxChunk(bytes.subarray(at, at + 65_536)).records) yield event;
    }
  }
}

function* cloudEvents(): Generator<Json> {
  for (const path of filesBelow(join(data, "cloudtrail/invictus"), ".json")) {
    yield* JSON.parse(readFileSync(path, "utf8")).Records;
  }
}

function* mixedEvents(): Generator<Json> {
  for (const path of filesBelow(join(data, "panther-events"), ".gz")) {
    for (const line of gunzipSync(readFileSync(path)).toString().split("\n").filter(Boolean)) {
      yield JSON.parse(line).event;
    }
  }
}

describe.skipIf(!existsSync(data))("real events (skips without ../shared/data)", () => {
  it.each([
    ["Windows", windowsEvents, 7_860, 7_860],
    ["CloudTrail", cloudEvents, 2_900, 2_898],
    ["74 products", mixedEvents, 1_409, 1_394],
  ] as const)("%s", (_, events, count, least) => {
    const twin = makeTwin({ before: 0 });
    let all = 0;
    let vouched = 0;
    for (const event of events()) {
      all += 1;
      if (twin.check(encoder.encode(JSON.stringify(event)))) vouched += 1;
    }
    expect(all).toBe(count);
    expect(vouched).toBeGreaterThanOrEqual(least);
  });
});
