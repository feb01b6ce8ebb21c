/**
 * Behaviour from records as their makers write them, through the shipped mappings: for each format a short series in which
 * something happens that needs no past, and the detector that must say so (or must not).
 */
import { createHash } from "node:crypto";
import { makeBehaviourWay } from "@cordon/engine/stream/detect/behaviour/way";
import { makeNormaliser } from "@cordon/engine/stream/normalise/normalise";
import { recordId, sha256Of } from "@cordon/model/ids";
import type { RawRecord } from "@cordon/model/record";
import { instant } from "@cordon/model/time";
import { Untrusted } from "@cordon/model/untrusted";
import { describe, expect, it } from "vitest";
import { mappings } from "./river.ts";

const START = Date.UTC(2026, 4, 4, 10);
const at = (seconds: number) => new Date(START + seconds * 1_000).toISOString();
const epoch = (seconds: number) => START / 1_000 + seconds;
const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const sha256 = (text: string | Uint8Array) => sha256Of(createHash("sha256").update(text).digest("hex"));
const normalise = makeNormaliser({ mappings: mappings.mappings, sha256 });

function saidOf(lines: readonly (string | object)[], header?: string): readonly string[] {
  const way = makeBehaviourWay({ views: mappings.views, hash: sha256 });
  const records = lines.map((line, i): RawRecord => {
    const text = typeof line === "string" ? line : JSON.stringify(line);
    return {
      ...{ id: recordId(String(i + 1).padStart(32, "0")), source: "files", input: "input", position: i + 1 },
      ...{ receivedAt: instant(START), body: new Untrusted(new TextEncoder().encode(text)) },
      ...(header === undefined ? { format: "auto" } : { format: "csv", meta: { header } }),
    };
  });
  const said = way.detect(records.flatMap((record) => normalise(record).events));
  return [...new Set(said.map(({ rule }) => rule.id.replace(/^behaviour:/, "")))].sort();
}

const suricata = (i: number, flow: object) => ({
  ...{ timestamp: at(i * 5).replace("Z", "000+0000"), flow_id: 1_000 + i, event_type: "flow", proto: "TCP" },
  ...{ src_ip: "10.0.1.17", src_port: 40_000 + i, dest_ip: `192.0.2.${i + 1}`, dest_port: 443, ...flow },
});
const entra = (i: number, code: number, methods: readonly string[]) => ({
  ...{ time: at(i * 40), category: "SignInLogs", operationName: "Sign-in activity", resultType: String(code) },
  properties: {
    ...{ createdDateTime: at(i * 40), userPrincipalName: "ken@corp.example", ipAddress: "203.0.113.77" },
    ...{ status: { errorCode: code }, conditionalAccessStatus: "success" },
    authenticationDetails: methods.map((authenticationMethod) => ({ authenticationMethod })),
  },
});
const duo = (i: number, result: string) => ({
  ...{ event_type: "authentication", factor: "duo_push", isotimestamp: at(i * 40), txid: `t${i}`, result },
  ...{ access_device: { ip: "203.0.113.77", location: { country: "Ukraine" } }, user: { name: "judy" } },
  application: { name: "VPN" },
});
const rename = (i: number) => {
  const head = (type: string) => `node=lx1 type=${type} msg=audit(${epoch(i)}.000:${i + 1}): `;
  const path = (item: number, name: string, kind: string) =>
    `${head("PATH")}item=${item} name="${name}" inode=1 dev=08:01 mode=0100644 nametype=${kind}`;
  const folder = `/srv/share/d${i % 5}`;
  return [
    `${head("SYSCALL")}arch=c000003e syscall=82 success=yes exit=0 items=4 ppid=1 pid=33 auid=1001 uid=1001 comm="x" exe="/usr/bin/x"`,
    `${head("CWD")}cwd="/srv"`,
    ...[path(0, folder, "PARENT"), path(1, folder, "PARENT")],
    ...[path(2, `${folder}/r${i}.docx`, "DELETE"), path(3, `${folder}/r${i}.docx.lkd`, "CREATE")],
  ].join("\n");
};
const fileAccess = (i: number) => ({
  ...{ "@timestamp": at(i), host: { name: "FS01" } },
  winlog: {
    ...{ channel: "Security", computer_name: "FS01", event_id: "4663", keywords: ["Audit Success"] },
    provider_name: "Microsoft-Windows-Security-Auditing",
    event_data: {
      ...{ SubjectUserName: "sam", SubjectDomainName: "CORP", ObjectType: "File", AccessMask: "0x2" },
      ...{ ObjectName: `D:\\Shares\\Dept${i % 5}\\Report${i}.docx.lkd`, AccessList: "%%4417\n\t\t\t\t" },
    },
  },
});
const azure = (i: number) => ({
  ...{ time: at(i * 5), resourceId: "/SUBSCRIPTIONS/X", operationName: `MICROSOFT.KIND${i}/THINGS/READ` },
  ...{ category: "Administrative", resultType: "Success", callerIpAddress: "198.51.100.20" },
  identity: { claims: { "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn": "heidi@corp.example" } },
});
const cluster = (i: number) => ({
  ...{ kind: "Event", apiVersion: "audit.k8s.io/v1", auditID: `a${i}`, stage: "ResponseComplete", verb: "list" },
  ...{ user: { username: "heidi" }, sourceIPs: ["198.51.100.20"], objectRef: { resource: `things${i}` } },
  ...{ responseStatus: { code: 200 }, requestReceivedTimestamp: at(i * 5) },
});
const google = (name: string, parameters: readonly object[]) => ({
  ...{ kind: "admin#reports#activity", id: { time: at(0), applicationName: "user_accounts" } },
  ...{ actor: { email: "bob@corp.example" }, ipAddress: "203.0.113.7", events: [{ name, parameters }] },
});
const outlook = {
  ...{ CreationTime: at(0).slice(0, 19), Operation: "UpdateInboxRules", Workload: "Exchange", RecordType: 2 },
  UserId: "nina@corp.example",
  OperationProperties: [
    { Name: "RuleOperation", Value: "AddMailboxRule" },
    { Name: "RuleActions", Value: '[{"ActionType":"Forward","Recipients":["drop@evil.test"]}]' },
  ],
};
const flowRow = (i: number, port: number, to: string, action: string) =>
  `2 111122223333 eni-1 10.0.1.12 ${to} ${40_000 + i} ${port} 6 1 60 ${epoch(i)} ${epoch(i + 60)} ${action} OK`;
const NFDUMP = "ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt";
const nfdump = (i: number) => {
  const time = at(i).slice(0, 19).replace("T", " ");
  return `${time},${time},0.000,10.0.1.13,10.0.3.${i + 1},${40_000 + i},445,TCP,......S.,0,0,1,60,0,0`;
};

const LABELS = ["mfzwizltoq5a", "onxw2zlunbuw", "orsxg5dbobzg", "nfxgo33govxw"];
const tunnelled = (i: number) => `${LABELS[i % 4]}${i.toString(36)}${LABELS[(i * 7 + 1) % 4]}q${i}.t.evil-tun.com`;
const bind = (i: number) =>
  `04-May-2026 10:00:${String(i).padStart(2, "0")}.000 queries: info: client @0x7f 10.0.1.15#40000 (${tunnelled(i)}): query: ${tunnelled(i)} IN TXT +E(0)K (10.0.0.53)`;
const unbound = (i: number) =>
  `May  4 10:00:${String(i).padStart(2, "0")} ns unbound: [702:0] info: 10.0.1.15 ${tunnelled(i)}. TXT IN`;

const UNANSWERED = { flow: { pkts_toserver: 1, pkts_toclient: 0, state: "new" }, tcp: { tcp_flags_tc: "00" } };
const REFUSED = { flow: { pkts_toserver: 1, pkts_toclient: 1, state: "closed" }, tcp: { tcp_flags_tc: "14" } };
const ANSWERED = { flow: { pkts_toserver: 9, pkts_toclient: 9, state: "closed" }, tcp: { tcp_flags_tc: "1b" } };
const PASSWORD = ["Password"];

const rows: readonly [name: string, lines: readonly (string | object)[], said: readonly string[], header?: string][] = [
  ["VPC flow: ports", times(40, (i) => flowRow(i, 7 * i + 1, "10.0.2.5", "REJECT")), ["port-scan"]],
  ["VPC flow: hosts", times(40, (i) => flowRow(i, 445, `10.0.3.${i + 1}`, "REJECT")), ["host-scan"]],
  ["VPC flow: accepted", times(40, (i) => flowRow(i, 443, `192.0.2.${i + 1}`, "ACCEPT")), []],
  ["nfdump: hosts", times(40, nfdump), ["host-scan"], NFDUMP],
  ["BIND: a tunnel", times(50, bind), ["dns-tunnel"]],
  ["unbound: a tunnel", times(50, unbound), ["dns-tunnel"]],
  ["Suricata: nobody answers", times(40, (i) => suricata(i, UNANSWERED)), ["host-scan"]],
  ["Suricata: refused", times(40, (i) => suricata(i, REFUSED)), ["host-scan"]],
  ["Suricata: a browser", times(40, (i) => suricata(i, ANSWERED)), []],
  [
    "Entra: prompts",
    [...times(7, (i) => entra(i, 500_121, PASSWORD)), entra(7, 0, [...PASSWORD, "Mobile app notification"])],
    ["mfa-fatigue"],
  ],
  ["Duo: prompts", [...times(7, (i) => duo(i, i === 3 ? "fraud" : "denied")), duo(7, "success")], ["mfa-fatigue"]],
  ["Linux audit: renamed", times(60, rename), ["mass-file-change"]],
  // After the first week, in which only renamed files count.
  ["Windows Security: written", [fileAccess(-9 * 86_400), ...times(60, fileAccess)], ["mass-file-change"]],
  ["Azure activity: reads", times(24, azure), ["cloud-enumeration"]],
  ["Kubernetes: lists", times(24, cluster), ["cloud-enumeration"]],
  [
    "Google: forwards",
    [
      google("email_forwarding_out_of_domain", [
        { name: "email_forwarding_destination_address", value: "drop@evil.test" },
      ]),
    ],
    ["mail-forwarding"],
  ],
  ["Outlook: a rule that forwards", [outlook], ["mail-forwarding"]],
];

describe("behaviour from makers' formats", () => {
  for (const [name, lines, said, header] of rows) {
    it(name, () => expect(saidOf(lines, header)).toEqual(said));
  }

  it("who signs in to an application through Okta is the account, not the application", () => {
    const [event] = normalise({
      ...{ id: recordId("1".padStart(32, "0")), source: "files", input: "input", position: 1, format: "json" },
      receivedAt: instant(START),
      body: new Untrusted(
        new TextEncoder().encode(
          JSON.stringify({
            ...{ eventType: "user.authentication.sso", published: at(0), outcome: { result: "SUCCESS" } },
            actor: { alternateId: "alice@corp.example" },
            target: [
              { type: "AppInstance", alternateId: "Office 365" },
              { type: "AppUser", alternateId: "alice@corp.example" },
            ],
          }),
        ),
      ),
    }).events;
    expect(event?.entities.filter(({ kind }) => kind === "user").map(({ value }) => value)).toEqual([
      "alice@corp.example",
    ]);
  });
});
