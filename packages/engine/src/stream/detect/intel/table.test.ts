import type { Indicator, IndicatorKind } from "@cordon/model/indicator";
import { type Ip, parseIp } from "@cordon/model/ip";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TableBuilder } from "./build.ts";
import { formOf } from "./forms.ts";
import { imageOf, tableOf } from "./image.ts";
import { rowsIn } from "./rows.ts";
import { IntelTable } from "./table.ts";

const facts = { feed: "f", confidence: 80 } as const;
const digest = (bytes: Uint8Array): string => {
  let sum = 0x811c9dc5;
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 0x01000193) >>> 0;
  return sum.toString(16).padStart(64, "0");
};

function build(indicators: readonly Indicator[], seed = 7, pieces: Uint8Array[] = []): IntelTable {
  const onRows = (piece: Uint8Array) => void pieces.push(piece);
  const builder = new TableBuilder({ key: [seed, 2, 3, 4], digestOf: digest, onRows });
  for (const indicator of indicators) expect(builder.add(indicator)).toBeUndefined();
  const steps = builder.finish();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

const row = (kind: IndicatorKind, text: string, below = false): Indicator => {
  const formed = formOf(kind, text);
  if (typeof formed === "string") throw new Error(formed);
  return { kind: formed.kind, value: formed.value, below: below || formed.below === true, facts };
};

/** The twin: every indicator is asked, one after the other. */
function naive(indicators: readonly Indicator[], kind: IndicatorKind, value: string): string[] {
  const found = indicators.filter((one) => {
    if (kind === "ip" && one.kind === "cidr") return within(value, one.value);
    if (one.kind !== kind) return false;
    if (one.value === value) return true;
    if (!one.below) return false;
    if (kind === "domain") return value.endsWith(`.${one.value}`);
    return kind === "url" && urlBelow(value, one.value);
  });
  return namesOf(found);
}

function within(address: string, cidr: string): boolean {
  const [base = "", bits = "0"] = cidr.split("/");
  const [a, b] = [binary(parseIp(address)), binary(parseIp(base))];
  return a.length === b.length && a.startsWith(b.slice(0, Number(bits)));
}

const binary = (ip: Ip | undefined): string =>
  ip === undefined
    ? ""
    : ip.version === 4
      ? ip.bits.toString(2).padStart(32, "0")
      : ip.groups.map((group) => group.toString(2).padStart(16, "0")).join("");

/** Host suffixes (the host and its last four) times the path with query, the path, and its first four folders. */
function urlBelow(url: string, indicator: string): boolean {
  const [host = "", ...rest] = url.split("/");
  const [pathText = "", ...query] = `/${rest.join("/")}`.split("?");
  const labels = host.split(".");
  const suffixes = labels.map((_, i) => labels.slice(i).join(".")).filter((name) => name.includes("."));
  const isAddress = parseIp(host.replace(/:\d+$/, "")) !== undefined;
  const hosts = isAddress ? [host] : [host, ...suffixes.slice(1).slice(-4)];
  const folders = [...pathText].flatMap((unit, i) => (unit === "/" ? [pathText.slice(0, i + 1)] : [])).slice(0, 4);
  const paths = [pathText + (query.length > 0 ? `?${query.join("?")}` : ""), pathText, ...folders];
  return hosts.some((one) => paths.some((path) => one + path === indicator));
}

const namesOf = (found: readonly Indicator[]): string[] =>
  [...new Set(found.map((one) => `${one.kind} ${one.value} ${one.below} ${one.facts.feed}`))].sort();

const label = fc.constantFrom("a", "b", "evil", "xn--bcher-kva", "mail");
const domain = fc.array(label, { minLength: 2, maxLength: 5 }).map((labels) => labels.join("."));
const v4 = fc
  .array(fc.constantFrom(0, 1, 9, 10, 127, 128, 255), { minLength: 4, maxLength: 4 })
  .map((parts) => parts.join("."));
const v6 = fc
  .array(fc.constantFrom("0", "1", "2001", "db8", "8000", "ffff"), { minLength: 8, maxLength: 8 })
  .map((parts) => parts.join(":"));
const path = fc.array(fc.constantFrom("a", "b", "é", "c.php"), { maxLength: 5 }).map((parts) => parts.join("/"));
const url = fc
  .tuple(
    fc.oneof(
      domain,
      v4,
      domain.map((name) => `${name}:8080`),
    ),
    path,
    fc.constantFrom("", "/", "?q=1", "?a/b"),
  )
  .map(([host, rest, end]) => `http://${host}/${rest}${end}`);
const hash = fc
  .tuple(fc.constantFrom(32, 40, 64, 128), fc.constantFrom("0", "a", "f"))
  .map(([length, unit]) => unit.repeat(length));
const value: fc.Arbitrary<readonly [IndicatorKind, string]> = fc.oneof(
  fc.tuple(fc.constant<IndicatorKind>("ip"), fc.oneof(v4, v6)),
  fc.tuple(fc.constant<IndicatorKind>("domain"), domain),
  fc.tuple(fc.constant<IndicatorKind>("url"), url),
  fc.tuple(fc.constant<IndicatorKind>("hash"), hash),
  fc.tuple(
    fc.constant<IndicatorKind>("email"),
    domain.map((name) => `Bob@${name}`),
  ),
  fc.tuple(
    fc.constant<IndicatorKind>("regkey"),
    path.map((rest) => `HKCU\\Software\\${rest.replaceAll("/", "\\")}`),
  ),
  fc.tuple(
    fc.constant<IndicatorKind>("file"),
    path.map((rest) => `/tmp/${rest}`),
  ),
);
const cidr: fc.Arbitrary<readonly [IndicatorKind, string]> = fc.oneof(
  fc.tuple(v4, fc.integer({ min: 0, max: 32 })).map(([ip, bits]) => ["cidr", `${ip}/${bits}`] as const),
  fc.tuple(v6, fc.integer({ min: 0, max: 128 })).map(([ip, bits]) => ["cidr", `${ip}/${bits}`] as const),
);

describe("the table of indicators", () => {
  it("finds what asking every indicator finds, and nothing else", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.oneof(value, cidr), fc.boolean()), { maxLength: 40 }),
        fc.array(value, { minLength: 1, maxLength: 20 }),
        fc.integer(),
        (rows, asked, seed) => {
          const indicators = rows.map(([[kind, text], below]) => row(kind, text, below));
          const table = build(indicators, seed);
          for (const [kind, text] of [...asked, ...rows.map(([pair]) => pair)]) {
            if (kind === "cidr") continue;
            const { value: form } = row(kind, text);
            expect(namesOf(table.meets(kind, form)), `${kind} ${form}`).toEqual(naive(indicators, kind, form));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("is the same from its image, and says so by its digest", () => {
    const indicators = [row("domain", "evil.example", true), row("cidr", "2001:db8::/32"), row("hash", "a".repeat(64))];
    const table = build(indicators.map((one) => ({ ...one, validFrom: 5, validUntil: 1_900_000_000_123 })));
    const image = join(imageOf(table, digest));
    const again = tableOf(image, digest);
    expect(again).toBeInstanceOf(IntelTable);
    if (typeof again === "string") return;
    expect(again.parts.digest).toBe(table.parts.digest);
    expect(again.meets("ip", "2001:db8::1")).toEqual(table.meets("ip", "2001:db8::1"));
    expect(again.meets("domain", "www.evil.example")).toEqual([
      { ...indicators[0], validFrom: 5, validUntil: 1_900_000_000_123 },
    ]);
  });

  it("refuses every image with one changed or missing byte, or gives the same table", () => {
    const image = join(imageOf(build([row("domain", "evil.example"), row("ip", "203.0.113.7")]), digest));
    fc.assert(
      fc.property(fc.nat(image.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const broken = image.slice();
        broken[at] = (broken[at] ?? 0) ^ change;
        const table = tableOf(broken, digest);
        // Padding carries nothing.
        if (typeof table !== "string") expect(table.exact("ip", "203.0.113.7")).toHaveLength(1);
      }),
    );
    expect(tableOf(image.slice(0, image.length - 16), digest)).toContain("cut");
    expect(tableOf(image.slice(0, 40), digest)).toContain("not an image");
    const newer = image.slice();
    newer[8] = 9;
    expect(tableOf(newer, digest)).toBe("image of version 9, this is version 4");
  });

  it("hands on every row whole, in order, in checked pieces", () => {
    const times = fc.option(fc.integer({ min: 0, max: 2 ** 41 }), { nil: undefined });
    const rows = fc.array(fc.tuple(fc.oneof(value, cidr), fc.boolean(), times, times, fc.nat(300)), { maxLength: 30 });
    fc.assert(
      fc.property(rows, (made) => {
        const indicators = made.map(([[kind, text], below, validFrom, validUntil, n]) => ({
          ...{ ...row(kind, text, below), facts: { feed: `f${n}`, confidence: n % 101 } },
          ...(validFrom === undefined ? {} : { validFrom }),
          ...(validUntil === undefined ? {} : { validUntil }),
        }));
        const pieces: Uint8Array[] = [];
        const table = build(indicators, 7, pieces);
        const { facts, pieces: named } = table.parts;
        expect(pieces.flatMap((piece) => [...rowsIn(piece, 0, facts)].map((one) => one.indicator))).toEqual(indicators);
        expect(named).toEqual(pieces.map((piece) => ({ bytes: piece.length, sha256: digest(piece) })));
        for (const one of indicators) expect(table.exact(one.kind, one.value)).toContainEqual(one);
      }),
      { numRuns: 100 },
    );
  });

  it("ends a piece between two rows", () => {
    const pieces: Uint8Array[] = [];
    const indicators = Array.from({ length: 3_000 }, (_, i) => row("domain", `${"long-name.".repeat(10)}${i}.example`));
    const { facts } = build([...indicators, row("url", `http://a.example/${"x".repeat(4_000)}`)], 7, pieces).parts;
    expect(pieces.length).toBeGreaterThan(1);
    const names = pieces.flatMap((piece) => [...rowsIn(piece, 0, facts)].map((one) => one.indicator.value));
    expect(names.slice(0, -1)).toEqual(indicators.map((one) => one.value));
  });

  it("names the same content the same under any key, and has other digests under another", () => {
    const indicators = [row("domain", "evil.example"), row("ip", "203.0.113.7"), row("hash", "a".repeat(64))];
    const [one, other] = [build(indicators, 1), build(indicators, 2)];
    expect(one.parts.digest).toBe(other.parts.digest);
    expect(one.parts.cells).toEqual(build(indicators, 1).parts.cells);
    expect(one.parts.cells).not.toEqual(other.parts.cells);
  });

  it("finds each of many rows in parts and buckets, and none of as many others", () => {
    const made = (n: number): string => (Math.imul(n + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, "0").repeat(8);
    const table = build(Array.from({ length: 20_000 }, (_, n) => row("hash", made(n))));
    expect(table.rows).toBe(20_000);
    const met = Array.from({ length: 40_000 }, (_, n) => table.meets("hash", made(n)).length);
    expect(met.slice(0, 20_000).every((count) => count === 1)).toBe(true);
    expect(met.slice(20_000).every((count) => count === 0)).toBe(true);
  });

  it("keeps equal rows once, and several feeds beside each other up to a bound", () => {
    const one = row("ip", "203.0.113.7");
    const many = Array.from({ length: 40 }, (_, i) => ({ ...one, facts: { ...facts, feed: `f${i}` } }));
    const builder = new TableBuilder({ key: [0, 0, 0, 0], digestOf: digest });
    for (const indicator of [one, one, ...many]) builder.add(indicator);
    const steps = builder.finish();
    while (steps.next().done !== true);
    expect(builder.outcome).toEqual({ duplicates: 1, crowded: 25 });
  });

  it("an empty table knows nothing", () => {
    const table = build([]);
    expect(table.meets("ip", "203.0.113.7")).toEqual([]);
    expect(table.meets("url", "evil.example/")).toEqual([]);
    expect(table.rows).toBe(0);
  });
});

function join(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
