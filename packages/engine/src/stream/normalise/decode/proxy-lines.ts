/**
 * Access logs of proxies that are no common form: Envoy's default line and those of Application Load Balancers. Enters: one
 * line. Leaves: fields under the makers' names, or undefined.
 */
import type { Json, JsonObject } from "@cordon/model/json";

const REQUEST = String.raw`"([A-Z]{1,20}|-) (\S{1,8192}) ([A-Z]{2,8}(?:\/[\d.]{1,4})?|-) ?"`;
const QUOTED = `"([^"]{0,4096})"`;
const ENVOY = new RegExp(
  String.raw`^\[(\d{4}-\d\d-\d\dT[\d:.]{8,18}Z)\] ${REQUEST} (\d{1,3}) (\S{1,200}) (?:.{0,400}? )?(\d{1,15}) (\d{1,15}) (\d{1,15}) (\S{1,15}) ${QUOTED} ${QUOTED} ${QUOTED} ${QUOTED} "([^"]{0,255})"`,
);
const ENVOY_NAMES =
  "start_time method path protocol response_code response_flags bytes_received bytes_sent duration upstream_time x_forwarded_for user_agent request_id authority upstream_host".split(
    " ",
  );
const ALB = new RegExp(
  String.raw`^(https?|h2|grpcs?|wss?) (\d{4}-\d\d-\d\dT[\d:.]{8,18}Z) (\S{1,255}) (\S{2,60}):(\d{1,5}) (?:(\S{2,60}):(\d{1,5})|-) \S{1,12} \S{1,12} \S{1,12} (\d{3}|-) (\d{3}|-) (\d{1,15}) (\d{1,15}) ${REQUEST} ${QUOTED}(?: \S{1,80} \S{1,20} \S{1,400} "[^"]{0,200}" "([^"]{0,255})")?`,
);
const ALB_NAMES =
  "type time elb client_ip client_port target_ip target_port elb_status_code target_status_code received_bytes sent_bytes request_verb request_url request_proto user_agent domain_name".split(
    " ",
  );

export function parseProxyLine(text: string): JsonObject | undefined {
  return text.startsWith("[") ? named(ENVOY.exec(text), ENVOY_NAMES) : named(ALB.exec(text), ALB_NAMES);
}

function named(found: RegExpExecArray | null, names: readonly string[]): JsonObject | undefined {
  if (found === null) return undefined;
  const raw: Record<string, Json> = {};
  for (const [i, name] of names.entries()) {
    const value = found[i + 1];
    if (value !== undefined && value !== "" && value !== "-") raw[name] = value;
  }
  // Envoy's flags are `-` where all went well; they are what its mapping knows the line by.
  if (raw.start_time !== undefined) raw.response_flags ??= "-";
  raw.message = found.input;
  return raw;
}
