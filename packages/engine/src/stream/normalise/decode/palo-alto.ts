/**
 * Palo Alto Networks logs: comma-separated values in an order that follows from the type. Enters: the message. Leaves: fields
 * under the names of the vendor's own log variables, or undefined. Columns beyond those known keep their number.
 */
import type { Json, JsonObject } from "@cordon/model/json";
import { splitCsv } from "./csv.ts";
import { FIELDS_MAX, setOwn } from "./decoded.ts";

const HEAD = /^\d,\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d,[^,]{0,40},([A-Z_-]{4,20}),/;

const words = (text: string): readonly string[] => text.split(/\s+/);
/** `_` columns are reserved by the vendor. */
const FIRST = "_ receive_time serial type subtype _ time_generated";
const SESSION = `${FIRST} src dst natsrc natdst rule srcuser dstuser app vsys from to inbound_if outbound_if logset _ sessionid
  repeatcnt sport dport natsport natdport flags proto action`;
const GROUPS = "dg_hier_level_1 dg_hier_level_2 dg_hier_level_3 dg_hier_level_4 vsys_name device_name";

const COLUMNS: ReadonlyMap<string, readonly string[]> = new Map([
  [
    "TRAFFIC",
    words(`${SESSION} bytes bytes_sent bytes_received packets start elapsed category _ seqno actionflags srcloc dstloc _
      pkts_sent pkts_received session_end_reason ${GROUPS} action_source`),
  ],
  [
    "THREAT",
    words(`${SESSION} misc threatid category severity direction seqno actionflags srcloc dstloc _ contenttype pcap_id filedigest
      cloud url_idx user_agent filetype xff referer sender subject recipient reportid ${GROUPS}`),
  ],
  [
    "GLOBALPROTECT",
    words(`${FIRST} vsys eventid stage auth_method tunnel_type srcuser srcregion machinename public_ip public_ipv6 private_ip
      private_ipv6 hostid serialnumber client_ver client_os client_os_ver repeatcnt reason error opaque status location
      login_duration connect_method error_code portal seqno actionflags`),
  ],
  ["SYSTEM", words(`${FIRST} vsys eventid object _ _ module severity opaque seqno actionflags ${GROUPS}`)],
  ["CONFIG", words(`${FIRST} host vsys cmd admin client result path seqno actionflags ${GROUPS}`)],
]);

export function parsePaloAlto(text: string): JsonObject | undefined {
  const type = HEAD.exec(text)?.[1];
  if (type === undefined) return undefined;
  const names = COLUMNS.get(type) ?? words(FIRST);
  const raw: Record<string, Json> = {};
  for (const [i, cell] of splitCsv(text, ",").slice(0, FIELDS_MAX).entries()) {
    const name = names[i] === "_" ? undefined : (names[i] ?? `column_${i + 1}`);
    if (name !== undefined && cell !== "") setOwn(raw, name, cell);
  }
  raw.message = text;
  return raw;
}
