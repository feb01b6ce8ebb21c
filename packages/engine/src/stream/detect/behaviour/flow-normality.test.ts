/** Ordinary connections of forty hosts in the words of four sources, then one unlike them, straight through the way. */
import { hash } from "node:crypto";
import type { Detection } from "@cordon/model/detection";
import type { Event } from "@cordon/model/event";
import { sha256Of } from "@cordon/model/ids";
import type { JsonObject } from "@cordon/model/json";
import { DAY } from "@cordon/model/time";
import { entity, Pen } from "@cordon/testkit/behaviour/world";
import { describe, expect, it } from "vitest";
import { makeBehaviourWay } from "./way.ts";

const START = Date.UTC(2026, 0, 5);

interface Numbers {
  readonly seconds: number;
  readonly out: number;
  readonly in: number;
  readonly packets: number;
}

type Words = (numbers: Numbers) => JsonObject;

const zeek: Words = ({ seconds, out, in: back, packets }) => ({
  ...{ duration: seconds, orig_bytes: out, resp_bytes: back, orig_pkts: packets, resp_pkts: packets },
  ...{ "id.resp_p": 443, proto: "tcp", conn_state: "SF" },
});
const suricata: Words = ({ seconds, out, in: back, packets }) => ({
  ...{ event_type: "flow", dest_port: 443, proto: "TCP" },
  flow: { bytes_toserver: out, bytes_toclient: back, pkts_toserver: packets, pkts_toclient: packets, age: seconds },
});
const vpc: Words = ({ seconds, out, packets }) => ({
  ...{ dstport: 443, protocol: 6, bytes: out, packets, start: 1_000, end: 1_000 + seconds, action: "ACCEPT" },
});
const netflow: Words = ({ seconds, out, packets }) => ({
  ...{ l4_dst_port: 443, protocol: 6, in_bytes: out, in_pkts: packets, first_switched: 5, last_switched: 5 + seconds },
});

/** Where the i-th connection goes. */
type Place = (i: number) => string;
const calm: Place = (i) => `93.1.${i < 1_400 ? i % 251 : i % 40}.${i < 1_400 ? (i * 7) % 253 : 9}`;
/** Each host has more places than are kept of it, all of them common: each call seems the first. */
const busy: Place = (i) => (i < 1_400 ? calm(i) : `93.1.7.${Math.floor(i / 40) % 60}`);

interface Played {
  readonly flows?: number;
  readonly place?: Place;
}

function played(words: Words, last: Numbers, { flows = 1_900, place = calm }: Played = {}): readonly Detection[] {
  const pen = new Pen(11);
  const { chance } = pen;
  const write = (at: number, [ip, to]: readonly [string, string], numbers: Numbers): void =>
    pen.write(at, {
      ...{ source: "net.flow", class: 4001, activity: 6, raw: words(numbers) },
      who: [entity("ip", "src", ip), entity("ip", "dst", to)],
    });
  for (let i = 0; i < flows; i += 1) {
    const out = 800 + 4_000 * chance.next();
    const packets = 4 + Math.round(out / 600);
    write(START + (i * 11 * DAY) / flows, [`10.1.0.${i % 40}`, place(i)], {
      ...{ seconds: 1 + 20 * chance.next(), out: Math.round(out), in: Math.round(20_000 * chance.next()), packets },
    });
  }
  write(START + 12 * DAY, ["10.1.0.7", "45.9.9.9"], last);
  const events: readonly Event[] = pen.takeBefore(Number.POSITIVE_INFINITY);
  const way = makeBehaviourWay({ views: new Map(), hash: (text) => sha256Of(hash("sha256", text)) });
  const found: Detection[] = [];
  for (let i = 0; i < events.length; i += 500) found.push(...way.detect(events.slice(i, i + 500)));
  return found.filter(
    ({ rule, evidence }) => rule.id === "behaviour:flow-anomaly" && evidence.includes(events.at(-1)?.id ?? evidence[0]),
  );
}

const ODD: Numbers = { seconds: 39_000, out: 4_000_000, in: 60, packets: 90_000 };
const PLAIN: Numbers = { seconds: 9, out: 2_100, in: 9_000, packets: 8 };

describe("a connection unlike all others", () => {
  const rows: readonly (readonly [name: string, words: Words])[] = [
    ["Zeek", zeek],
    ["Suricata", suricata],
    ["VPC flow logs", vpc],
    ["NetFlow", netflow],
  ];
  it.each(rows)("of %s is said with the features that make it so", (_name, words) => {
    const [found] = played(words, ODD);
    expect(found?.severity).toBe("low");
    const because = `${found?.matched.find(({ field }) => field === "because")?.value}`;
    expect(because).toMatch(/^10\.1\.0\.7 to 45\.9\.9\.9:443: .*(?:seconds 39000|bytes out 4000000|packets out 90000)/);
    expect(because).not.toContain("NaN");
  });

  it("is judged although hosts call more common places than are kept of them", () => {
    expect(played(zeek, ODD, { flows: 12_000, place: busy })).toHaveLength(1);
  });

  it("is not an ordinary one", () => {
    expect(played(zeek, PLAIN)).toEqual([]);
  });
});
