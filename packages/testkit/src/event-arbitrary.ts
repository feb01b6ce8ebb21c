/** Events and queries by chance, hostile on purpose: backslashes, quotes, odd case pairs, half surrogates, deep values. */
import type { Entity } from "@cordon/model/entity";
import type { Event, OcsfSeverity } from "@cordon/model/event";
import { eventId, recordId, sha256Of } from "@cordon/model/ids";
import type { Json, JsonObject } from "@cordon/model/json";
import type { EventQuery, FieldTest } from "@cordon/model/query";
import { instant } from "@cordon/model/time";
import type { FieldView } from "@cordon/model/view";
import fc from "fast-check";

const SOURCES = ["windows.security", "linux.sshd", "unknown"] as const;
const CLASSES = [0, 1007, 3002] as const;
const FIELDS = ["Image", "user.name", "Command Line", "Hashes", "sha1", "fixed", "image", "missing", "list"] as const;

/** Small pieces that collide often; between them the traps of escaping and of folding case. */
const PIECES = [
  "a",
  "A",
  "k",
  "\u212a",
  "\u0130",
  "i",
  "\u00df",
  "\u03a3",
  "\\",
  '"',
  "'",
  "%",
  "_",
  "\n",
  "\0",
  "\x1f",
  "\ud83d\ude00",
  "\ud83d",
  "\u00e9",
  "\ufffd",
  "C:\\Windows",
  "4688",
  ".exe",
  " ",
  "/",
] as const;

export const textPiece: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...PIECES), { minLength: 0, maxLength: 4 })
  .map((pieces) => pieces.join(""));

const json: fc.Arbitrary<Json> = fc.oneof(
  textPiece,
  fc.constantFrom<Json>(4688, 1.5, 0, true, false, null, "SHA1=AAK4688,MD5=aa"),
  fc.array(textPiece, { maxLength: 3 }),
  fc.record({ name: textPiece, inner: fc.constantFrom<Json>({ name: "A\\k" }, [], "x") }),
);

const raw: fc.Arbitrary<JsonObject> = fc.dictionary(
  fc.constantFrom("Image", "user", "CommandLine", "Hashes", "list", "1", "__proto__", 'odd"key\\'),
  json,
  { maxKeys: 5 },
);

const entity: fc.Arbitrary<Entity> = fc.record(
  {
    kind: fc.constantFrom("host", "user", "ip", "process"),
    role: fc.constantFrom("actor", "target", "device"),
    value: fc.oneof(fc.constantFrom("h1", "h2", "10.0.0.1"), textPiece),
    wellKnown: fc.constant(true as const),
    raw: textPiece,
  },
  { requiredKeys: ["kind", "role", "value"] },
);

/** Ids come from a small space, so that repeats happen. */
export const storedId = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 2 }))
  .map(([record, index]) => ({ record: recordText(record), index }));

const recordText = (n: number): string => (n * 2_654_435_761).toString(16).padStart(32, "0").slice(-32);

const severity: fc.Arbitrary<OcsfSeverity> = fc.constantFrom(0, 1, 2, 3, 4, 5, 6);

/** Times of one hour, few enough that ties happen. */
const time = fc.integer({ min: 1_700_000_000_000, max: 1_700_000_000_030 }).map(instant);

export const anyEvent: fc.Arbitrary<Event> = fc
  .record({
    id: storedId,
    time,
    source: fc.constantFrom(...SOURCES),
    class: fc.constantFrom(...CLASSES),
    severity,
    outcome: fc.constantFrom("success" as const, "failure" as const, undefined),
    product: fc.constantFrom("windows", undefined),
    raw,
    entities: fc.array(entity, { maxLength: 4 }),
    remarks: fc.option(fc.array(textPiece, { maxLength: 2 }), { nil: undefined }),
  })
  .map(({ id, outcome, product, remarks, ...rest }) => ({
    ...rest,
    id: eventId(`${id.record}-${id.index}`),
    receivedAt: instant(rest.time + 5),
    shape: rest.source,
    log: {
      ...(product === undefined ? {} : { product }),
      categories: product === undefined ? [] : ["process_creation"],
    },
    activity: 1,
    ...(outcome === undefined ? {} : { outcome }),
    provenance: {
      record: recordId(id.record),
      via: "files",
      input: '/var/log/it\'s "odd".log',
      position: 7,
      mapping: rest.source,
      version: "1",
      sha256: sha256Of("0".repeat(64)),
      ...(remarks === undefined ? {} : { remarks }),
    },
  }));

const fieldTest: fc.Arbitrary<FieldTest> = fc.record(
  {
    field: fc.constantFrom(...FIELDS),
    op: fc.constantFrom("eq", "contains", "startswith", "endswith", "exists"),
    value: fc.oneof(textPiece, fc.constantFrom("AAK4688", "aak4688", "steady", "1.5", "TRUE", "0")),
  },
  { requiredKeys: ["field", "op"] },
);

const someId = storedId.map(({ record, index }) => eventId(`${record}-${index}`));

/** One condition at a time: a query of many conditions matches nothing, and proves nothing. */
const condition: fc.Arbitrary<Partial<EventQuery>> = fc.oneof(
  fc.record({ from: time }),
  fc.record({ to: time }),
  fc.record({ ids: fc.array(someId, { maxLength: 12 }) }),
  fc.record({
    entities: fc.array(
      entity.map(({ kind, value }) => ({ kind, value })),
      { maxLength: 3 },
    ),
  }),
  fc.record({ sources: fc.uniqueArray(fc.constantFrom(...SOURCES), { maxLength: 2 }) }),
  fc.record({ classes: fc.uniqueArray(fc.constantFrom(...CLASSES), { maxLength: 2 }) }),
  fc.record({ fields: fc.array(fieldTest, { minLength: 1, maxLength: 2 }) }),
  fc.record({ fields: fc.tuple(fieldTest) }),
  fc.record({ text: textPiece }),
  fc.record({ text: fc.constantFrom(...PIECES) }),
  fc.record({ after: fc.record({ time, id: someId }) }),
);

export const anyQuery: fc.Arbitrary<EventQuery> = fc
  .record({
    order: fc.constantFrom("oldest" as const, "newest" as const),
    limit: fc.constantFrom(1, 2, 5, 10_000),
    conditions: fc.array(condition, { maxLength: 3 }),
  })
  .map(({ order, limit, conditions }) => Object.assign({ order, limit }, ...conditions));

const view = (id: string, extra: Partial<FieldView>): FieldView => ({
  id,
  roots: [[]],
  alias: {},
  derived: {},
  ...extra,
});

/** Views with an alias, a part of a hash list and computed values, of which SQL knows nothing. */
export const SAMPLE_VIEWS: ReadonlyMap<string, FieldView> = new Map([
  [
    "windows.security",
    view("windows.security", {
      alias: { image: [["Image"], ["user", "name"]] },
      derived: {
        sha1: { kind: "hash-part", from: ["Hashes"], label: "SHA1" },
        fixed: { kind: "constant", value: "Steady" },
      },
    }),
  ],
  ["linux.sshd", view("linux.sshd", { roots: [["user"], []] })],
]);
