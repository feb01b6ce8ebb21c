import type { JsonObject } from "@cordon/model/json";
import { PLAIN_VIEW } from "@cordon/model/view";
import { cloudSignIn, Pen } from "@cordon/testkit/behaviour/world";
import { describe, expect, it } from "vitest";
import { type Fact, factOf } from "./fact.ts";
import * as fields from "./fields.ts";

const NONE: readonly undefined[] = new Array<undefined>(5).fill(undefined);
const AT = Date.UTC(2026, 0, 5);

function told(raw: JsonObject, roots: readonly (readonly string[])[] = [[]]): Fact {
  const pen = new Pen(1);
  cloudSignIn(pen, AT, { user: "ada", ip: "10.0.0.1", country: "DE", network: "1", agent: "a", device: "d", ok: true });
  const [event] = pen.takeBefore(Number.POSITIVE_INFINITY);
  if (event === undefined) throw new Error("nothing was written");
  return factOf({ ...event, raw }, new Map([[event.source, { ...PLAIN_VIEW, roots }]]));
}

const LISTS = [fields.COUNTRY, fields.LATITUDE, fields.ASN, fields.PORT, fields.BYTES_OUT, fields.MFA_FACTOR];

describe("what an event says beside its entities", () => {
  it.each<[string, JsonObject, readonly (string | undefined)[]]>([
    ["nothing", {}, []],
    ["nested", { location: { countryOrRegion: "DE" } }, ["DE"]],
    ["flattened", { "flow.bytes_toserver": 12 }, [undefined, undefined, undefined, undefined, "12"]],
    ["in a list", { authenticationDetails: [{ authenticationMethod: "push" }] }, [...NONE, "push"]],
    ["a dash says nothing", { country: "-", dest_port: 443 }, [undefined, undefined, undefined, "443"]],
    ["the first that is there", { asn: "", ASN: 64500, country: "FR" }, ["FR", undefined, "64500"]],
  ])("%s", (_name, raw, expected) => {
    const fact = told(raw);
    const inOrder = LISTS.map((list) => fact.text(list));
    expect(inOrder).toEqual(LISTS.map((_, at) => expected[at]));
    // Which lists were asked before changes nothing.
    const other = told(raw);
    expect(LISTS.toReversed().map((list) => other.text(list))).toEqual(inOrder.toReversed());
  });
  it("below every root of the view", () => {
    const fact = told({ a: { dpt: 1 }, b: { country: "SE" } }, [["a"], ["b"]]);
    expect([fact.text(fields.ASN), fact.text(fields.COUNTRY), fact.number(fields.PORT)]).toEqual([undefined, "SE", 1]);
  });
  it("below every object where a root says so", () => {
    const raw = { day: { first: { dpt: 1 }, note: "x", second: { country: "SE" } }, country: "no root" };
    const fact = told(raw, [["day", "*"]]);
    expect([fact.text(fields.COUNTRY), fact.number(fields.PORT), fact.text(fields.ASN)]).toEqual(["SE", 1, undefined]);
  });
  it.each<[string, JsonObject, number | undefined]>([
    ["a number", { bytes: 7 }, 7],
    ["a number in a text", { bytes: "7" }, 7],
    ["a word", { bytes: "many" }, undefined],
    ["yes or no", { bytes: true }, undefined],
  ])("number: %s", (_name, raw, expected) => expect(told(raw).number(fields.BYTES_OUT)).toBe(expected));
});
