/**
 * A seeded company: people with habits, machines, principals, networks. It writes events as the mappings would make them.
 * It shares no number with the detectors.
 */
import { type Chance, makeChance } from "@cordon/engine/simulate/chance";
import type { Entity, EntityKind, EntityRole } from "@cordon/model/entity";
import type { Event } from "@cordon/model/event";
import { eventId, recordId, sha256Of } from "@cordon/model/ids";
import type { JsonObject } from "@cordon/model/json";
import { instant } from "@cordon/model/time";

export interface Person {
  readonly name: string;
  readonly mail: string;
  readonly host: string;
  readonly ip: string;
  readonly country: string;
  readonly network: string;
  readonly agent: string;
  readonly device: string;
  /** Hour (UTC) at which the day begins, and its length. */
  readonly begins: number;
  readonly works: number;
  readonly programs: readonly string[];
  readonly sites: readonly string[];
  readonly developer: boolean;
  readonly admin: boolean;
  readonly joins: number;
  readonly leaves: number;
  /** Days away. */
  readonly away: ReadonlySet<number>;
  /** Day of a journey and the country. */
  readonly journey?: { readonly from: number; readonly to: number; readonly country: string };
  /** Address of the office's exit, where it is not the usual one. */
  readonly exit?: string;
  /** A program of its own that calls home at fixed times: place and seconds. */
  readonly calls?: readonly [place: string, everySeconds: number];
}

export interface Made {
  readonly at: number;
  readonly event: Event;
}

const ZERO = sha256Of("0".repeat(64));

/** Collects events; `scene` marks those of a staged attack. */
export class Pen {
  readonly events: Event[] = [];
  readonly chance: Chance;
  scene = "";
  #count = 0;

  constructor(seed: number) {
    this.chance = makeChance(seed);
  }

  /** Takes out what was written for times before `end`, in order of time. */
  takeBefore(end: number): readonly Event[] {
    const taken = this.events.filter(({ time }) => time < end).sort((a, b) => a.time - b.time);
    const kept = this.events.filter(({ time }) => time >= end);
    this.events.length = 0;
    for (const event of kept) this.events.push(event);
    return taken;
  }

  write(
    at: number,
    event: Pick<Event, "source" | "class" | "activity"> & Partial<Event> & { readonly who: readonly Entity[] },
  ): void {
    this.#count += 1;
    const { who, ...rest } = event;
    const id = `${this.scene === "" ? "n" : this.scene}-${this.#count}`;
    this.events.push({
      ...{ time: instant(Math.floor(at)), receivedAt: instant(Math.floor(at)), shape: event.source, severity: 1 },
      ...{ log: { categories: [] }, raw: {}, ...rest },
      ...{ id: eventId(id), entities: who },
      provenance: {
        ...{ record: recordId(id), via: "made", input: "made", position: this.#count },
        ...{ mapping: event.source, version: "1", sha256: ZERO },
      },
    });
  }
}

export const entity = (kind: EntityKind, role: EntityRole, value: string): Entity => ({ kind, role, value });

export interface SignIn {
  readonly user: string;
  readonly ip: string;
  readonly country: string;
  readonly network: string;
  readonly agent: string;
  readonly device: string;
  readonly ok: boolean;
  readonly factor?: string;
  readonly source?: string;
}

export function cloudSignIn(pen: Pen, at: number, { user, ip, source = "entra.signin", ...more }: SignIn): void {
  const raw: JsonObject = {
    location: { countryOrRegion: more.country },
    ...{ autonomousSystemNumber: more.network, deviceDetail: { deviceId: more.device } },
    ...(more.factor === undefined ? {} : { factor: more.factor, result: more.ok ? "success" : "denied" }),
  };
  pen.write(at, {
    ...{ source, class: 3002, activity: 1, outcome: more.ok ? "success" : "failure", raw },
    who: [entity("user", "target", user), entity("ip", "src", ip), entity("useragent", "src", more.agent)],
  });
}

export function hostLogon(
  pen: Pen,
  at: number,
  [user, host, type, ip]: readonly [string, string, string, string],
): void {
  pen.write(at, {
    ...{ source: "windows.security", class: 3002, activity: 1, outcome: "success", raw: { LogonType: type } },
    who: [entity("host", "device", host), entity("user", "target", user), entity("ip", "src", ip)],
  });
}

export function program(
  pen: Pen,
  at: number,
  [host, user, image, parent]: readonly [string, string, string, string],
): void {
  pen.write(at, {
    ...{ source: "windows.sysmon", class: 1007, activity: 1, outcome: "success" },
    ...{ log: { product: "windows", categories: ["process_creation"] } },
    who: [
      ...[entity("host", "device", host), entity("user", "actor", user)],
      ...[entity("file", "actor", image), entity("file", "parent", parent)],
    ],
  });
}

export interface Flow {
  readonly ip: string;
  readonly to: string;
  readonly port: number;
  readonly out: number;
  readonly in: number;
  readonly state?: string;
}

export function flow(pen: Pen, at: number, { ip, to, port, state = "SF", ...bytes }: Flow): void {
  pen.write(at, {
    ...{
      source: "zeek",
      class: 4001,
      activity: 6,
      log: { product: "zeek", service: "conn", categories: ["firewall"] },
    },
    raw: { "id.resp_p": port, orig_bytes: Math.round(bytes.out), resp_bytes: Math.round(bytes.in), conn_state: state },
    who: [entity("ip", "src", ip), entity("ip", "dst", to)],
  });
}

export function lookup(pen: Pen, at: number, [ip, name, type, code]: readonly [string, string, string, string]): void {
  pen.write(at, {
    ...{ source: "zeek", class: 4003, activity: 1, log: { product: "zeek", service: "dns", categories: ["dns"] } },
    raw: { query: name, qtype_name: type, rcode_name: code },
    who: [entity("ip", "src", ip), entity("ip", "dst", "10.0.0.53"), entity("domain", "object", name)],
  });
}

export function fileChange(pen: Pen, at: number, [host, path, activity]: readonly [string, string, number]): void {
  pen.write(at, {
    ...{ source: "windows.sysmon", class: 1001, activity, log: { product: "windows", categories: ["file_event"] } },
    who: [entity("host", "device", host), entity("file", "object", path)],
  });
}

export interface Call {
  readonly user: string;
  readonly ip: string;
  readonly name: string;
  readonly agent?: string;
  readonly ok?: boolean;
  readonly raw?: JsonObject;
  readonly class?: number;
  readonly source?: string;
}

export function call(
  pen: Pen,
  at: number,
  { user, ip, name, agent = "aws-cli", ok = true, raw = {}, class: kind = 6003, source = "aws.cloudtrail" }: Call,
): void {
  pen.write(at, {
    ...{ source, class: kind, activity: 99, outcome: ok ? "success" : "failure" },
    raw: { eventName: name, ...raw },
    who: [entity("user", "actor", user), entity("ip", "src", ip), entity("useragent", "src", agent)],
  });
}
