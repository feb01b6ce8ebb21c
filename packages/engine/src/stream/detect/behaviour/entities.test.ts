import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recordsOf, rowsOf } from "../../../learning/behaviour/rows.ts";
import { Entities, type EntityLimits, type Hold } from "./entities.ts";
import { packEntity, type Remembered, unpackEntity } from "./remembered.ts";

const newcomer = (key: string): Remembered => ({
  ...{ key, first: 1.7e12, last: 1.7e12, n: 0, days: 1, day: 19_675, peer: "people" },
  ...{ counts: { country: [1.5, 1.7e12, 19_675, 1, 1, 1, 0xdeadbeef, 1, 1] }, tallies: {}, marks: {}, notes: {} },
  windows: { failures: { values: [1], times: [1.7e12], hits: [2], ids: [`${"0a".repeat(16)}-3`], total: 2 } },
  risk: [["beaconing", 1.7e12, 4.5, "made-7"]],
});

/** The same by one map in the order of use. */
class Twin {
  #kept = new Map<string, Remembered>();
  evicted = 0;
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }
  find(key: string): Remembered | undefined {
    const found = this.#kept.get(key);
    if (found === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, found);
    return found;
  }
  meet(key: string): Remembered {
    const found = this.find(key) ?? newcomer(key);
    this.#kept.set(key, found);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#max) break;
      this.#kept.delete(oldest);
      this.evicted += 1;
    }
    return found;
  }
  all(): Remembered[] {
    return [...this.#kept.values()];
  }
}

const LIMITS: EntityLimits = { max: 300, bytesMax: 1e9, live: 64, seed: 3 };
const use = (about: Remembered | undefined, how: number): void => {
  if (about === undefined) return;
  about.n += 1;
  about.marks[`beaconing|${how}`] = how / 3;
};

type Step = readonly [what: "meet" | "find" | "peek" | "save" | "restart", key: number];
const steps = fc.array(
  fc.oneof(
    { weight: 300, arbitrary: fc.tuple(fc.constant("meet" as const), fc.nat(450)) },
    { weight: 60, arbitrary: fc.tuple(fc.constant("find" as const), fc.nat(450)) },
    { weight: 20, arbitrary: fc.tuple(fc.constant("peek" as const), fc.nat(450)) },
    { weight: 4, arbitrary: fc.tuple(fc.constant("save" as const), fc.constant(0)) },
    { weight: 2, arbitrary: fc.tuple(fc.constant("restart" as const), fc.constant(0)) },
  ),
  { minLength: 400, maxLength: 2_500, size: "max" },
);

describe("entities", () => {
  it("are those a plain map would keep, packed or not, saved in parts and restarted at any point", () => {
    fc.assert(
      fc.property(steps, (all: readonly Step[]) => {
        const twin = new Twin(LIMITS.max);
        let entities = new Entities(LIMITS);
        let saved: string[] = [];
        let holds = new Map<string, Hold>();
        const holdOf = (key: string): Hold => {
          const hold = holds.get(key) ?? { key, node: undefined };
          holds.set(key, hold);
          return hold;
        };
        const save = (): void => {
          const { fresh, records } = entities.changes(false);
          if (fresh) saved = [];
          saved.push(...rowsOf(records));
        };
        for (const [i, [what, number]] of all.entries()) {
          const key = `user:${number}`;
          if (what === "meet") {
            use(
              entities.meet(key, () => newcomer(key)),
              i,
            );
            use(twin.meet(key), i);
          } else if (what === "find") {
            use(i % 2 === 0 ? entities.find(key) : entities.findBy(holdOf(key)), i);
            use(twin.find(key), i);
          } else if (what === "peek")
            expect(entities.peek(key)?.n).toBe(twin.all().find((each) => each.key === key)?.n);
          else save();
          if (what !== "restart") continue;
          const { entities: size, evicted } = entities.counts();
          entities = new Entities({ ...LIMITS, seed: i });
          holds = new Map();
          for (const record of recordsOf(saved)) entities.restoreOne(record);
          entities.restored({ size, evicted });
        }
        expect([...entities.all()]).toEqual(twin.all());
        expect(entities.counts().evicted).toBe(twin.evicted);
      }),
      { numRuns: 25 },
    );
  });
  it("come back from bytes as they were", () => {
    expect(unpackEntity(packEntity(newcomer("user:b")).slice())).toEqual(newcomer("user:b"));
  });
  it("leave when their bytes are too many, oldest first", () => {
    const entities = new Entities({ ...LIMITS, max: 1e6, bytesMax: 20_000 });
    for (let i = 0; i < 1_000; i += 1) entities.meet(`user:${i}`, () => newcomer(`user:${i}`));
    const { packedBytes, evicted, entities: size } = entities.counts();
    expect(packedBytes).toBeLessThanOrEqual(20_000);
    expect([size + evicted, [...entities.all()].at(0)?.key]).toEqual([1_000, `user:${evicted}`]);
  });
  it("move to another one, and are gone here", () => {
    const [here, there] = [new Entities(LIMITS), new Entities(LIMITS)];
    for (let i = 0; i < 200; i += 1)
      use(
        here.meet(`user:${i}`, () => newcomer(`user:${i}`)),
        i,
      );
    use(
      there.meet("user:4", () => newcomer("user:4")),
      1,
    );
    const before = [...here.all()].filter((_, i) => i % 2 === 0);
    const records = here.give((key) => Number(key.slice(5)) % 2 === 0);
    there.accept(records);
    expect([here.size, there.size, here.find("user:4")]).toEqual([100, 100, undefined]);
    expect([...there.all()]).toEqual(before);
    expect(here.changes(false).fresh).toBe(true);
  });
});
