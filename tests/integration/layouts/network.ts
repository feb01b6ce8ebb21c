/** Network, web, DNS and VPN as devices write it, and what shippers make of a line: names are the makers', values are ours. */
const TIME = "2026-05-04T10:20:30.123Z";
const EPOCH = 1_777_890_030.123;

/** What must be found: rules of the test, entities as `kind/role=value`, the outcome. */
export interface Told {
  readonly rules: readonly string[];
  readonly has: readonly string[];
  readonly outcome?: "success" | "failure";
}
export interface Row extends Told {
  readonly name: string;
  readonly record: string | object;
  readonly header?: string;
  readonly meta?: Readonly<Record<string, string>>;
}

const SRC = "ip/src=203.0.113.9";
const DST = "ip/dst=10.0.0.5";
const refused: Told = { rules: ["refused"], has: [SRC, DST], outcome: "failure" };
const met: Told = { rules: ["refused", "let-in"], has: [SRC, DST] };
const asked: Told = { rules: ["asked"], has: ["ip/src=10.0.1.7", "domain/object=evil.example"] };
const traversed: Told = { rules: ["traversed"], has: [SRC] };

// ---- What a device sends as one message ----
const FORTI =
  'date=2026-05-04 time=10:20:30 devname="fw01" devid="FGT60FTK20000001" eventtime=1777890030123456789 tz="+0000" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=203.0.113.9 srcport=4444 srcintf="wan1" dstip=10.0.0.5 dstport=22 dstintf="lan" sessionid=77 proto=6 action="deny" policyid=0 service="SSH" sentbyte=0 rcvdbyte=0';
const FORTI_CEF =
  "CEF:0|Fortinet|Fortigate|v7.2.4|00013|traffic:forward deny|3|deviceExternalId=FGT60FTK20000001 FTNTFGTeventtime=1777890030123456789 FTNTFGTtz=+0000 FTNTFGTlogid=0000000013 cat=traffic:forward FTNTFGTsubtype=forward FTNTFGTlevel=notice FTNTFGTvd=root src=203.0.113.9 spt=4444 deviceInboundInterface=wan1 dst=10.0.0.5 dpt=22 deviceOutboundInterface=lan externalId=77 proto=6 act=deny FTNTFGTpolicyid=0 app=SSH dvchost=fw01";
const PALO =
  "1,2026/05/04 10:20:31,007051000000001,TRAFFIC,drop,2561,2026/05/04 10:20:30,203.0.113.9,10.0.0.5,0.0.0.0,0.0.0.0,deny-all,,,not-applicable,vsys1,untrust,trust,ethernet1/1,ethernet1/2,fwd,2026/05/04 10:20:30,0,1,4444,22,0,0,0x0,tcp,deny,74,74,0,1,2026/05/04 10:20:30,0,any,0,71,0x0,203.0.113.0-203.0.113.255,10.0.0.0-10.255.255.255,0,1,0,policy-deny,0,0,0,0,,fw01,from-policy";
const ASA =
  '%ASA-4-106023: Deny tcp src outside:203.0.113.9/4444 dst inside:10.0.0.5/22 by access-group "outside_in" [0x0, 0x0]';
const FTD =
  "%FTD-1-430002: EventPriority: Low, DeviceUUID: 9a3c1e2e-0000-11ee-8000-000000000001, InstanceID: 1, FirstPacketSecond: 2026-05-04T10:20:30Z, ConnectionID: 77, AccessControlRuleAction: Block, SrcIP: 203.0.113.9, DstIP: 10.0.0.5, SrcPort: 4444, DstPort: 22, Protocol: tcp, IngressInterface: outside, EgressInterface: inside, ACPolicy: base, AccessControlRuleName: deny-all, InitiatorPackets: 1, ResponderPackets: 0";
const LEEF =
  "LEEF:2.0|Check Point|VPN-1 & FireWall-1|1.0|Drop|cat=VPN-1 & FireWall-1\tdevTime=1777890030\tsrcPort=4444\tdstPort=22\tsrc=203.0.113.9\tdst=10.0.0.5\tproto=6\taction=Drop\torigin=10.0.0.1";
const CHECK_POINT =
  '[action:"Drop"; flags:"400644"; ifdir:"inbound"; ifname:"eth0"; logid:"0"; loguid:"{0x1,0x2,0x3,0x4}"; origin:"10.0.0.1"; originsicname:"CN=gw01,O=m"; sequencenum:"7"; time:"1777890030"; version:"5"; dst:"10.0.0.5"; product:"VPN-1 & FireWall-1"; proto:"6"; rule_name:"Cleanup"; s_port:"4444"; service:"22"; src:"203.0.113.9"]';
const SOPHOS =
  'device_name="SFW" timestamp="2026-05-04T10:20:30+0000" device_model="XGS136" device_serial_id="X1" log_id="010101600002" log_type="Firewall" log_component="Firewall Rule" log_subtype="Denied" log_version=1 severity="Information" fw_rule_id="0" in_interface="Port2" src_ip="203.0.113.9" src_country="R1" dst_ip="10.0.0.5" dst_country="R1" protocol="TCP" src_port=4444 dst_port=22 packets_sent=1';
const SONIC =
  'id=firewall sn=0017C5000001 time="2026-05-04 10:20:30 UTC" fw=198.51.100.1 pri=5 c=64 m=36 msg="TCP connection dropped" n=3 src=203.0.113.9:4444:X1 dst=10.0.0.5:22:X0 proto=tcp/ssh rule="7 (WAN->LAN)" fw_action="drop"';
const JUNIPER =
  'RT_FLOW - RT_FLOW_SESSION_DENY [junos@2636.1.1.1.2.129 source-address="203.0.113.9" source-port="4444" destination-address="10.0.0.5" destination-port="22" connection-tag="0" service-name="junos-ssh" protocol-id="6" icmp-type="0" policy-name="default-deny" source-zone-name="untrust" destination-zone-name="trust" application="UNKNOWN" username="N/A" packet-incoming-interface="ge-0/0/0.0" encrypted="No" reason="Denied by policy"]';
const FILTER =
  "5,,,1000000103,em0,match,block,in,4,0x0,,64,12345,0,DF,6,tcp,60,203.0.113.9,10.0.0.5,4444,22,0,S,1234,,1024,,mss";
const FILTER6 =
  "5,,,1000000105,em0,match,block,in,6,0x00,0x00000,64,tcp,6,40,2001:db8::9,2001:db8::5,4444,22,0,S,1234,,1024,,";
const OPN =
  "96,,,02f4bab031b57d1e30553ce08e0ec131,vtnet1,match,block,in,4,0x0,,64,54321,0,none,17,udp,73,203.0.113.9,10.0.0.5,4444,22,53";
const IPT =
  "[UFW BLOCK] IN=eth0 OUT= MAC=00:50:56:00:00:01:00:50:56:00:00:02:08:00 SRC=203.0.113.9 DST=10.0.0.5 LEN=60 TOS=0x00 PREC=0x00 TTL=52 ID=1 DF PROTO=TCP SPT=4444 DPT=22 WINDOW=64240 RES=0x00 SYN URGP=0";
const ROS =
  "drop input: in:ether1 out:(unknown 0), connection-state:new src-mac 00:50:56:00:00:02, proto TCP (SYN), 203.0.113.9:4444->10.0.0.5:22, len 60";

const EVE = { timestamp: "2026-05-04T10:20:30.123000+0000", flow_id: 77, in_iface: "eth0" };
const eveDns = {
  ...{ ...EVE, event_type: "dns", src_ip: "10.0.1.7", src_port: 53124, dest_ip: "10.0.0.53", dest_port: 53 },
  ...{ proto: "UDP", dns: { type: "query", id: 7, rrname: "evil.example", rrtype: "A", tx_id: 0 } },
};
const eveAlert = {
  ...{
    ...EVE,
    event_type: "alert",
    src_ip: "203.0.113.9",
    src_port: 4444,
    dest_ip: "10.0.0.5",
    dest_port: 22,
    proto: "TCP",
  },
  alert: {
    action: "blocked",
    gid: 1,
    signature_id: 2001219,
    rev: 20,
    signature: "ET SCAN Potential SSH Scan",
    category: "Attempted Information Leak",
    severity: 2,
  },
};
const alerted: Told = { rules: ["alerted"], has: [SRC, DST], outcome: "failure" };
const eveHttp = {
  ...{
    ...EVE,
    event_type: "http",
    src_ip: "203.0.113.9",
    src_port: 4444,
    dest_ip: "10.0.0.5",
    dest_port: 80,
    proto: "TCP",
  },
  http: {
    hostname: "shop.example",
    url: "/a?f=../../etc/passwd",
    http_user_agent: "curl/8.5",
    http_method: "GET",
    protocol: "HTTP/1.1",
    status: 200,
    length: 5,
  },
};
const zeekDns = {
  ...{
    ts: EPOCH,
    uid: "C1",
    "id.orig_h": "10.0.1.7",
    "id.orig_p": 53124,
    "id.resp_h": "10.0.0.53",
    "id.resp_p": 53,
    proto: "udp",
  },
  ...{
    query: "evil.example",
    qclass: 1,
    qclass_name: "C_INTERNET",
    qtype: 1,
    qtype_name: "A",
    rcode: 0,
    rcode_name: "NOERROR",
  },
};
const zeekConn = {
  ...{ ts: EPOCH, uid: "C1", "id.orig_h": "203.0.113.9", "id.orig_p": 4444, "id.resp_h": "10.0.0.5", "id.resp_p": 22 },
  ...{
    proto: "tcp",
    conn_state: "REJ",
    local_orig: false,
    local_resp: true,
    history: "Sr",
    orig_pkts: 1,
    resp_pkts: 1,
  },
};
const COMBINED =
  '203.0.113.9 - - [04/May/2026:10:20:30 +0000] "GET /a?f=../../etc/passwd HTTP/1.1" 200 512 "-" "curl/8.5"';
export const ALB =
  'https 2026-05-04T10:20:30.123456Z app/shop/50dc6c495c0c9188 203.0.113.9:4444 10.0.0.5:80 0.001 0.002 0.000 200 200 34 366 "GET https://shop.example:443/a?f=../../etc/passwd HTTP/1.1" "curl/8.5" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/shop/73e2d6bc24d8a067 "Root=1-58337262-36d228ad5d99923122bbe354" "shop.example" "-" 0 2026-05-04T10:20:30.100000Z "forward" "-" "-" "10.0.0.5:80" "200" "-" "-"';
const SQUID =
  "1777890030.123    110 203.0.113.9 TCP_MISS/200 512 GET http://shop.example/a?f=../../etc/passwd - HIER_DIRECT/10.0.0.5 text/html";
const CADDY = {
  ...{ level: "info", ts: EPOCH, logger: "http.log.access.log0", msg: "handled request" },
  request: {
    remote_ip: "203.0.113.9",
    remote_port: "4444",
    client_ip: "203.0.113.9",
    proto: "HTTP/2.0",
    method: "GET",
    host: "shop.example",
    uri: "/a?f=../../etc/passwd",
    headers: { "User-Agent": ["curl/8.5"] },
  },
  ...{ bytes_read: 0, user_id: "", duration: 0.001, size: 512, status: 200, resp_headers: { Server: ["Caddy"] } },
};
const TRAEFIK = {
  ...{
    ClientAddr: "203.0.113.9:4444",
    ClientHost: "203.0.113.9",
    ClientPort: "4444",
    ClientUsername: "-",
    DownstreamStatus: 200,
    DownstreamContentSize: 512,
    Duration: 1000000,
  },
  ...{
    RequestAddr: "shop.example",
    RequestHost: "shop.example",
    RequestMethod: "GET",
    RequestPath: "/a?f=../../etc/passwd",
    RequestProtocol: "HTTP/1.1",
    RouterName: "shop@docker",
    ServiceName: "shop@docker",
    StartUTC: "2026-05-04T10:20:30.123Z",
  },
  ...{ "request_User-Agent": "curl/8.5", entryPointName: "web", level: "info", msg: "", time: "2026-05-04T10:20:30Z" },
};
const ENVOY =
  '[2026-05-04T10:20:30.123Z] "GET /a?f=../../etc/passwd HTTP/1.1" 200 - 0 512 2 1 "203.0.113.9" "curl/8.5" "0f1e" "shop.example" "10.0.0.5:80"';
const ISTIO = {
  ...{
    start_time: TIME,
    method: "GET",
    path: "/a?f=../../etc/passwd",
    protocol: "HTTP/1.1",
    response_code: 200,
    response_flags: "-",
    bytes_sent: 512,
    bytes_received: 0,
    duration: 2,
  },
  ...{
    downstream_remote_address: "203.0.113.9:4444",
    downstream_local_address: "10.0.0.5:80",
    upstream_host: "10.0.0.6:80",
    user_agent: "curl/8.5",
    authority: "shop.example",
    request_id: "0f1e",
    x_forwarded_for: "203.0.113.9",
  },
};
const CLOUDFLARE = {
  ...{
    ClientIP: "203.0.113.9",
    ClientRequestHost: "shop.example",
    ClientRequestMethod: "GET",
    ClientRequestURI: "/a?f=../../etc/passwd",
    ClientRequestPath: "/a",
    ClientRequestUserAgent: "curl/8.5",
  },
  ...{
    EdgeStartTimestamp: TIME,
    EdgeEndTimestamp: TIME,
    EdgeResponseStatus: 200,
    EdgeResponseBytes: 512,
    RayID: "7f",
    ClientRequestReferer: "",
  },
};
const NGINX_JSON = {
  ...{
    time_iso8601: "2026-05-04T10:20:30+00:00",
    remote_addr: "203.0.113.9",
    remote_user: "",
    request: "GET /a?f=../../etc/passwd HTTP/1.1",
    request_method: "GET",
    request_uri: "/a?f=../../etc/passwd",
  },
  ...{ status: "200", body_bytes_sent: "512", http_referrer: "", http_user_agent: "curl/8.5", request_time: "0.001" },
};
const HAPROXY =
  '203.0.113.9:4444 [04/May/2026:10:20:30.123] web shop/s1 0/0/1/2/3 200 512 - - ---- 1/1/0/0/0 0/0 "GET /a?f=../../etc/passwd HTTP/1.1"';
const BIND = "client @0x7f00 10.0.1.7#53124 (evil.example): query: evil.example IN A +E(0)K (10.0.0.53)";
const DNSMASQ = "query[A] evil.example from 10.0.1.7";
const UNBOUND = "[812:0] info: 10.0.1.7 evil.example. A IN";
const COREDNS = '[INFO] 10.0.1.7:53124 - 12345 "A IN evil.example. udp 46 false 512" NOERROR qr,rd,ra 90 0.012s';
const ROUTE53 = {
  ...{
    version: "1.100000",
    account_id: "123456789012",
    region: "eu-central-1",
    vpc_id: "vpc-1",
    query_timestamp: "2026-05-04T10:20:30Z",
  },
  ...{
    query_name: "evil.example.",
    query_type: "A",
    query_class: "IN",
    rcode: "NOERROR",
    answers: [],
    srcaddr: "10.0.1.7",
    srcport: "53124",
    transport: "UDP",
    srcids: { instance: "i-1" },
  },
};
const GP =
  "1,2026/05/04 10:20:31,007051000000001,GLOBALPROTECT,0,2561,2026/05/04 10:20:30,vsys1,gateway-auth,login,LDAP,,corp\\mallory,R1,ws07,203.0.113.9,0.0.0.0,0.0.0.0,0.0.0.0,h-1,S1,6.1.0,Windows,Windows 11,1,,Authentication failed: Invalid username or password,,failure,,0,,0,gp-gw,71,0x0,2026-05-04T10:20:30.123+00:00,,,,,,0,0,0,0,,fw01,1";
const OPENVPN = "203.0.113.9:4444 TLS Auth Error: Auth Username/Password verification failed for peer";
const PULSE =
  'id=firewall time="2026-05-04 10:20:30" pri=6 fw=10.0.0.1 vpn=ive01 user=mallory realm="Users" roles="" proto=auth src=203.0.113.9 dst= dstname= type=vpn op= arg="" result= sent= rcvd= agent="" duration= msg="AUT23457: Login failed using auth server LDAP (LDAP Server).  Reason: Failed"';

// ---- What carries it ----
const agent = {
  agent: { type: "filebeat", version: "8.11.0", name: "ship01" },
  ecs: { version: "8.0.0" },
  input: { type: "udp" },
};
const bsd = (body: string): string => `<134>May  4 10:20:30 fw01 ${body}`;
const ietf = (body: string): string => `<134>1 2026-05-04T10:20:30.123Z fw01 ${body}`;
const CARRIED: readonly (readonly [string, (line: string) => string | object])[] = [
  [
    "Filebeat",
    (line) => ({
      "@timestamp": TIME,
      ...agent,
      log: { source: { address: "10.0.0.1:514" } },
      tags: ["forwarded"],
      message: line,
    }),
  ],
  [
    "Elastic Agent, original kept",
    (line) => ({ "@timestamp": TIME, ...agent, event: { original: line, dataset: "x.log" } }),
  ],
  ["Fluentd", (line) => ({ tag: "net.fw", time: TIME, message: line })],
  ["Fluent Bit", (line) => ({ date: EPOCH, log: line })],
  [
    "Vector",
    (line) => ({
      host: "fw01",
      message: line,
      source_ip: "10.0.0.1",
      source_type: "socket",
      timestamp: TIME,
      port: 514,
    }),
  ],
  ["Docker", (line) => ({ log: `${line}\n`, stream: "stdout", time: TIME })],
  ["Splunk", (line) => ({ preview: false, result: { _raw: line, _time: TIME, host: "fw01", sourcetype: "x" } })],
  [
    "Logstash",
    (line) => ({
      "@timestamp": TIME,
      "@version": "1",
      host: { ip: "10.0.0.1" },
      message: line,
      type: "syslog",
      event: { original: line },
    }),
  ],
];
const json = (value: object): string => JSON.stringify(value);
/** A line alone, in both heads of syslog where devices send it so, and in everything that carries lines. */
function ways(name: string, line: string, told: Told, heads: "none" | "both" | "named" = "none"): readonly Row[] {
  // What begins with `%` has no time of its own.
  const lines: [string, string][] = line.startsWith("%") ? [] : [[name, line]];
  if (heads !== "none") lines.push([`${name}, RFC 3164`, bsd(line)], [`${name}, RFC 5424`, ietf(`- - - - ${line}`)]);
  if (heads === "named") lines.push([`${name}, RFC 5424 with a program`, ietf(`dev 1 - - ${line}`)]);
  return lines.flatMap(([called, text], i) => [
    { name: called, record: text, ...told },
    ...(i > 1 ? [] : CARRIED.map(([by, carry]) => ({ name: `${called}, ${by}`, record: carry(text), ...told }))),
  ]);
}
const only = (name: string, record: string | object, told: Told): Row => ({ name, record, ...told });
const sent = (name: string, line: string, told: Told): readonly Row[] => [
  only(name, line, told),
  ...CARRIED.map(([by, carry]) => only(`${name}, ${by}`, carry(line), told)),
];

export const firewalls: readonly Row[] = [
  ...ways("FortiGate", FORTI, refused, "both"),
  ...ways("FortiGate CEF", FORTI_CEF, refused, "both"),
  ...ways("PAN-OS", PALO, refused, "both"),
  ...ways("ASA", ASA, refused, "both"),
  ...ways("FTD", FTD, refused, "both"),
  ...ways("Check Point LEEF", LEEF, refused, "both"),
  ...sent("Check Point", ietf(`CheckPoint 812 - ${CHECK_POINT}`), refused),
  ...ways("Sophos", SOPHOS, refused, "both"),
  ...ways("SonicWall", SONIC, refused, "both"),
  ...sent("Juniper", ietf(JUNIPER), refused),
  only(
    "Juniper, plain",
    bsd(
      "RT_FLOW: RT_FLOW_SESSION_DENY: session denied 203.0.113.9/4444->10.0.0.5/22 0x0 junos-ssh 6(0) default-deny untrust trust UNKNOWN UNKNOWN N/A(N/A) ge-0/0/0.0",
    ),
    refused,
  ),
  ...sent("pfSense", bsd(`filterlog[812]: ${FILTER}`), refused),
  only("pfSense, IETF", ietf(`filterlog 812 - - ${FILTER}`), refused),
  only("pfSense, without a host", `<134>May  4 10:20:30 filterlog[812]: ${FILTER}`, refused),
  only("pfSense, IPv6", bsd(`filterlog[812]: ${FILTER6}`), {
    rules: [],
    has: ["ip/src=2001:db8::9", "ip/dst=2001:db8::5"],
    outcome: "failure",
  }),
  only("OPNsense", ietf(`filterlog 812 - [meta sequenceId="1"] ${OPN}`), refused),
  ...sent("iptables", `May  4 10:20:30 gw01 kernel: [  123.456] ${IPT}`, refused),
  only(
    "iptables, own prefix",
    bsd(
      "kernel: INPUT-DROP IN=eth0 OUT= MAC= SRC=203.0.113.9 DST=10.0.0.5 LEN=60 TOS=0x00 PREC=0x00 TTL=52 ID=1 DF PROTO=TCP SPT=4444 DPT=22 WINDOW=64240 RES=0x00 SYN URGP=0",
    ),
    refused,
  ),
  ...sent("MikroTik", bsd(`firewall,info ${ROS}`), refused),
  ...sent("MikroTik, BSD", `<134>May  4 10:20:30 fw01 firewall,info: ${ROS}`, refused),
];

const ecsNet = {
  source: { ip: "203.0.113.9", port: 4444, address: "203.0.113.9" },
  destination: { ip: "10.0.0.5", port: 22, address: "10.0.0.5" },
  network: { transport: "tcp", direction: "inbound" },
};
const ecs = (module: string, dataset: string, event: object, rest: object): object => ({
  ...{ "@timestamp": TIME, ...agent, ...ecsNet, ...rest },
  event: { kind: "event", module, dataset, category: ["network"], type: ["connection", "denied"], ...event },
});
export const ecsNetwork: readonly Row[] = [
  only(
    "ECS of FortiGate",
    ecs(
      "fortinet_fortigate",
      "fortinet_fortigate.log",
      { action: "deny", outcome: "failure" },
      {
        observer: { vendor: "Fortinet", product: "Fortigate", type: "firewall", name: "fw01" },
        fortinet: { firewall: { action: "deny", subtype: "forward", type: "traffic" } },
      },
    ),
    refused,
  ),
  only(
    "ECS of PAN-OS",
    ecs(
      "panw",
      "panw.panos",
      { action: "flow_dropped", type: ["end", "denied", "connection"], outcome: "success" },
      {
        observer: { vendor: "Palo Alto Networks", product: "PAN-OS", type: "firewall", hostname: "fw01" },
        panw: { panos: { action: "deny", type: "TRAFFIC" } },
      },
    ),
    refused,
  ),
  only(
    "ECS of ASA",
    ecs(
      "cisco",
      "cisco.asa",
      { action: "firewall-rule", code: "106023", outcome: "failure", type: ["info", "denied"] },
      {
        observer: { vendor: "Cisco", product: "asa", type: "firewall", hostname: "fw01" },
        cisco: { asa: { message_id: "106023" } },
      },
    ),
    refused,
  ),
  only(
    "ECS of Check Point",
    ecs(
      "checkpoint",
      "checkpoint.firewall",
      { action: "Drop", outcome: "success" },
      { observer: { vendor: "Checkpoint", product: "VPN-1 & FireWall-1", type: "firewall", name: "fw01" } },
    ),
    refused,
  ),
  only(
    "ECS of pfSense",
    ecs(
      "pfsense",
      "pfsense.log",
      { action: "block", provider: "filterlog" },
      { observer: { vendor: "netgate", type: "firewall", name: "fw01" } },
    ),
    refused,
  ),
  only(
    "ECS of iptables",
    ecs("iptables", "iptables.log", { action: "drop" }, { iptables: { length: 60 }, observer: { name: "fw01" } }),
    refused,
  ),
  only(
    "ECS of Sophos",
    ecs(
      "sophos",
      "sophos.xg",
      { action: "denied", outcome: "success" },
      { observer: { vendor: "Sophos", product: "XG", type: "firewall" } },
    ),
    refused,
  ),
  only(
    "ECS of SonicWall",
    ecs(
      "sonicwall_firewall",
      "sonicwall_firewall.log",
      { action: "connection-denied", type: ["denied"] },
      { observer: { vendor: "SonicWall", type: "firewall" } },
    ),
    refused,
  ),
  only(
    "ECS of Juniper",
    ecs(
      "juniper",
      "juniper.srx",
      { action: "flow_deny", outcome: "success" },
      { observer: { vendor: "Juniper", product: "SRX", type: "firewall" } },
    ),
    refused,
  ),
  only(
    "ECS with dotted names",
    Object.fromEntries([
      ["@timestamp", TIME],
      ["ecs.version", "8.0.0"],
      ["source.ip", "203.0.113.9"],
      ["source.port", 4444],
      ["destination.ip", "10.0.0.5"],
      ["destination.port", 22],
      ["event.category", "network"],
      ["event.type", ["denied"]],
      ["observer.type", "firewall"],
      ["observer.vendor", "Fortinet"],
    ]),
    refused,
  ),
  only(
    "Suricata's module, ECS: alert",
    ecs(
      "suricata",
      "suricata.eve",
      { kind: "alert", category: ["network", "intrusion_detection"], type: ["denied"], severity: 2 },
      {
        rule: { category: "Attempted Information Leak", id: "2001219", name: "ET SCAN Potential SSH Scan" },
        suricata: {
          eve: {
            event_type: "alert",
            flow_id: "77",
            in_iface: "eth0",
            alert: {
              gid: 1,
              rev: 20,
              signature: "ET SCAN Potential SSH Scan",
              signature_id: 2001219,
              category: "Attempted Information Leak",
              action: "blocked",
              severity: 2,
            },
          },
        },
      },
    ),
    alerted,
  ),
  only(
    "Suricata's module, ECS: alert without the sensor's names",
    ecs(
      "suricata",
      "suricata.eve",
      { kind: "alert", category: ["network", "intrusion_detection"], type: ["denied"], severity: 2 },
      {
        rule: { category: "Attempted Information Leak", id: "2001219", name: "ET SCAN Potential SSH Scan" },
        suricata: { eve: { event_type: "alert", flow_id: "77", in_iface: "eth0" } },
      },
    ),
    alerted,
  ),
  only(
    "Suricata's module, ECS: DNS",
    {
      ...{ "@timestamp": TIME, ...agent },
      source: { ip: "10.0.1.7", port: 53124 },
      destination: { ip: "10.0.0.53", port: 53 },
      event: { module: "suricata", dataset: "suricata.eve", category: ["network"], type: ["protocol"] },
      dns: { id: "7", question: { name: "evil.example", type: "A" }, type: "query" },
      suricata: {
        eve: { event_type: "dns", flow_id: "77", dns: { rrname: "evil.example", rrtype: "A", type: "query" } },
      },
    },
    asked,
  ),
  only(
    "Suricata's module, ECS: HTTP",
    ecs(
      "suricata",
      "suricata.eve",
      { category: ["network", "web"], type: ["access", "protocol"], outcome: "success" },
      {
        http: { request: { method: "GET" }, response: { status_code: 200 } },
        url: { domain: "shop.example", original: "/a?f=../../etc/passwd", path: "/a", query: "f=../../etc/passwd" },
        user_agent: { original: "curl/8.5" },
        suricata: { eve: { event_type: "http", flow_id: "77", http: { protocol: "HTTP/1.1" } } },
      },
    ),
    traversed,
  ),
  only(
    "Suricata's module, ECS: flow",
    ecs(
      "suricata",
      "suricata.eve",
      { type: ["connection"] },
      {
        suricata: {
          eve: { event_type: "flow", flow_id: "77", flow: { state: "new", reason: "timeout", alerted: false } },
        },
      },
    ),
    met,
  ),
  only(
    "Zeek's module, ECS: conn",
    ecs(
      "zeek",
      "zeek.connection",
      { type: ["connection", "start", "end"] },
      {
        zeek: {
          session_id: "C1",
          connection: { state: "REJ", state_message: "Connection attempt rejected.", history: "Sr", local_orig: false },
        },
      },
    ),
    refused,
  ),
  only(
    "Zeek's module, ECS: dns",
    {
      ...{ "@timestamp": TIME, ...agent },
      source: { ip: "10.0.1.7", port: 53124 },
      destination: { ip: "10.0.0.53", port: 53 },
      event: { module: "zeek", dataset: "zeek.dns", category: ["network"], type: ["connection", "protocol", "info"] },
      dns: { question: { name: "evil.example", type: "A" }, type: "query", response_code: "NOERROR" },
      zeek: { session_id: "C1", dns: { query: "evil.example", qtype_name: "A", rcode_name: "NOERROR" } },
    },
    asked,
  ),
  only(
    "Zeek's module, ECS: http",
    ecs(
      "zeek",
      "zeek.http",
      { category: ["network", "web"], outcome: "success" },
      {
        http: { request: { method: "GET" }, response: { status_code: 200 } },
        url: { domain: "shop.example", original: "/a?f=../../etc/passwd" },
        user_agent: { original: "curl/8.5" },
        zeek: { session_id: "C1", http: { trans_depth: 1 } },
      },
    ),
    traversed,
  ),
];

export const sensors: readonly Row[] = [
  ...ways("eve: DNS", json(eveDns), asked, "both"),
  ...ways("eve: alert", json(eveAlert), alerted, "both"),
  ...sent("eve: HTTP", json(eveHttp), { ...traversed, rules: ["traversed", "surfed"] }),
  only(
    "eve: DNS of version 3",
    {
      ...EVE,
      event_type: "dns",
      src_ip: "10.0.1.7",
      src_port: 53124,
      dest_ip: "10.0.0.53",
      dest_port: 53,
      proto: "UDP",
      dns: {
        version: 3,
        type: "request",
        tx_id: 0,
        id: 7,
        flags: "100",
        rd: true,
        opcode: 0,
        rcode: "NOERROR",
        queries: [{ rrname: "evil.example", rrtype: "A" }],
      },
    },
    asked,
  ),
  only("eve through Filebeat's JSON input", { "@timestamp": TIME, ...agent, ...eveDns }, asked),
  only("eve under a target", { "@timestamp": TIME, ...agent, json: eveDns }, asked),
  only(
    "eve as the module reads it",
    {
      "@timestamp": TIME,
      ...agent,
      event: { module: "suricata", dataset: "suricata.eve", original: json(eveDns) },
      fileset: { name: "eve" },
      suricata: { eve: { event_type: "dns" } },
    },
    asked,
  ),
  ...sent("Zeek: dns", json(zeekDns), asked),
  ...sent("Zeek: conn", json(zeekConn), refused),
  only("Zeek: dns with _path", { _path: "dns", _write_ts: TIME, ...zeekDns, ts: TIME }, asked),
  only(
    "Corelight: dns",
    { _path: "dns", _system_name: "sensor01", _write_ts: TIME, ...zeekDns, ts: TIME },
    { ...asked, has: [...asked.has, "host/observer=sensor01"] },
  ),
  only(
    "Corelight in syslog",
    bsd(`corelight_dns ${json({ _path: "dns", _system_name: "sensor01", _write_ts: TIME, ...zeekDns, ts: TIME })}`),
    asked,
  ),
  only(
    "Corelight in syslog, tag with colon",
    bsd(`corelight: ${json({ _path: "dns", _system_name: "sensor01", ...zeekDns, ts: TIME })}`),
    asked,
  ),
  only(
    "Zeek: names with underlines",
    {
      ts: EPOCH,
      uid: "C1",
      id_orig_h: "10.0.1.7",
      id_orig_p: 53124,
      id_resp_h: "10.0.0.53",
      id_resp_p: 53,
      query: "evil.example",
      qtype_name: "A",
    },
    asked,
  ),
  only(
    "Zeek: id as an object",
    {
      ts: EPOCH,
      uid: "C1",
      id: { orig_h: "10.0.1.7", orig_p: 53124, resp_h: "10.0.0.53", resp_p: 53 },
      query: "evil.example",
      qtype_name: "A",
    },
    asked,
  ),
  only(
    "Zeek: time taken away by Filebeat",
    {
      "@timestamp": TIME,
      ...agent,
      log: { file: { path: "/opt/zeek/logs/current/dns.log" } },
      ...{ ...zeekDns, ts: undefined },
    },
    asked,
  ),
  {
    name: "Zeek: TSV",
    record: `${EPOCH}\tC1\t10.0.1.7\t53124\t10.0.0.53\t53\tudp\tevil.example\tA`,
    header: "ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tquery\tqtype_name",
    meta: {
      dialect: "zeek",
      delimiter: "\t",
      path: "dns",
      types: "time\tstring\taddr\tport\taddr\tport\tenum\tstring\tstring",
    },
    ...asked,
  },
];

export const web: readonly Row[] = [
  ...sent("combined", COMBINED, traversed),
  only("combined in syslog of nginx", `<190>May  4 10:20:30 web01 nginx: ${COMBINED}`, traversed),
  only("combined in syslog of Apache", `<190>May  4 10:20:30 web01 httpd[812]: ${COMBINED}`, traversed),
  only("combined in IETF syslog", `<190>1 2026-05-04T10:20:30.123Z web01 apache 812 - - ${COMBINED}`, traversed),
  only(
    "combined in a Kubernetes log",
    { log: `${COMBINED}\n`, stream: "stdout", time: TIME, kubernetes: { pod_name: "p", namespace_name: "n" } },
    traversed,
  ),
  only("combined of a container runtime", `2026-05-04T10:20:30.123456789Z stdout F ${COMBINED}`, traversed),
  ...sent("nginx JSON", json(NGINX_JSON), traversed),
  only("nginx JSON in syslog", `<190>May  4 10:20:30 web01 nginx: ${json(NGINX_JSON)}`, traversed),
  only(
    "ECS of Filebeat's nginx module",
    {
      "@timestamp": TIME,
      ...agent,
      event: { module: "nginx", dataset: "nginx.access", category: ["web"], type: ["access"], outcome: "success" },
      source: { ip: "203.0.113.9", address: "203.0.113.9" },
      http: { request: { method: "GET" }, response: { status_code: 200, body: { bytes: 512 } }, version: "1.1" },
      url: { original: "/a?f=../../etc/passwd", path: "/a" },
      user_agent: { original: "curl/8.5" },
    },
    traversed,
  ),
  {
    name: "IIS",
    record: "2026-05-04 10:20:30 10.0.0.5 GET /a f=../../etc/passwd 80 - 203.0.113.9 curl/8.5 - 200 0 0 15",
    header:
      "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken",
    meta: { dialect: "w3c" },
    ...traversed,
  },
  {
    name: "CloudFront",
    record:
      "2026-05-04\t10:20:30\tFRA2-C1\t512\t203.0.113.9\tGET\td1.cloudfront.net\t/a\t200\t-\tcurl/8.5\tf=../../etc/passwd\t-\tHit\tid\tshop.example\thttps\t23\t0.001",
    header:
      "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken",
    meta: { dialect: "w3c" },
    ...traversed,
  },
  ...sent("ALB", ALB, traversed),
  ...sent("HAProxy", `<134>May  4 10:20:30 lb01 haproxy[812]: ${HAPROXY}`, traversed),
  ...sent("Squid", SQUID, { ...traversed, rules: ["surfed"] }),
  only("Squid in syslog", `<134>May  4 10:20:30 px01 (squid-1)[812]: ${SQUID}`, { ...traversed, rules: ["surfed"] }),
  ...sent("Caddy", json(CADDY), traversed),
  ...sent("Traefik", json(TRAEFIK), traversed),
  only("Traefik, common form", `${COMBINED} 7 "shop@docker" "http://10.0.0.5:80" 2ms`, traversed),
  ...sent("Envoy", ENVOY, traversed),
  ...sent("Istio JSON", json(ISTIO), traversed),
  ...sent("Cloudflare", json(CLOUDFLARE), traversed),
];

export const names: readonly Row[] = [
  ...sent("BIND", `<30>May  4 10:20:30 ns1 named[812]: ${BIND}`, asked),
  only("BIND, queries category", `<30>May  4 10:20:30 ns1 named[812]: queries: info: ${BIND}`, asked),
  ...sent("BIND's own file", `04-May-2026 10:20:30.123 queries: info: ${BIND}`, asked),
  ...sent("dnsmasq", `May  4 10:20:30 ns1 dnsmasq[812]: ${DNSMASQ}`, asked),
  ...sent("Pi-hole", `May  4 10:20:30 dnsmasq[812]: ${DNSMASQ}`, asked),
  ...sent("unbound", `<30>May  4 10:20:30 ns1 unbound[812]: ${UNBOUND}`, asked),
  only("unbound's own file", "[1777890030] unbound[812:0] info: 10.0.1.7 evil.example. A IN", asked),
  ...sent("CoreDNS", COREDNS, asked).slice(1),
  ...sent("Route 53", json(ROUTE53), asked),
];

export const vpn: readonly Row[] = [
  ...ways("GlobalProtect", GP, { rules: [], has: [SRC, "user/target=corp\\mallory"], outcome: "failure" }, "both"),
  ...sent("OpenVPN", `<30>May  4 10:20:30 vpn01 openvpn[812]: ${OPENVPN}`, {
    rules: [],
    has: [SRC],
    outcome: "failure",
  }),
  ...sent("Pulse", `<134>May  4 10:20:30 vpn01 PulseSecure: ${PULSE}`, {
    rules: [],
    has: [SRC, "user/target=mallory"],
    outcome: "failure",
  }),
];
