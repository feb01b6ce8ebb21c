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

type Asked = readonly [at: number, name: string, code: string, client?: string, type?: string];

function found(asked: readonly Asked[], detector: string): readonly Detection[] {
  const pen = new Pen(1);
  for (const [at, name, code, client = "10.0.0.7", type = "A"] of [...asked].sort((a, b) => a[0] - b[0]))
    lookup(pen, BEGIN + at, [client, name, type, code]);
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

  it("are found below a service that gives names away", () => {
    const given = twelve.map((name, i): Asked => [i * 20 * SECOND, `${name.split(".")[0]}.ddns.net`, "NXDOMAIN"]);
    expect(found(given, "generated-domains")).toHaveLength(1);
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

const drawn = (random: Random, count: number, from: string): string =>
  Array.from({ length: count }, () => from.charAt(random.below(from.length))).join("");
const hex = (random: Random, count: number): string => drawn(random, count, "0123456789abcdef");
const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
const every = (
  count: number,
  span: number,
  name: (i: number) => string,
  how: readonly string[] = ["NOERROR"],
): Asked[] =>
  Array.from({ length: count }, (_, i) => [
    (i * span) / count,
    name(i),
    how[0] ?? "",
    how[1] ?? "10.0.0.7",
    how[2] ?? "A",
  ]);

describe("names with much below the domain, that are no tunnel", () => {
  const random = makeRandom(17);
  const address = (): string => Array.from({ length: 4 }, () => random.below(256)).join(".");
  it.each([
    ["a mail server asks lists of addresses", every(500, HOUR, () => `${address()}.zen.blocked.org`, ["NXDOMAIN"])],
    ["and for their texts", every(200, HOUR, () => `${address()}.zen.blocked.org`, ["NOERROR", "10.0.0.25", "TXT"])],
    [
      "with the key of a customer",
      every(200, HOUR, () => `${address()}.kq3x7hv2mz9tw4yp6bnc8rjd5f.listed.net`, ["NOERROR"]),
    ],
    ["lists of domains", every(300, HOUR, (i) => `${usual[i]}.dbl.blocked.org`, ["NXDOMAIN"])],
    [
      "hashes of files, hardly any of which is listed",
      every(150, HOUR, () => `${hex(random, 40)}.hashes.av.com`, ["NXDOMAIN"]),
    ],
    ["what cloud machines are called", every(200, HOUR, () => `ip-${address().replaceAll(".", "-")}.eu-1.compute.net`)],
    [
      "what services are called",
      every(200, HOUR, (i) => `payments-gateway-${usual[i]?.split(".")[0]}-metrics.team.cluster.example.com`),
    ],
    ["parts of films", every(60, HOUR, () => `r${random.below(9)}---sn-${drawn(random, 8, BASE32)}.video.com`)],
    [
      "keys of senders",
      every(60, HOUR, (i) => `s${20_230_000 + i}._domainkey.mails.com`, ["NOERROR", "10.0.0.25", "TXT"]),
    ],
    ["telemetry with its own number", every(60, HOUR, () => `3f2504e04f8911d39a0c0305e82c3301.in.vendor.com`)],
    ["telemetry with a hash each time", every(60, 6 * HOUR, () => `${hex(random, 32)}.in.vendor.com`)],
    [
      "hashes that an office of 400 asks about behind one address",
      [...every(2_000, HOUR, (i) => `${usual[i]}`), ...every(600, HOUR, () => `${hex(random, 32)}.hashes.av.com`)],
    ],
  ] as const)("%s", (_name, asked) => expect(found(asked, "dns-tunnel")).toEqual([]));

  it("hashes of files, on a host that asks so for days", () => {
    const quiet = Array.from({ length: 5 }, (_, day) =>
      every(20, 8 * HOUR, () => `${hex(random, 40)}.hashes.av.com`).map(
        ([at, name, code]): Asked => [day * DAY + at, name, code],
      ),
    );
    const scan = every(90, 10 * MINUTE, () => `${hex(random, 40)}.hashes.av.com`).map(
      ([at, name, code]): Asked => [5 * DAY + at, name, code],
    );
    expect(found([...quiet.flat(), ...scan], "dns-tunnel")).toEqual([]);
  });
});

describe("data in names", () => {
  const random = makeRandom(23);
  it.each([
    ["texts", every(40, 5 * MINUTE, () => `${hex(random, 60)}.t.sync.net`, ["NOERROR", "10.0.0.7", "TXT"])],
    [
      "short commands in texts",
      every(60, 5 * MINUTE, () => `${hex(random, 12)}.c.sync.net`, ["NOERROR", "10.0.0.7", "TXT"]),
    ],
    ["plain types", every(60, 5 * MINUTE, () => `${drawn(random, 40, BASE32)}.sync.net`)],
    [
      "several labels, letters with hyphens",
      every(
        60,
        5 * MINUTE,
        (i) => `${drawn(random, 63, `${BASE32}-_`)}.${drawn(random, 50, `${BASE32}-_`)}.${i}.sync.net`,
      ),
    ],
    ["slowly", every(110, 5 * HOUR, () => `${hex(random, 24)}.t.sync.net`)],
    ["never answered, but much", every(2_000, 10 * MINUTE, () => `${hex(random, 60)}.t.sync.net`, ["NXDOMAIN"])],
    [
      "among what an office asks for",
      [...every(400, HOUR, (i) => `${usual[i]}`), ...every(120, 5 * MINUTE, () => `${hex(random, 60)}.t.sync.net`)],
    ],
  ] as const)("is found: %s", (_name, asked) => expect(found(asked, "dns-tunnel")).toHaveLength(1));
});
