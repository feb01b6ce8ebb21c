/** Addresses from records as their makers write them, through the shipped mappings: which of them the way `content` would judge. */
import { createHash } from "node:crypto";
import { urlsOf } from "@cordon/engine/stream/detect/content/sent-urls";
import { makeNormaliser } from "@cordon/engine/stream/normalise/normalise";
import { recordId, sha256Of } from "@cordon/model/ids";
import type { RawRecord } from "@cordon/model/record";
import { instant } from "@cordon/model/time";
import { Untrusted } from "@cordon/model/untrusted";
import { PLAIN_VIEW } from "@cordon/model/view";
import { describe, expect, it } from "vitest";
import { mappings } from "./river.ts";

const sha256 = (text: string | Uint8Array) => sha256Of(createHash("sha256").update(text).digest("hex"));
const normalise = makeNormaliser({ mappings: mappings.mappings, sha256 });
const URL_ASKED = "http://far.test/a/b.php?c=d";
const AT = "2026-05-04T10:00:00.000Z";

function asked(line: string | object): readonly (readonly [string, string])[] {
  const body = new Untrusted(new TextEncoder().encode(typeof line === "string" ? line : JSON.stringify(line)));
  const record: RawRecord = {
    ...{ id: recordId("0".repeat(32)), source: "files", input: "input", position: 1 },
    ...{ receivedAt: instant(0), body, format: "auto" },
  };
  return normalise(record).events.flatMap((event) => {
    const view = mappings.views.get(event.shape) ?? mappings.views.get(event.source) ?? PLAIN_VIEW;
    return urlsOf(event, view, new Set()).map(({ url, by }) => [by, url] as const);
  });
}

const zeek = (from: string, to: string) => ({
  ...{ _path: "http", ts: AT, uid: "C1", "id.orig_h": from, "id.orig_p": 50_000, "id.resp_h": to, "id.resp_p": 80 },
  ...{ method: "GET", host: "far.test", uri: "/a/b.php?c=d", status_code: 200 },
});
const suricata = (from: string, to: string) => ({
  ...{ timestamp: "2026-05-04T10:00:00.000000+0000", event_type: "http", src_ip: from, dest_ip: to, dest_port: 80 },
  http: { hostname: "far.test", url: "/a/b.php?c=d", http_method: "GET", status: 200 },
});

describe("addresses that left, by format", () => {
  it.each<readonly [string, string | object, readonly (readonly [string, string])[]]>([
    [
      "Squid",
      `1777890030.125 123 10.0.0.9 TCP_MISS/200 1234 GET ${URL_ASKED} alice HIER_DIRECT/198.51.100.7 text/html`,
      [["request", URL_ASKED]],
    ],
    [
      "Squid, a tunnel",
      "1777890031.000 0 10.0.0.9 TCP_DENIED/403 3990 CONNECT far.test:443 - HIER_NONE/- text/html",
      [],
    ],
    ["Zeek", zeek("10.0.0.9", "198.51.100.7"), [["request", URL_ASKED]]],
    ["Zeek, from outside to an own server", zeek("203.0.113.9", "10.0.0.80"), []],
    ["Suricata", suricata("10.0.0.9", "198.51.100.7"), [["request", URL_ASKED]]],
    ["Suricata, from outside to an own server", suricata("203.0.113.9", "10.0.0.80"), []],
    [
      "Defender, a click",
      { Timestamp: AT, ActionType: "ClickAllowed", AccountUpn: "a@corp.example", Url: URL_ASKED, UrlChain: "[]" },
      [["request", URL_ASKED]],
    ],
    [
      "a reported mail",
      {
        recordKind: "cordon.mail",
        verdict: "suspicious",
        from: "a@far.test",
        to: ["b@corp.example"],
        urls: [URL_ASKED],
      },
      [["mail", URL_ASKED]],
    ],
    [
      "a web server's access log",
      `203.0.113.9 - - [04/May/2026:10:00:00 +0000] "GET /a/b.php?c=d HTTP/1.1" 200 12 "http://far.test/" "curl/8"`,
      [],
    ],
  ])("%s", (_, line, expected) => expect(asked(line)).toEqual(expected));
});
