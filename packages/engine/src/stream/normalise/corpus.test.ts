/** Real data from ../shared/data, where it is present: CloudTrail, events of 74 products, Sigma's regression events. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Event } from "@cordon/model/event";
import { recordId, sha256Of } from "@cordon/model/ids";
import type { RecordFormat } from "@cordon/model/record";
import { instant } from "@cordon/model/time";
import { Untrusted } from "@cordon/model/untrusted";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { compileMappings, isUnmapped } from "./mapping.ts";
import { makeNormaliser, type Normalised } from "./normalise.ts";

const root = join(import.meta.dirname, "../../../../..");
const data = join(root, "../shared/data");
const sources = join(root, "content/sources");
const { mappings } = compileMappings(
  readdirSync(sources)
    .map((name) => join(sources, name, "mapping.yml"))
    .filter((path) => existsSync(path))
    .map((path) => ({ path, text: readFileSync(path, "utf8") })),
);
const toEvents = makeNormaliser({
  mappings,
  sha256: (text) => sha256Of(createHash("sha256").update(text).digest("hex")),
});

function normalised(body: Uint8Array, format: RecordFormat): Normalised {
  return toEvents({
    id: recordId("0".repeat(32)),
    source: "files",
    input: "x",
    format,
    position: 0,
    receivedAt: instant(Date.UTC(2026, 10, 21)),
    body: new Untrusted(body),
  });
}

function* filesBelow(folder: string): Generator<string> {
  if (!existsSync(folder)) return; // the body of a skipped suite is still run to collect its tests
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}

const cloudtrail = join(data, "cloudtrail/invictus");
describe.skipIf(!existsSync(cloudtrail))("CloudTrail of one campaign (skips without ../shared/data)", () => {
  it("every event is CloudTrail, with its exact time, an actor and a source", () => {
    const events = readdirSync(cloudtrail).flatMap(
      (name) => normalised(readFileSync(join(cloudtrail, name)), "json").events,
    );
    expect(events.length).toBe(2_900);
    for (const event of events) {
      expect(event.source).toBe("aws.cloudtrail");
      expect(event.time).toBe(Date.parse(String(event.raw.eventTime)));
      expect(event.entities.map(({ role }) => role)).toEqual(expect.arrayContaining(["actor", "src"]));
      expect(event.provenance.remarks).toBeUndefined();
    }
  });
});

const panther = join(data, "panther-events");
describe.skipIf(!existsSync(panther))("events of 74 log types (skips without ../shared/data)", () => {
  it("all parse; at least half is recognised, the products with a mapping nearly always", () => {
    let all = 0;
    const unmapped = new Map<string, number>();
    for (const name of readdirSync(panther)) {
      for (const line of gunzipSync(readFileSync(join(panther, name)))
        .toString()
        .split("\n")
        .filter(Boolean)) {
        const { events, problems } = normalised(
          new TextEncoder().encode(JSON.stringify(JSON.parse(line).event)),
          "json",
        );
        expect([events.length, problems.length]).toEqual([1, 0]);
        all += 1;
        if (events.some(({ source }) => isUnmapped(source))) unmapped.set(name, (unmapped.get(name) ?? 0) + 1);
      }
    }
    const missing = [...unmapped.values()].reduce((sum, count) => sum + count, 0);
    expect(all).toBe(1_409);
    expect(missing / all).toBeLessThan(0.5);
    for (const type of ["AWS.CloudTrail", "GCP.AuditLog", "Okta.SystemLog", "GitHub.Audit", "Azure.MonitorActivity"]) {
      expect(unmapped.get(`${type}.ndjson.gz`) ?? 0).toBeLessThanOrEqual(14);
    }
  });
});

interface Logsource {
  readonly product?: string;
  readonly service?: string;
  readonly category?: string;
}

const sigma = join(data, "sigma");
describe.skipIf(!existsSync(sigma))("Sigma regression events (skips without ../shared/data)", () => {
  const wanted = existsSync(sigma) ? ruleLogsources() : new Map<string, Logsource>();
  const cases = [...filesBelow(join(sigma, "regression_data"))].filter((path) => /\.(json|jsoncls|evtx)$/.test(path));

  it("there are some", () => expect(cases.length).toBeGreaterThan(150));

  it("each gets the product, service and category of its rule", () => {
    const wrong: string[] = [];
    for (const path of cases) {
      const logsource = wanted.get(ruleOf(path));
      const events = path.endsWith(".evtx") ? chunkEvents(path) : jsonEvents(path);
      const routed = logsource !== undefined && events.some((event) => fits(event, logsource));
      if (!routed || !events.every(({ log }) => log.product === "windows")) wrong.push(path.slice(sigma.length));
    }
    expect(wrong).toEqual([]);
  });
});

function fits({ log }: Event, { product, service, category }: Logsource): boolean {
  return (
    (product === undefined || log.product === product) &&
    (service === undefined || log.service === service) &&
    (category === undefined || log.categories.includes(category))
  );
}

function ruleOf(path: string): string {
  return parse(readFileSync(join(dirname(path), "info.yml"), "utf8")).rule_metadata[0].id;
}

function ruleLogsources(): ReadonlyMap<string, Logsource> {
  const found = new Map<string, Logsource>();
  for (const folder of readdirSync(sigma).filter((name) => name.startsWith("rules"))) {
    for (const path of filesBelow(join(sigma, folder))) {
      if (!path.endsWith(".yml")) continue;
      const [first] = parseAllDocuments(readFileSync(path, "utf8"));
      const rule = first !== undefined && "toJS" in first ? first.toJS() : undefined;
      if (typeof rule?.id === "string") found.set(rule.id, rule.logsource ?? {});
    }
  }
  return found;
}

const FILE_HEADER = 4_096;
const SLOT = 65_536;

function chunkEvents(path: string): readonly Event[] {
  const bytes = readFileSync(path);
  const events: Event[] = [];
  for (let at = FILE_HEADER; at < bytes.length; at += SLOT) {
    events.push(...normalised(bytes.subarray(at, at + SLOT), "evtx-chunk").events);
  }
  return events;
}

/** One object, or several pretty-printed ones in sequence. */
function jsonEvents(path: string): readonly Event[] {
  const values = readFileSync(path, "utf8").split(/^(?=\{)/m);
  return values
    .filter((text) => text.trim() !== "")
    .flatMap((text) => normalised(new TextEncoder().encode(text), "json").events);
}
