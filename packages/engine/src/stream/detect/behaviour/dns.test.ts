import type { Detection } from "@cordon/model/detection";
import { DAY, HOUR, MINUTE, SECOND } from "@cordon/model/time";
import { lookup, Pen } from "@cordon/testkit/behaviour/world";
import { describe, expect, it } from "vitest";
import { type DomainModel, judgeDomain, trainDomains } from "../../../learning/domains/domain-model.ts";
import { generatedNames, USUAL, usualNames } from "../../../learning/domains/generate-names.ts";
import { makeRandom, type Random } from "../../../learning/random.ts";
import { hashText } from "./way.fixture.ts";
import { makeBehaviourWay } from "./way.ts";

const made = [...usualNames(1, 2_000), ...generatedNames(1, 150)];
const domains: DomainModel = trainDomains(made.map(({ name, family }) => ({ name, generated: family !== USUAL })));
const BEGIN = Date.UTC(2026, 0, 5, 9);

const usual = usualNames(40, 12_000).map(({ name }) => name);
const burstNames = generatedNames(41, 40).filter(({ family }) => family === "arithmetic-middle");
/** Names of projects and abbreviations that look generated and are not: one in seven of real ones (docs/evaluation.md). */
const odd = generatedNames(42, 900)
  .filter(({ family }) => family === "spoken-short" || family === "consonants-vowels")
  .map(({ name }) => name)
  .filter((name) => (judgeDomain(domains, name)?.p ?? 0) >= 0.8);

type Asked = readonly [at: number, name: string, code: string, client?: string];

function found(asked: readonly Asked[], detector: string): readonly Detection[] {
  const pen = new Pen(1);
  for (const [at, name, code, client = "10.0.0.7"] of [...asked].sort((a, b) => a[0] - b[0]))
    lookup(pen, BEGIN + at, [client, name, "A", code]);
  const way = makeBehaviourWay({ views: new Map(), hash: hashText, options: { domains } });
  const said = way.detect(pen.events);
  expect(way.stats().failed).toBe(0);
  return said.filter(({ rule }) => rule.id === `behaviour:${detector}`);
}

interface Ordinary {
  readonly count: number;
  readonly odd: number;
  readonly missing: number;
}

/** Each name is one that was not asked for before: the hardest case. */
function ordinary(random: Random, { count, odd: oddShare, missing }: Ordinary): readonly Asked[] {
  return Array.from({ length: count }, (): Asked => {
    const from = random.next() < oddShare ? odd : usual;
    const name = `${from[random.below(from.length)]}`;
    return [random.next() * 10 * MINUTE, name, random.next() < missing ? "NXDOMAIN" : "NOERROR"];
  });
}

describe("names of an ordinary window, all of them new to the host and the organisation", () => {
  it.each([
    ["a person", { count: 12, odd: 0.14, missing: 0.05 }],
    ["many pages at once", { count: 60, odd: 0.14, missing: 0.05 }],
    ["a crawler", { count: 200, odd: 0.14, missing: 0.1 }],
    ["an office behind one address", { count: 1_000, odd: 0.14, missing: 0.05 }],
    ["a resolver", { count: 5_000, odd: 0.1, missing: 0.05 }],
    ["a third does not exist", { count: 200, odd: 0.14, missing: 0.3 }],
    ["a third does not exist, a resolver", { count: 3_000, odd: 0.14, missing: 0.3 }],
    ["a language whose names look odd", { count: 200, odd: 0.4, missing: 0.03 }],
  ])("make no burst: %s", (_name, kind) => {
    const said = [1, 2, 3].flatMap((seed) => found(ordinary(makeRandom(seed), kind), "generated-domains"));
    expect(said).toEqual([]);
  });

  it("make none when everything fails at once that was asked for before", () => {
    const names = usual.slice(0, 60);
    const before = names.map((name, i): Asked => [i * SECOND, name, "NOERROR"]);
    const after = names.map((name, i): Asked => [HOUR + i * SECOND, name, "NXDOMAIN"]);
    expect(found([...before, ...after], "generated-domains")).toEqual([]);
  });

  it("make none below a search suffix, nor where names below existing ones are missing", () => {
    const asked = usual.slice(0, 80).map((name, i): Asked => [i * SECOND, `${name}.corp.example.com`, "NXDOMAIN"]);
    const below = usual.slice(80, 160).map((name, i): Asked => [i * SECOND, `_ldap._tcp.${name}`, "NXDOMAIN"]);
    expect(found([...asked, ...below], "generated-domains")).toEqual([]);
  });

  it("make none, day after day, on a host whose work is odd names that are gone", () => {
    const random = makeRandom(9);
    const days = Array.from({ length: 8 }, (_, day) =>
      ordinary(random, { count: 150, odd: 0.5, missing: 0.35 }).map(
        ([at, name, code]): Asked => [day * DAY + at, name, code],
      ),
    );
    const said = found(days.flat(), "generated-domains");
    expect(said.filter(({ time }) => time > BEGIN + 2 * DAY)).toEqual([]);
  });
});

describe("generated names", () => {
  const twelve = burstNames.slice(0, 12).map(({ name }) => name);
  const burst = (code: string): readonly Asked[] => twelve.map((name, i): Asked => [i * 20 * SECOND, name, code]);

  it.each([1, 2, 3, 4, 5])(
    "that do not exist are found, twelve among forty that are as new to the host (seed %i)",
    (seed) => {
      const around = ordinary(makeRandom(seed), { count: 40, odd: 0.14, missing: 0.05 });
      const [said] = found([...around, ...burst("NXDOMAIN")], "generated-domains");
      const values = new Map(said?.matched.map(({ field, value }) => [field, value]));
      expect(values.get("kind")).toBe("generated");
      expect(Number(values.get("both"))).toBeGreaterThanOrEqual(8);
    },
  );

  it("are found on a host with a month of ordinary days", () => {
    const random = makeRandom(3);
    const days = Array.from({ length: 30 }, (_, day) =>
      ordinary(random, { count: 30, odd: 0.14, missing: 0.05 }).map(
        ([at, name, code]): Asked => [day * DAY + at, name, code],
      ),
    );
    const late = burst("NXDOMAIN").map(([at, name, code]): Asked => [29 * DAY + at, name, code]);
    const said = found([...days.flat(), ...late], "generated-domains");
    expect(said).toHaveLength(1);
    expect(said[0]?.time).toBeGreaterThan(BEGIN + 29 * DAY);
  });

  it("are found across the edge of a window, and where the answer is told in an event of its own", () => {
    const across = burst("NXDOMAIN").map(([at, name, code]): Asked => [9 * MINUTE + at / 2, name, code]);
    expect(found(across, "generated-domains")).toHaveLength(1);
    const apart = twelve.flatMap((name, i): Asked[] => [
      [i * 20 * SECOND, name, ""],
      [i * 20 * SECOND + 40, name, "NXDOMAIN"],
    ]);
    expect(found(apart, "generated-domains")).toHaveLength(1);
  });

  it("are counted once, however often they are asked for", () => {
    const often = twelve
      .slice(0, 7)
      .flatMap((name, i): Asked[] =>
        Array.from({ length: 20 }, (_, again): Asked => [i * 30 * SECOND + again * SECOND, name, "NXDOMAIN"]),
      );
    expect(found(often, "generated-domains")).toEqual([]);
  });
});
