/** Where sources write what no entity says: names asked in order below each root of the field view, first present wins. */
import type { JsonObject } from "@cordon/model/json";

export interface Name {
  /** The first of `path`. */
  readonly first: string;
  readonly path: readonly string[];
  /** Some writers flatten: `flow.bytes_toserver` is then one key. */
  readonly key: string;
}

export interface NameList {
  readonly names: readonly Name[];
  /** One bit of 31 for each list: what an object holds at all is one number. */
  readonly bit: number;
}

const BITS = 31;
const bitsByKey = new Map<string, number>();
let lists = 0;

function names(text: string): NameList {
  const bit = 1 << (lists % BITS);
  lists += 1;
  const all = text.split(/\s+/).map((key) => {
    const path = key.split(".");
    return { key, path, first: path[0] ?? key };
  });
  for (const { first, key } of all)
    for (const each of [first, key]) bitsByKey.set(each, (bitsByKey.get(each) ?? 0) | bit);
  return { names: all, bit };
}

/** Bits of the lists of which an object holds a name, or the beginning of one. */
export function heldBy(root: JsonObject): number {
  let bits = 0;
  for (const key in root) bits |= bitsByKey.get(key) ?? 0;
  return bits;
}

export const COUNTRY = names(
  `location.countryOrRegion client.geographicalContext.country source.geo.country_iso_code geo.country_iso_code
   access_device.location.country countryCode country_code country Country actor.country_code`,
);
export const LATITUDE = names(
  `location.geoCoordinates.latitude client.geographicalContext.geolocation.lat source.geo.location.lat geo.latitude latitude`,
);
export const LONGITUDE = names(
  `location.geoCoordinates.longitude client.geographicalContext.geolocation.lon source.geo.location.lon geo.longitude longitude`,
);
export const ASN = names(`autonomousSystemNumber securityContext.asNumber source.as.number as.number asn ASN`);
export const DEVICE = names(
  `deviceDetail.deviceId deviceDetail.displayName client.device device.id device_id DeviceId WorkstationName Workstation`,
);
export const LOGON_TYPE = names(`LogonType logon_type`);
export const SESSION = names(`authenticationContext.externalSessionId correlationId sessionId`);
export const ACTION = names(
  `eventName Operation eventType operationName protoPayload.methodName activityDisplayName events.0.name action verb event_type`,
);
/** What a verb alone is about: `create` says nothing without `clusterrolebindings`. */
export const OBJECT = names(`objectRef.resource`);
export const ERROR = names(`errorCode error_code resultType status.errorCode protoPayload.status.code`);
export const PORT = names(
  `id.resp_p id_resp_p DestinationPort dest_port dst_port destination.port dstport dpt dport DestPort dstPort destinationPort dp port_dst l4_dst_port`,
);
export const BYTES_OUT = names(
  `orig_ip_bytes orig_bytes flow.bytes_toserver source.bytes bytes_out sentbyte cs-bytes bytes_sent bytesOut ibyt in_bytes bytes`,
);
/** Word by which a source says how a connection ended. */
export const CONNECTION_STATE = names(`conn_state flow.state connection_state action`);
export const QUERY = names(`query QueryName dns.rrname dns.queries.0.rrname dns.question.name query_name qname`);
export const QUERY_TYPE = names(
  `qtype_name dns.rrtype dns.queries.0.rrtype dns.question.type query_type QueryType record_type`,
);
export const ANSWER_CODE = names(`rcode_name dns.rcode dns.response_code QueryStatus rcode`);
export const MFA_FACTOR = names(
  `factor mfaDetail.authMethod authenticationDetails.1.authenticationMethod authenticationDetails.0.authenticationMethod debugContext.debugData.factor mfaMethod`,
);
export const MFA_RESULT = names(`mfaResult result reason`);
export const FORWARD_TO = names(
  `ForwardTo RedirectTo ForwardingSmtpAddress DeliverToMailboxAndForward requestParameters.ForwardTo event.parameters.email_forwarding_destination`,
);
