/**
 * MISP events and attributes as JSON: one event, a list, or an answer of its API (`response`).
 *
 * M1. Only attributes with `to_ids` are indicators; deleted ones are not. The others are told as what they are, not counted bad.
 * M2. A `domain` reaches its sub-domains, a `hostname` does not.
 */
import type { IndicatorFacts, IndicatorKind } from "@cordon/model/indicator";
import {
  bad,
  dayOf,
  type FeedItem,
  type FeedSays,
  isRecord,
  itemOf,
  LABEL_MAX,
  listOf,
  textOf,
  timeOf,
} from "./feed.ts";

type Thing = Readonly<Record<string, unknown>>;

const TYPES: Readonly<Record<string, IndicatorKind>> = {
  ...{ ip: "ip", "ip-src": "ip", "ip-dst": "ip", domain: "domain", hostname: "domain", url: "url", link: "url" },
  ...{ md5: "hash", sha1: "hash", sha256: "hash", sha384: "hash", sha512: "hash" },
  ...{ "x509-fingerprint-md5": "hash", "x509-fingerprint-sha1": "hash", "x509-fingerprint-sha256": "hash" },
  ...{ email: "email", "email-src": "email", "email-dst": "email", regkey: "regkey", filename: "file" },
};

export function* readMisp(text: string, feed: FeedSays): Generator<FeedItem> {
  let whole: unknown;
  try {
    whole = JSON.parse(text);
  } catch (error) {
    return yield bad(1, `not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  let line = 0;
  for (const [attribute, event] of attributesOf(whole)) {
    line += 1;
    yield* attributeItems(attribute, line, feed, event);
  }
  if (line === 0) yield bad(1, "no event and no attributes of MISP in this JSON");
}

function* attributesOf(value: unknown): Generator<readonly [Thing, Thing | undefined]> {
  for (const one of Array.isArray(value) ? value : [value]) {
    if (!isRecord(one)) continue;
    if (one.response !== undefined) yield* attributesOf(one.response);
    else if (isRecord(one.Event)) yield* eventAttributes(one.Event);
    else if (textOf(one.type) !== undefined && textOf(one.value) !== undefined) yield [one, undefined];
    else yield* eventAttributes(one);
  }
}

function* eventAttributes(event: Thing): Generator<readonly [Thing, Thing]> {
  const own = listOf(event.Attribute);
  const inObjects = listOf(event.Object).flatMap((one) =>
    isRecord(one) && one.deleted !== true ? listOf(one.Attribute) : [],
  );
  for (const attribute of [...own, ...inObjects]) if (isRecord(attribute)) yield [attribute, event];
}

function* attributeItems(
  attribute: Thing,
  line: number,
  feed: FeedSays,
  event: Thing | undefined,
): Generator<FeedItem> {
  const wanted = attribute.to_ids === true || attribute.to_ids === 1 || attribute.to_ids === "1";
  if (!wanted || attribute.deleted === true || attribute.deleted === "1") return;
  const type = textOf(attribute.type) ?? "";
  const value = textOf(attribute.value) ?? "";
  const parts = partsOf(type, value);
  if (parts.length === 0) return yield bad(line, `attributes of type ${type.slice(0, 40)} are not looked up`);
  const facts = factsOf(attribute, event);
  for (const [kind, text, exact] of parts)
    yield itemOf(text, line, feed, { kind, facts, below: exact ? false : undefined });
}

/** Composites: `filename|sha256` is known by its hash, `ip-dst|port` by its address, `domain|ip` by both. */
function partsOf(type: string, value: string): readonly (readonly [IndicatorKind, string, boolean])[] {
  const types = type.split("|");
  const values = value.split("|");
  if (types.length === 2 && types[0] === "filename") return partsOf(types[1] ?? "", values.at(-1) ?? "");
  return types.flatMap((one, i) => {
    const kind = TYPES[one];
    const text = values[i] ?? "";
    if (kind === undefined) return [];
    return [[kind === "ip" && text.includes("/") ? "cidr" : kind, text, one === "hostname"] as const];
  });
}

function factsOf(attribute: Thing, event: Thing | undefined): Partial<IndicatorFacts> {
  const tags = [...listOf(attribute.Tag), ...listOf(event?.Tag)].flatMap((tag) =>
    isRecord(tag) ? (textOf(tag.name) ?? []) : [],
  );
  const tlp = tags.flatMap((tag) => /^tlp:(.+)$/i.exec(tag)?.[1]?.toLowerCase() ?? [])[0];
  const techniques = tags.flatMap((tag) => /^misp-galaxy:mitre-.*\b(T\d{4}(?:\.\d{3})?)"?$/.exec(tag)?.[1] ?? []);
  const label = textOf(event?.info);
  const asOf = dayOf(timeOf(attribute.last_seen) ?? timeOf(attribute.timestamp));
  return {
    ...(tlp === undefined ? {} : { tlp: tlp === "white" ? "clear" : tlp }),
    ...(techniques.length === 0 ? {} : { techniques: [...new Set(techniques)] }),
    ...(label === undefined ? {} : { label: label.slice(0, LABEL_MAX) }),
    ...(asOf === undefined ? {} : { asOf }),
  };
}
