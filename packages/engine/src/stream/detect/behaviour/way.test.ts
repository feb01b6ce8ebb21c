import type { Detection } from "@cordon/model/detection";
import type { Event } from "@cordon/model/event";
import { DAY } from "@cordon/model/time";
import { type Plan, play } from "@cordon/testkit/behaviour/play";
import { cloudSignIn, lookup, Pen } from "@cordon/testkit/behaviour/world";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { trainDomains } from "../../../learning/domains/domain-model.ts";
import { generatedNames, USUAL, usualNames } from "../../../learning/domains/generate-names.ts";
import { hashText } from "./way.fixture.ts";
import { type BehaviourParts, makeBehaviourWay } from "./way.ts";

const wayOf = (options: BehaviourParts["options"] = {}) =>
  makeBehaviourWay({ views: new Map(), hash: hashText, options });
const PLAN: Plan = { seed: 5, people: 20, days: 21, attacks: true };
const STORY = play(PLAN);
const small = STORY.events.filter((_, i) => i % 7 === 0);

const because = (detection: Detection | undefined): unknown =>
  detection?.matched.find(({ field }) => field === "because")?.value;

describe("the way behaviour", () => {
  const way = wayOf();
  const found = way.detect(STORY.events);

  it("says who did what against which past, with evidence among the events", () => {
    const ids = new Set<string>(STORY.events.map(({ id }) => id));
    expect(found.length).toBeGreaterThan(10);
    for (const each of found) {
      expect(each.rule.source).toBe("behaviour");
      expect(each.evidence.every((id) => ids.has(id))).toBe(true);
      expect(String(because(each))).not.toMatch(/undefined|NaN|\{\w+\}/);
      expect(each.matched.map(({ field }) => field)).toEqual(expect.arrayContaining(["basis", "n", "p"]));
    }
    expect(way.stats().failed).toBe(0);
  });
  it("gives no more than low where peers or the organisation are the basis", () => {
    const weak = found.filter(({ matched }) =>
      matched.some(({ field, value }) => field === "basis" && (value === "peer" || value === "organisation")),
    );
    expect(weak.filter(({ severity }) => severity !== "low" && severity !== "informational")).toEqual([]);
  });
  it.each([
    "password-spray",
    "brute-force",
    "mfa-fatigue",
    "host-scan",
    "generated-domains",
    "mass-file-change",
    "beaconing",
    "mail-forwarding",
  ])("finds a strong %s", (name) => {
    const tag = STORY.attacks.find((attack) => attack.name === name && attack.amplitude === 2)?.tag;
    const own = found.filter(
      ({ rule, evidence }) => rule.id === `behaviour:${name}` && evidence.some((id) => id.startsWith(`${tag}-`)),
    );
    expect(own.length).toBeGreaterThan(0);
  });
  it("says nothing ranked in the first week", () => {
    const begin = STORY.events[0]?.time ?? 0;
    const early = found.filter(({ time }) => time - begin < 7 * DAY).map(({ rule }) => rule.id);
    expect(early.filter((id) => /first-|rare-|off-hours|new-host|exfil/.test(id))).toEqual([]);
  });
  it("is the same after a restart at any point", () => {
    const whole = wayOf();
    const all = whole.detect(small).map(({ id }) => id);
    fc.assert(
      fc.property(fc.array(fc.nat(small.length), { maxLength: 4 }), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), small.length];
        let state: string | undefined;
        const ids: string[] = [];
        for (const [i, from] of at.entries()) {
          const part = wayOf();
          expect(part.restore(state)).toBe(true);
          ids.push(...part.detect(small.slice(from, at[i + 1] ?? small.length)).map(({ id }) => id));
          state = part.snapshot();
        }
        expect(ids).toEqual(all);
        expect(state).toBe(whole.snapshot());
      }),
      { numRuns: 4 },
    );
  });
  it("is the same when most entities are packed, and saved in rows of what changed", () => {
    const whole = wayOf();
    const all = whole.detect(small).map(({ id }) => id);
    const ids: string[] = [];
    let kept: string[] = [];
    let part = wayOf({ liveMax: 1, seed: 5 });
    for (let at = 0; at < small.length; at += 700) {
      ids.push(...part.detect(small.slice(at, at + 700)).map(({ id }) => id));
      const changes = part.rows?.changes(false);
      kept = [...(changes?.fresh === true ? [] : kept), ...(changes?.rows ?? [])];
      if (at % 2_100 !== 0) continue;
      const next = wayOf({ liveMax: 1, seed: at });
      const resuming = next.rows?.resume(changes?.head ?? "");
      for (const row of kept) resuming?.take(row);
      expect(resuming?.end()).toBeUndefined();
      part = next;
    }
    expect(ids).toEqual(all);
    expect(part.snapshot()).toBe(whole.snapshot());
  });
  it("says why rows cannot be taken up, and begins anew", () => {
    const first = wayOf();
    first.detect(small.slice(0, 2_000));
    const changes = first.rows?.changes(false);
    const rows = [...(changes?.rows ?? [])];
    const tried = (head: string, taken: readonly string[]) => {
      const next = wayOf();
      const resuming = next.rows?.resume(head);
      for (const row of taken) resuming?.take(row);
      return [resuming?.end(), next.stats().entities];
    };
    const [row = ""] = rows;
    const damaged = `${row.slice(0, 40)}${row[40] === "A" ? "B" : "A"}${row.slice(41)}`;
    expect(tried(changes?.head ?? "", [damaged])).toEqual(["row 1: its checksum differs", 0]);
    expect(tried(changes?.head ?? "", [])).toEqual([expect.stringMatching(/^0 entities of \d+$/), 0]);
    expect(tried("{}", rows)).toEqual(["the head is none of this version", 0]);
    expect(tried(changes?.head ?? "", rows)).toEqual([undefined, first.stats().entities]);
  });
  it("refuses a snapshot that is none", () => {
    expect(["", "{}", "[]", '{"version":1}', "x"].map((text) => wayOf().restore(text))).toEqual(
      new Array(5).fill(false),
    );
  });
  it("stays within its number of entities, and counts who left", () => {
    const tight = wayOf({ entitiesMax: 40 });
    tight.detect(small);
    expect(tight.stats().entities).toBeLessThanOrEqual(40);
    expect(tight.stats().evicted).toBeGreaterThan(0);
  });
  it("does not say what is switched off", () => {
    const names = wayOf({ off: ["password-spray"] })
      .detect(STORY.events)
      .map(({ rule }) => rule.id);
    expect(names).not.toContain("behaviour:password-spray");
  });
});

describe("sign-ins of one account", () => {
  const signIns = (rows: readonly (readonly [day: number, country: string])[]): readonly Event[] => {
    const pen = new Pen(1);
    const start = Date.UTC(2026, 0, 5, 9);
    for (let i = 0; i < 30; i += 1) {
      const user = `p${i}@corp.example`;
      for (let day = 0; day < 14; day += 1)
        for (let k = 0; k < 3; k += 1) cloudSignIn(pen, start + day * DAY + k * 3_600_000 + i, { ...BASE, user });
    }
    for (const [day, country] of rows)
      cloudSignIn(pen, start + day * DAY, { ...BASE, user: "p1@corp.example", country, network: "9" });
    return pen.events.toSorted((a, b) => a.time - b.time);
  };
  const BASE = { ip: "192.0.2.1", country: "DE", network: "1", agent: "Edge", device: "d", ok: true };
  const countries = (events: readonly Event[], forgotten: readonly Event[] = []): number => {
    const way = wayOf();
    const last = events.slice(-1);
    way.detect(events.slice(0, -1));
    way.forget(forgotten);
    return way.detect(last).filter(({ rule }) => rule.id === "behaviour:first-country").length;
  };

  it("finds a country that nobody was in", () => expect(countries(signIns([[14, "VN"]]))).toBe(1));
  it("does not find it twice", () =>
    expect(
      countries(
        signIns([
          [14, "VN"],
          [16, "VN"],
        ]),
      ),
    ).toBe(0));
  it("finds it again when the first time belonged to an incident", () => {
    const events = signIns([
      [14, "VN"],
      [16, "VN"],
    ]);
    expect(countries(events, events.slice(-2, -1))).toBe(1);
  });
  it("travels no faster than a plane", () => {
    const found = wayOf().detect(
      signIns([
        [14, "DE"],
        [14.04, "VN"],
      ]),
    );
    const [travel] = found.filter(({ rule }) => rule.id === "behaviour:impossible-travel");
    expect(because(travel)).toContain("p1@corp.example signed in from DE and 58 minutes later from VN");
    expect(travel?.evidence).toHaveLength(2);
  });
});

describe("names that a host asks for", () => {
  const made = [...usualNames(1, 2_000), ...generatedNames(1, 150)];
  const domains = trainDomains(made.map(({ name, family }) => ({ name, generated: family !== USUAL })));
  const bursts = (names: readonly string[], code: string, options: BehaviourParts["options"] = {}) => {
    const pen = new Pen(1);
    for (const [i, name] of names.entries())
      lookup(pen, Date.UTC(2026, 0, 5, 9) + i * 5_000, ["10.0.0.7", name, "A", code]);
    return wayOf({ domains, ...options }).detect(pen.events);
  };
  const generated = generatedNames(9, 30)
    .filter(({ family }) => family === "arithmetic-middle")
    .map(({ name }) => name);
  const usual = usualNames(9, 22).map(({ name }) => name);

  it("are one finding when they look generated, with both facts: what they look like, and that they do not exist", () => {
    const found = bursts(generated, "NXDOMAIN");
    expect(found.map(({ rule }) => rule.id)).toEqual(["behaviour:generated-domains"]);
    const fields = new Map(found[0]?.matched.map(({ field, value }) => [field, value]));
    expect(Number(fields.get("odd"))).toBeGreaterThanOrEqual(4);
    expect(Number(fields.get("missing"))).toBeGreaterThanOrEqual(8);
    expect(Number(fields.get("chance"))).toBeGreaterThan(0.5);
    expect(String(fields.get("shape"))).not.toBe("");
  });
  it("are a finding when they exist, and are most of what is asked", () =>
    expect(bursts(generated, "NOERROR").map(({ rule }) => rule.id)).toEqual(["behaviour:generated-domains"]));
  it("are none when they are words", () => {
    expect(bursts(usual, "NOERROR")).toEqual([]);
    expect(bursts(usual, "NXDOMAIN")).toEqual([]);
  });
});
