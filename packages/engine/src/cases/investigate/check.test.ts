import type { Event } from "@cordon/model/event";
import type { Claim, Investigation } from "@cordon/model/investigation";
import type { Json } from "@cordon/model/json";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { makeMemoryEventStore } from "@cordon/testkit/memory-event-store";
import type { Scenario } from "@cordon/testkit/scenarios/event-builder";
import { incidentOf } from "@cordon/testkit/scenarios/scenario-incident";
import { sshBruteForce } from "@cordon/testkit/scenarios/ssh-brute-force";
import { windowsPhishing } from "@cordon/testkit/scenarios/windows-phishing";
import { makeVirtualRuntime } from "@cordon/testkit/virtual-runtime";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { checkClaims, checkSentences } from "./check.ts";
import { makeInvestigate } from "./investigate.ts";

interface Case {
  readonly scenario: Scenario;
  readonly investigation: Investigation;
  readonly byId: ReadonlyMap<string, Event>;
}

async function caseOf(scenario: Scenario): Promise<Case> {
  const events = makeMemoryEventStore();
  await events.append(1, scenario.events);
  const runtime = makeVirtualRuntime({ startMs: scenario.end });
  const investigation = await makeInvestigate({ events, runtime, views: new Map() })(incidentOf(scenario), NEVER_STOP);
  return { scenario, investigation, byId: new Map(scenario.events.map((event) => [event.id, event])) };
}

async function check(claims: readonly Claim[], { scenario }: Case, events: readonly Event[] = scenario.events) {
  const store = makeMemoryEventStore();
  await store.append(1, events);
  const { detections } = scenario;
  return checkClaims(claims, { events: store, runtime: makeVirtualRuntime(), stop: NEVER_STOP, detections });
}

/** Every leaf of a JSON value with its path. */
function leaves(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, member]) => leaves(member, [...path, key]));
}

function changedAt(value: unknown, path: readonly string[]): Json {
  const [key, ...rest] = path;
  if (key === undefined)
    return typeof value === "number" ? value + 1 : typeof value === "boolean" ? !value : `${String(value)}~`;
  if (Array.isArray(value)) return value.map((member, i) => (String(i) === key ? changedAt(member, rest) : member));
  return { ...(value as Record<string, Json>), [key]: changedAt(Reflect.get(value as object, key), rest) };
}

describe("checkClaims", () => {
  let cases: readonly Case[] = [];
  beforeAll(async () => {
    cases = [await caseOf(windowsPhishing()), await caseOf(sshBruteForce())];
  });

  it("keeps every claim of an untouched investigation", async () => {
    for (const one of cases) {
      const { claims, refused } = await check(one.investigation.claims, one);
      expect(refused).toEqual([]);
      expect(claims.length).toBe(one.investigation.claims.length);
      expect(claims.length).toBeGreaterThan(5);
    }
  });

  it("any one changed field of a cited event is found out", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), fc.nat(), async (a, b, c) => {
        const one = cases[a % cases.length];
        const claim = one?.investigation.claims[b % one.investigation.claims.length];
        const event = one?.byId.get(claim?.cites[0].event ?? "");
        if (one === undefined || claim === undefined || event === undefined) throw new Error("nothing to change");
        const paths = leaves(event).filter((path) => path[0] !== "id");
        const path = paths[c % paths.length] ?? [];
        const changed = changedAt(event, path) as unknown as Event;
        const events = one.scenario.events.map((known) => (known.id === event.id ? changed : known));
        expect((await check([claim], one, events)).claims, path.join("/")).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it("any one changed field of a claim or citation is found out", async () => {
    const survivors: string[] = [];
    for (const one of cases) {
      for (const claim of one.investigation.claims) {
        for (const path of leaves(claim).filter((at) => at[0] !== "id" && at[0] !== "techniques")) {
          const changed = changedAt(claim, path) as unknown as Claim;
          if ((await check([changed], one)).claims.length > 0) survivors.push(`${claim.predicate} ${path.join("/")}`);
        }
      }
    }
    expect([...new Set(survivors)].filter((path) => !path.includes("query/"))).toEqual([]);
  });

  it("a citation with a weaker or another operation is refused", async () => {
    const [one] = cases;
    if (one === undefined) throw new Error("no case");
    for (const claim of one.investigation.claims) {
      for (const [i, cite] of claim.cites.entries()) {
        for (const op of ["eq", "contains", "exists", "lt", "gt", "digest"] as const) {
          if (op === cite.op) continue;
          const cites = claim.cites.map((known, at) =>
            at === i ? { ...known, op } : known,
          ) as unknown as Claim["cites"];
          expect((await check([{ ...claim, cites }], one)).claims, `${cite.pointer} ${op}`).toEqual([]);
        }
      }
    }
  });

  it("swapped ends, another predicate, a missing digest are refused", async () => {
    const [one] = cases;
    const spawned = one?.investigation.claims.find((claim) => claim.predicate === "spawned");
    if (one === undefined || spawned?.object === undefined) throw new Error("no claim");
    const swapped = { ...spawned, subject: spawned.object, object: spawned.subject };
    const other = { ...spawned, predicate: "wrote" as const };
    const unpinned = { ...spawned, cites: spawned.cites.slice(1) as unknown as Claim["cites"] };
    const counted = { ...spawned, count: 3 };
    expect((await check([swapped, other, unpinned, counted], one)).claims).toEqual([]);
  });

  it("a sentence falls with its claims", async () => {
    const [one] = cases;
    if (one === undefined) throw new Error("no case");
    const { summary, claims } = one.investigation;
    expect(checkSentences(summary, claims)).toEqual(summary);
    expect(checkSentences(summary, [])).toEqual([]);
    const [first] = summary;
    const foreign = one.scenario.events.find((event) => !first?.events.includes(event.id));
    if (first === undefined || foreign === undefined) throw new Error("no sentence");
    expect(checkSentences([{ ...first, events: [foreign.id] }], claims)).toEqual([]);
  });
});
