/** What `cordon rules run` says of a line is what the river says of it: the same subjects, the same hits. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { makeDetector } from "@cordon/engine/stream/detect/detect";
import { makeLineDetector } from "@cordon/engine/stream/detect/lines/line-detector";
import { loadRules } from "@cordon/engine/stream/detect/sigma/load-rules";
import type { SubjectsOf } from "@cordon/engine/stream/line-subject";
import { makeNormaliser } from "@cordon/engine/stream/normalise/normalise";
import { makeSubjects } from "@cordon/engine/stream/normalise/subjects";
import { makeTapedSubjects } from "@cordon/engine/stream/normalise/taped-subjects";
import { makeTape } from "@cordon/engine/stream/tape/json-tape";
import type { Event } from "@cordon/model/event";
import { recordId, sha256Of } from "@cordon/model/ids";
import { Untrusted } from "@cordon/model/untrusted";
import { PLAIN_VIEW } from "@cordon/model/view";
import { describe, expect, it } from "vitest";
import { type FramedLine, LINES } from "./lines.fixture.ts";
import { mappings } from "./river.ts";

const sha256 = (text: string | Uint8Array) => sha256Of(createHash("sha256").update(text).digest("hex"));
const RULES = join(import.meta.dirname, "../../content/rules");
const ANY = `title: anything that names an address
id: 00000000-0000-4000-8000-000000000001
level: low
logsource: {category: any}
detection: {k: ['203.0.113.9', certutil], condition: k}
`;
const ruleset = loadRules([
  { path: "any.yml", text: ANY, source: "test" },
  ...readdirSync(RULES, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".yml") && !path.endsWith(".test.yml"))
    .map((path) => ({ path, text: readFileSync(join(RULES, path), "utf8"), source: "cordon" })),
]);

/** A normaliser of its own for each line: parts of scripts join over lines, which lines alone cannot. */
function eventsOf({ bytes, framing }: FramedLine): readonly Event[] {
  const normalise = makeNormaliser({ mappings: mappings.mappings, sha256 });
  const id = recordId("1".padStart(32, "0"));
  const record = { ...framing, id, source: "files", input: "input", body: new Untrusted(bytes) };
  return normalise(record).events;
}

const seen = LINES.map((line) => ({ line, events: eventsOf(line) }));

function expectSame(subjectsOf: SubjectsOf): void {
  for (const { line, events } of seen) {
    const { subjects } = subjectsOf(line.bytes, line.framing);
    expect(
      subjects.map(({ raw, view, log, time }) => ({
        raw,
        view: view.id,
        log,
        time: time() ?? line.framing.receivedAt,
      })),
      line.name,
    ).toEqual(
      events.map(({ raw, shape, source, log, time }) => {
        const view = mappings.views.get(shape) ?? mappings.views.get(source) ?? PLAIN_VIEW;
        return { raw, view: view.id, log, time };
      }),
    );
  }
}

describe("lines of every layout", () => {
  it("are the subjects that the normaliser makes of them", () => {
    expect(LINES.length).toBeGreaterThan(400);
    expectSame(makeSubjects(mappings));
  });

  it.each([
    ["on", "objects"],
    ["off", "objects"],
    ["on", "tape"],
    ["off", "tape"],
  ] as const)("make the hits that the detector makes, routing %s, by %s", (routing, way) => {
    const options = { informational: true, routing };
    const detector = makeDetector({ ...ruleset, correlations: [], muted: new Map(), options }, mappings.views, sha256);
    const tape = way === "tape" ? makeTape({ before: 0 }) : undefined;
    const taped = tape && { tape, subjectOf: makeTapedSubjects(mappings) };
    const lines = makeLineDetector({ ...ruleset, subjectsOf: makeSubjects(mappings), taped, routing, hash: sha256 });
    let hits = 0;
    for (const { line, events } of seen) {
      const found = lines.detect(line.bytes, line.framing);
      hits += found.length;
      expect(
        found.map(({ facts, matched }) => ({ rule: facts.ref, matched })),
        line.name,
      ).toEqual(detector.detect(events).map(({ rule, matched }) => ({ rule, matched })));
    }
    expect(hits).toBeGreaterThan(100);
    const { lines: read, events, failed, differed, taped: byTape } = lines.stats();
    expect({ read, failed, differed }).toEqual({ read: LINES.length, failed: { count: 0 }, differed: { count: 0 } });
    expect(byTape > 80).toBe(way === "tape");
    expect(events).toBe(seen.reduce((sum, one) => sum + one.events.length, 0));
  });
});
