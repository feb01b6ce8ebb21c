/** A confirmed incident is no one's usual: what its events taught is taken out again. */
import { getDomain } from "tldts";
import type { Desk } from "./desk.ts";
import { actionOf, type Fact } from "./fact.ts";
import * as fields from "./fields.ts";
import { lastPart } from "./names.ts";
import { without } from "./window.ts";

export function forgetFacts(facts: readonly Fact[], desk: Desk): number {
  const gone = new Set<string>(facts.map(({ event }) => event.id));
  const touched = new Set<string>();
  for (const fact of facts) {
    for (const [key, dimension, text] of taughtBy(fact)) {
      const about = desk.entities.find(key);
      if (about === undefined || text === undefined) continue;
      desk.unsee(about, dimension, text);
      touched.add(key);
    }
  }
  for (const key of touched) {
    const about = desk.entities.find(key);
    if (about !== undefined) desk.unrank(about);
    for (const window of Object.values(about?.windows ?? {})) without(window, gone);
  }
  return touched.size;
}

type Taught = readonly [key: string, dimension: string, text: string | undefined];

/** The same values under the same names as the detectors took them. */
function taughtBy(fact: Fact): readonly Taught[] {
  const user = `user:${fact.user}`;
  const host = `host:${fact.host}`;
  switch (fact.kind) {
    case "sign-in":
      if (fact.failed) return [];
      return [
        [user, "country", fact.text(fields.COUNTRY)],
        [user, "network", fact.text(fields.ASN)],
        [user, "device", fact.text(fields.DEVICE)],
        [user, "host", fact.host],
      ];
    case "process": {
      const { program, parent } = fact;
      const pair =
        parent === undefined || program === undefined ? undefined : `${lastPart(parent)} > ${lastPart(program)}`;
      return [
        [host, "program", program],
        [host, "parent", pair],
      ];
    }
    case "api":
      return [[user, "action", actionOf(fact)?.slice(0, 80)]];
    case "flow":
      return [
        [`ip:${fact.source}`, "destination", fact.destination],
        [host, "destination", fact.destination],
      ];
    case "dns": {
      const query = fact.text(fields.QUERY);
      const domain = query === undefined ? undefined : (getDomain(query) ?? undefined);
      return [
        [`ip:${fact.source}`, "domain", domain],
        [host, "domain", domain],
      ];
    }
    case "file":
    case "other":
      return [];
  }
}
