/**
 * Access logs of web servers: common and combined form, with or without a leading virtual host. Enters: one line. Leaves:
 * fields under their W3C names, or undefined when the line is of another form.
 */
import type { Json, JsonObject } from "@cordon/model/json";
import { splitQuoted } from "./quoted-words.ts";

export function parseWebAccess(line: string): JsonObject | undefined {
  const open = line.indexOf(" [");
  const close = line.indexOf('] "', open);
  if (open < 0 || close < 0 || close - open > 40) return undefined;
  const head = line.slice(0, open).split(" ");
  const words = splitQuoted(line.slice(close + 2));
  if (head.length < 3 || head.length > 4 || words === undefined || words.length < 2) return undefined;
  const [request = "", status = "", bytes = "", referer, agent] = words;
  if (!/^\d{3}$/.test(status)) return undefined;
  const raw: Record<string, Json> = {};
  const put = (key: string, value: string | undefined): void => {
    if (value !== undefined && value !== "" && value !== "-") raw[key] = value;
  };
  if (head.length === 4) put("cs-host", head[0]);
  const [client, , user] = head.slice(-3);
  put("c-ip", client);
  put("cs-username", user);
  raw.time = line.slice(open + 2, close);
  putRequest(raw, request);
  raw["sc-status"] = Number(status);
  if (/^\d{1,15}$/.test(bytes)) raw["sc-bytes"] = Number(bytes);
  put("cs-referer", referer);
  put("cs-user-agent", agent);
  raw.message = line;
  return raw;
}

/** `GET /a?b=c HTTP/1.1`; a request that is not of this form (port scans, TLS on the plain port) stays whole. */
function putRequest(raw: Record<string, Json>, request: string): void {
  const first = request.indexOf(" ");
  const last = request.lastIndexOf(" ");
  const method = request.slice(0, Math.max(first, 0));
  if (!/^[A-Za-z_-]{1,20}$/.test(method)) {
    raw["cs-request"] = request;
    return;
  }
  const versioned = last > first && request.startsWith("HTTP/", last + 1);
  const uri = request.slice(first + 1, versioned ? last : request.length);
  const mark = uri.indexOf("?");
  raw["cs-method"] = method;
  raw["c-uri"] = uri;
  raw["cs-uri-stem"] = mark < 0 ? uri : uri.slice(0, mark);
  if (versioned) raw["cs-version"] = request.slice(last + 1);
}
