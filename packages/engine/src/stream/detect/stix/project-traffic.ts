/** Network traffic of an event: ends by role, ports and protocols by field. Leaves: the keys of the traffic. */
import type { Event } from "@cordon/model/event";
import type { Json, JsonObject } from "@cordon/model/json";
import { type ReadField, readProperties, textOf } from "./event-fields.ts";
import type { Objects, ValueRefs } from "./objects.ts";
import { APPLICATION_PROTOCOL, TRAFFIC } from "./project-table.ts";

export function addTraffic(objects: Objects, event: Event, read: ReadField, refs: ValueRefs): readonly string[] {
  const src = refs.get("ip src") ?? refs.get("host src") ?? refs.get("mac src");
  const dst = refs.get("ip dst");
  const name = refs.get("domain dst") ?? refs.get("host dst");
  const own = readProperties(TRAFFIC, read) ?? {};
  const ports = own.src_port !== undefined || own.dst_port !== undefined;
  if (dst === undefined && name === undefined && !(src !== undefined && ports)) return [];
  const facts: JsonObject = {
    ...{ type: "network-traffic", ...own },
    ...protocolsOf(objects, own.protocols, dst ?? src, read),
    start: new Date(event.time).toISOString(),
    ...(src === undefined ? {} : { src_ref: src }),
  };
  // The same traffic by the address and by the name of its destination.
  const ends = [dst, name].filter((end) => end !== undefined);
  return ends.length === 0 ? [objects.add(facts)] : ends.map((end) => objects.add({ ...facts, dst_ref: end }));
}

/** From the outside in: network, transport, application. */
function protocolsOf(
  objects: Objects,
  transport: Json | undefined,
  end: string | undefined,
  read: ReadField,
): JsonObject {
  const type = end === undefined ? undefined : objects.all().get(end)?.type;
  const network = type === "ipv6-addr" ? ["ipv6"] : type === "ipv4-addr" ? ["ipv4"] : [];
  const application = APPLICATION_PROTOCOL.map((name) => textOf(read(name))?.toLowerCase()).find(isProtocol);
  const all = [
    ...network,
    ...(Array.isArray(transport) ? transport : []),
    ...(application === undefined ? [] : [application]),
  ];
  return all.length === 0 ? {} : { protocols: [...new Set(all)] };
}

const isProtocol = (text: string | undefined): boolean => text !== undefined && /^[a-z][a-z0-9-]{1,15}$/.test(text);
