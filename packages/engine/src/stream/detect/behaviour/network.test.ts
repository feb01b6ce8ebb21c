/** Scans are told by what nobody answered, not by how an answered connection ended. */
import { HOUR, MINUTE, SECOND } from "@cordon/model/time";
import { flow, Pen } from "@cordon/testkit/behaviour/world";
import { describe, expect, it } from "vitest";
import { hashText } from "./way.fixture.ts";
import { makeBehaviourWay } from "./way.ts";

const BEGIN = Date.UTC(2026, 0, 5);
const WHO = "10.0.0.7";

type Place = (i: number) => { readonly to: string; readonly port: number };
const HOSTS: Place = (i) => ({ to: `10.0.3.${i + 1}`, port: 445 });
const PORTS: Place = (i) => ({ to: "10.0.3.9", port: 20 + 7 * i });

/** A day of ordinary connections of ten hosts, then forty of one within ten minutes that end in `state`. */
function said(state: string, place: Place): readonly string[] {
  const pen = new Pen(3);
  for (let i = 0; i < 240; i += 1)
    flow(pen, BEGIN + i * 6 * MINUTE, {
      ip: `10.0.0.${i % 10}`,
      to: `93.1.4.${i % 7}`,
      port: 443,
      out: 900,
      in: 9_000,
    });
  for (let i = 0; i < 40; i += 1)
    flow(pen, BEGIN + 25 * HOUR + i * 10 * SECOND, { ip: WHO, ...place(i), state, out: 700, in: 900 });
  return makeBehaviourWay({ views: new Map(), hash: hashText })
    .detect(pen.events)
    .map(({ rule }) => rule.id.slice("behaviour:".length))
    .filter((name) => name.endsWith("-scan"));
}

describe("scans by Zeek's states", () => {
  it.each(["S0", "REJ", "RSTOS0", "RSTRH", "SH"])("are found where connections end as %s", (state) => {
    expect(said(state, HOSTS)).toEqual(["host-scan"]);
    expect(said(state, PORTS)).toEqual(["port-scan"]);
  });
  it.each(["SF", "S1", "RSTO", "RSTR"])("are not where they opened and ended as %s", (state) => {
    expect(said(state, HOSTS)).toEqual([]);
    expect(said(state, PORTS)).toEqual([]);
  });
});
