/**
 * What is remembered of subjects is what objects give: the same view, log source, time and content for every line that the tape
 * vouches for, in any order, however often, with any values. Lines are those of all layouts, and real events where they are there.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Framing } from "@cordon/engine/stream/line-subject";
import { decodeEvtxChunk } from "@cordon/engine/stream/normalise/decode/evtx/evtx";
import { makeSubjects } from "@cordon/engine/stream/normalise/subjects";
import { makeTapedSubjects } from "@cordon/engine/stream/normalise/taped-subjects";
import { makeTape, type TapeLimits } from "@cordon/engine/stream/tape/json-tape";
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { instant } from "@cordon/model/time";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LINES } from "./lines.fixture.ts";
import { mappings } from "./river.ts";

const FRAMING: Framing = { format: "auto", position: 1, receivedAt: instant(0) };
const encoder = new TextEncoder();
const subjectsOf = makeSubjects(mappings);

/** Counts lines whose subject came from the tape; throws where it is another than that of objects. */
function makeTwins(limits: Partial<TapeLimits>) {
  const tape = makeTape(limits);
  if (tape === undefined) throw new Error("no WebAssembly here");
  const subjectOf = makeTapedSubjects(mappings);
  return (text: string): number => {
    const bytes = encoder.encode(text);
    const subject = tape.read(bytes) ? subjectOf(tape) : undefined;
    if (subject === undefined) return 0;
    const { subjects } = subjectsOf(bytes, FRAMING);
    const shown = (one: typeof subject) => ({
      ...{ view: one.view.id, log: one.log, mapped: one.mapped, time: one.time() },
      // Its order too.
      raw: JSON.stringify(one.raw),
    });
    expect([shown(subject)]).toEqual(subjects.map(shown));
    expect(tape.reads).toBeUndefined();
    return 1;
  };
}

const objects = LINES.filter(({ framing }) => framing.format === "auto").flatMap(({ bytes }): readonly JsonObject[] => {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isJsonObject(value) ? [value] : [];
  } catch {
    return [];
  }
});

const SMALL: Partial<TapeLimits> = { before: 0 };
const NARROW: Partial<TapeLimits> = { before: 0, values: 64, bytes: 4_096, nodes: 512, shapes: 8, rest: 16 };

/** Every text that stands anywhere in the lines: channels, providers, numbers among them. */
const texts = [...new Set(objects.flatMap((one) => [...textsIn(one)]))];

function* textsIn(value: Json): Generator<Json> {
  if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) yield* textsIn(inner);
  else if (value !== null) yield value;
}

/** The same keys, some values exchanged. */
function exchanged(value: Json, take: () => Json | undefined): Json {
  if (Array.isArray(value)) return value.map((one) => exchanged(one, take));
  if (!isJsonObject(value)) return take() ?? value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, exchanged(inner, take)]));
}

describe("subjects by the tape", () => {
  it("every layout, again and again", () => {
    const twins = makeTwins({});
    let taped = 0;
    for (let round = 0; round < 6; round += 1) for (const one of objects) taped += twins(JSON.stringify(one));
    expect(taped).toBeGreaterThan(150);
  });

  it.each([
    ["room for all", SMALL],
    ["little room", NARROW],
  ])("any order, any values; %s", (_, limits) => {
    let taped = 0;
    // Few kinds of events, each often: what was learnt of one must not be said of another.
    const kinds = fc.array(fc.nat({ max: objects.length - 1 }), { minLength: 1, maxLength: 3 });
    const lines = fc.array(
      fc.record({
        which: fc.nat({ max: 2 }),
        /** Which leaves get which texts. */
        changes: fc.array(fc.tuple(fc.nat({ max: 40 }), fc.nat({ max: texts.length - 1 })), { maxLength: 4 }),
        times: fc.integer({ min: 1, max: 3 }),
      }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(kinds, lines, (few, rows) => {
        const twins = makeTwins(limits);
        for (const { which, changes, times } of rows) {
          let leaf = 0;
          const take = (): Json | undefined => {
            leaf += 1;
            const change = changes.find(([at]) => at === leaf);
            return change && texts[change[1]];
          };
          const text = JSON.stringify(exchanged(objects[few[which % few.length] ?? 0] ?? {}, take));
          for (let i = 0; i < times; i += 1) taped += twins(text);
        }
      }),
      { numRuns: 60 },
    );
    expect(taped).toBeGreaterThan(50);
  });
});

const evtx = join(import.meta.dirname, "../../../shared/data/evtx");
const HEADER_BYTES = 4_096;
const SLOT_BYTES = 65_536;

/** The first events of each log. */
function* realEvents(): Generator<JsonObject> {
  if (!existsSync(evtx)) return;
  for (const name of readdirSync(evtx, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".evtx")) continue;
    const bytes = new Uint8Array(readFileSync(join(evtx, name)));
    for (const { event } of decodeEvtxChunk(bytes.subarray(HEADER_BYTES, HEADER_BYTES + SLOT_BYTES)).records)
      yield event;
  }
}

describe.skipIf(!existsSync(evtx))("subjects of real events by the tape (skips without ../shared/data)", () => {
  it("Windows events as they are, and flat", () => {
    const twins = makeTwins({});
    let [taped, all] = [0, 0];
    for (const event of realEvents()) {
      const { System: system, EventData: data } = isJsonObject(event.Event) ? event.Event : {};
      const flat = { ...(isJsonObject(system) ? system : {}), ...(isJsonObject(data) ? data : {}) };
      all += 2;
      for (const one of [event, flat]) taped += twins(JSON.stringify(one));
    }
    expect(taped / all).toBeGreaterThan(0.2);
  });
});
