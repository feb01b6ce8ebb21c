/** What every event store must do, whatever it is made of. Each implementation runs it; the memory fake is the twin. */
import type { Event } from "@cordon/model/event";
import { eventId, type NonEmpty, nonEmpty } from "@cordon/model/ids";
import type { Json } from "@cordon/model/json";
import type { EventScan, EventStore } from "@cordon/model/ports/event-store";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import type { EventQuery } from "@cordon/model/query";
import { instant } from "@cordon/model/time";
import type { FieldView } from "@cordon/model/view";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyEvent, anyQuery, SAMPLE_VIEWS } from "./event-arbitrary.ts";
import { makeMemoryEventStore } from "./memory-event-store.ts";

export interface EventStoreSubject {
  readonly name: string;
  make(views: ReadonlyMap<string, FieldView>): Promise<EventStore>;
  /** Random histories to try. */
  readonly runs: number;
}

/** Each run opens a store and writes files; a busy machine needs minutes, not seconds. */
const PROPERTY_TIMEOUT_MS = 240_000;

const ALL: EventQuery = { order: "oldest", limit: 10_000 };

export function eventStoreContract(subject: EventStoreSubject): void {
  const withStore = async (work: (store: EventStore) => Promise<void>): Promise<void> => {
    const store = await subject.make(SAMPLE_VIEWS);
    try {
      await work(store);
    } finally {
      await store.close();
    }
  };

  describe(`${subject.name}: event store contract`, () => {
    appendCases(withStore);
    readCases(withStore);
    searchCases(withStore);
    it(
      "gives what a naive filter gives, tail and segments mixed",
      async () => {
        const property = fc.asyncProperty(history, (steps) => withStore((store) => compareWithTwin(store, steps)));
        await fc.assert(property, { numRuns: subject.runs });
      },
      PROPERTY_TIMEOUT_MS,
    );
  });
}

type WithStore = (work: (store: EventStore) => Promise<void>) => Promise<void>;

function appendCases(withStore: WithStore): void {
  it("shows an event in the tail, and once after sealing", () =>
    withStore(async (store) => {
      const [event] = sample(1);
      await store.append(1, [event]);
      expect(await store.search(ALL, NEVER_STOP)).toEqual([event]);
      expect(await store.seal()).toBe(1);
      expect(await store.search(ALL, NEVER_STOP)).toEqual([event]);
      expect(await store.stats()).toMatchObject({ events: 1, tail: 0, segments: 1 });
    }));

  it("takes a seq once, before and after sealing", () =>
    withStore(async (store) => {
      const events = sample(3);
      await store.append(1, events);
      await store.append(1, events);
      expect(await store.count(ALL, 100, NEVER_STOP)).toBe(3);
      await store.seal();
      await store.append(1, events);
      expect(await store.count(ALL, 100, NEVER_STOP)).toBe(3);
    }));

  it("stores an event id once, whichever seq brings it", () =>
    withStore(async (store) => {
      const events = sample(3);
      await store.append(1, [...events, ...events]);
      await store.append(2, events);
      await store.seal();
      await store.append(3, events);
      await store.seal();
      expect(await store.count(ALL, 100, NEVER_STOP)).toBe(3);
      expect((await store.stats()).events).toBe(3);
    }));

  it("seals batches without events too, so that their cursor moves", () =>
    withStore(async (store) => {
      expect(await store.seal()).toBe(0);
      await store.append(1, []);
      expect(await store.seal()).toBe(1);
      await store.append(2, sample(1));
      await store.append(3, []);
      expect(await store.seal()).toBe(3);
    }));
}

function readCases(withStore: WithStore): void {
  it("gets by id in the order asked, and leaves out what it does not hold", () =>
    withStore(async (store) => {
      const [one, two, three] = sample(3);
      await store.append(1, [one, two]);
      await store.seal();
      await store.append(2, [three]);
      const ids: NonEmpty<Event["id"]> = [three.id, eventId(`${"f".repeat(32)}-9`), one.id, three.id];
      expect(await store.get(ids)).toEqual([three, one]);
    }));

  it("counts no further than the cap", () =>
    withStore(async (store) => {
      await store.append(1, sample(3));
      await store.seal();
      await store.append(2, sample(5).slice(3));
      expect(await store.count(ALL, 4, NEVER_STOP)).toBe(4);
      expect(await store.count(ALL, 9, NEVER_STOP)).toBe(5);
    }));

  for (const order of ["oldest", "newest"] as const) {
    it(`pages through everything, ${order} first, each event once`, () =>
      withStore(async (store) => {
        const events = sample(40);
        await store.append(1, events.slice(0, 13));
        await store.seal();
        await store.append(2, events.slice(13, 30));
        await store.seal();
        await store.append(3, events.slice(30));
        const paged = await allPages(store, { order, limit: 7 });
        expect(paged.map((event) => event.id).sort()).toEqual(events.map((event) => event.id).sort());
        const times = paged.map((event) => event.time);
        expect(times).toEqual([...times].sort((a, b) => (order === "oldest" ? a - b : b - a)));
      }));
  }
}

/** Raw records by name, and which of them a query must find: the traps of escaping, folding and computed fields. */
const RAWS: Readonly<Record<string, Event["raw"]>> = {
  path: { Image: "C:\\Windows\\System32\\cmd.exe" },
  quote: { Image: 'say "hello" \n twice' },
  kelvin: { Image: "\u212aeyring" },
  dotted: { Image: "\u0130zmir" },
  emoji: { Image: "x\ud83d\ude00y" },
  number: { Image: 4688 },
  list: { Image: ["one", ["Two"]] },
  nothing: { Image: null },
  nested: { user: { name: "inner" } },
  hashes: { Hashes: "SHA1=ABCD,MD5=FF" },
};

const SEARCHES: readonly (readonly [string, Partial<EventQuery>, readonly string[]])[] = [
  ["text as a person writes a path", { text: "windows\\SYSTEM32\\" }, ["path"]],
  ["text as JSON spells a path", { text: "c:\\\\windows" }, ["path"]],
  ["text with quotes", { text: 'SAY "hello"' }, ["quote"]],
  ["text that is JSON", { text: '"image":4688' }, ["number"]],
  ["text that folds into ASCII", { text: "keyring" }, ["kelvin"]],
  ["text outside ASCII", { text: "\ud83d\ude00Y" }, ["emoji"]],
  ["text of signs that patterns know", { text: "%" }, []],
  ["a field with backslashes", { fields: [{ field: "Image", op: "endswith", value: "\\CMD.exe" }] }, ["path"]],
  ["a whole path", { fields: [{ field: "Image", op: "eq", value: "c:\\windows\\system32\\CMD.EXE" }] }, ["path"]],
  ["a field with a line break", { fields: [{ field: "Image", op: "contains", value: '" \n T' }] }, ["quote"]],
  ["a field that folds into ASCII", { fields: [{ field: "Image", op: "eq", value: "KEYRING" }] }, ["kelvin"]],
  ["a number as text", { fields: [{ field: "Image", op: "eq", value: "4688" }] }, ["number"]],
  ["a member of a list", { fields: [{ field: "Image", op: "eq", value: "two" }] }, ["list"]],
  ["an alias", { fields: [{ field: "image", op: "eq", value: "INNER" }] }, ["nested"]],
  ["a part of a hash list", { fields: [{ field: "sha1", op: "eq", value: "abcd" }] }, ["hashes"]],
  ["a constant of the view", { fields: [{ field: "fixed", op: "eq", value: "steady" }] }, Object.keys(RAWS)],
  ["existence, null too", { fields: [{ field: "Hashes", op: "exists" }] }, ["hashes"]],
  ["nothing from an empty list", { sources: [] }, []],
  ["nothing from a reversed range", { from: instant(1_700_000_000_000), to: instant(1_600_000_000_000) }, []],
];

function searchCases(withStore: WithStore): void {
  for (const sealed of [false, true]) {
    it(`finds ${sealed ? "in segments" : "in the tail"} what the query means`, () =>
      withStore(async (store) => {
        const names = Object.keys(RAWS);
        const base = sample(names.length);
        const events = base.map((event, n) => ({
          ...event,
          source: "windows.security",
          shape: "windows.security",
          raw: RAWS[names[n] ?? ""] ?? {},
        }));
        await store.append(1, events);
        if (sealed) await store.seal();
        const nameOf = new Map(events.map((event, n) => [event.id, names[n]]));
        for (const [title, query, expected] of SEARCHES) {
          const found = await store.search({ ...ALL, ...query }, NEVER_STOP);
          expect(found.map((event) => nameOf.get(event.id)).sort(), title).toEqual([...expected].sort());
          expect(await store.count({ ...ALL, ...query }, 99, NEVER_STOP), title).toBe(expected.length);
        }
      }));
  }
}

async function allPages(store: EventStore, query: EventQuery): Promise<readonly Event[]> {
  const found: Event[] = [];
  for (;;) {
    const last = found.at(-1);
    const after = last === undefined ? {} : { after: { time: last.time, id: last.id } };
    const page = await store.search({ ...query, ...after }, NEVER_STOP);
    if (page.length === 0) return found;
    found.push(...page);
  }
}

const STRETCH = { from: instant(0), to: instant(4_000_000_000_000) };
const TEXTS = [["C:\\windows", "\u212a4688"], ['.exe"'], ["k\\\n"], ["\u00e9", "4688"], ["\0\x1f%"]];

/** Counts and scans are those of the twin; behind a gate of texts no event is missing that holds one of them. */
async function compareScans(store: EventStore, twin: EventStore): Promise<void> {
  const sources = Object.keys((await twin.stats()).bySource);
  const logs = (await pagesOf(twin, { ...STRETCH, sources, order: "oldest" })).slice(0, 2).map(({ log }) => log);
  for (const order of ["oldest", "newest"] as const) {
    for (const ask of [
      { ...STRETCH, sources, order },
      { ...STRETCH, sources, order, logs },
    ])
      expect(await pagesOf(store, ask)).toEqual(await pagesOf(twin, ask));
    const ask = { ...STRETCH, sources, order };
    const all = await pagesOf(twin, ask);
    for (const texts of TEXTS) {
      const found = await pagesOf(store, { ...ask, texts: [texts] });
      const kept = new Set(found.map(({ id }) => id));
      expect(found).toEqual(all.filter(({ id }) => kept.has(id)));
      expect(all.filter(({ id, raw }) => holdsOne(raw, texts) && !kept.has(id))).toEqual([]);
      const hollow = await pagesOf(store, { ...ask, texts: [texts], others: "hollow" });
      const bare = (event: Event) => ({ ...event, raw: {}, entities: [] });
      expect(hollow.map(bare)).toEqual(all.map(bare));
      expect(hollow.filter(({ id }) => kept.has(id))).toEqual(found);
    }
  }
  const counted = async (one: EventStore) => {
    const totals: Record<string, number> = {};
    for (const { log, events, first, last } of await one.tally({ ...STRETCH, sources }, NEVER_STOP)) {
      expect(Math.floor(first / 86_400_000)).toBe(Math.floor(last / 86_400_000));
      const key = `${JSON.stringify([log.product, log.service, log.categories])} ${Math.floor(first / 86_400_000)}`;
      totals[key] = (totals[key] ?? 0) + events;
    }
    return totals;
  };
  expect(await counted(store)).toEqual(await counted(twin));
}

async function pagesOf(store: EventStore, scan: EventScan): Promise<readonly Event[]> {
  const found: Event[] = [];
  for await (const page of store.scan(scan, NEVER_STOP)) found.push(...page);
  return found;
}

const holdsOne = (value: Json, texts: readonly string[]): boolean => {
  if (typeof value === "object" && value !== null) return Object.values(value).some((one) => holdsOne(one, texts));
  return texts.some((text) => String(value).toLowerCase().includes(text.toLowerCase()));
};

/** The same events on every run, distinct ids, several at one moment. */
function sample(count: number): NonEmpty<Event> & readonly [Event, Event, Event] {
  const [base] = fc.sample(anyEvent, { numRuns: 1, seed: 7 });
  if (base === undefined) throw new Error("fast-check gave no event");
  const events = Array.from({ length: Math.max(3, count) }, (_, n) => {
    const record = `${n.toString(16).padStart(2, "0")}${"ab".repeat(15)}`;
    const id = eventId(`${record}-0`);
    return { ...base, id, time: instant(1_700_000_000_000 + Math.floor(n / 3)), provenance: provenance(base, record) };
  });
  const kept = nonEmpty(events.slice(0, count));
  if (kept === undefined) throw new Error("a sample has at least one event");
  return kept as NonEmpty<Event> & readonly [Event, Event, Event];
}

const provenance = (base: Event, record: string): Event["provenance"] => ({
  ...base.provenance,
  record: record as Event["provenance"]["record"],
});

interface History {
  readonly batches: readonly { readonly events: readonly Event[]; readonly seal: boolean }[];
  readonly queries: readonly EventQuery[];
}

const history: fc.Arbitrary<History> = fc.record({
  batches: fc.array(fc.record({ events: fc.array(anyEvent, { maxLength: 8 }), seal: fc.boolean() }), { maxLength: 6 }),
  queries: fc.array(anyQuery, { minLength: 1, maxLength: 8 }),
});

async function compareWithTwin(store: EventStore, { batches, queries }: History): Promise<void> {
  const twin = makeMemoryEventStore(SAMPLE_VIEWS);
  for (const [index, { events, seal }] of batches.entries()) {
    await Promise.all([store, twin].map((one) => one.append(index + 1, events)));
    if (seal) expect(await store.seal()).toBe(await twin.seal());
  }
  for (const query of queries) {
    expect(await store.search(query, NEVER_STOP)).toEqual(await twin.search(query, NEVER_STOP));
    expect(await store.count(query, 5, NEVER_STOP)).toBe(await twin.count(query, 5, NEVER_STOP));
  }
  await compareScans(store, twin);
  const ids = nonEmpty((await twin.search(ALL, NEVER_STOP)).map((event) => event.id));
  if (ids !== undefined) expect(await store.get(ids)).toEqual(await twin.get(ids));
  const { events, bySource, firstTime, lastTime } = await twin.stats();
  const seen = await store.stats();
  expect(seen).toMatchObject({ events, bySource });
  expect([seen.firstTime, seen.lastTime]).toEqual([firstTime, lastTime]);
}
