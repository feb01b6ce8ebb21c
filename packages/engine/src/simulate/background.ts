/** An ordinary office day: what analysts see all day and must not be woken for. */
import { type Instant, instant, MINUTE, SECOND } from "@cordon/model/time";
import {
  BASTION,
  cloudCall,
  connected,
  DOMAIN,
  fileCreated,
  later,
  loggedOn,
  makeProcess,
  NETBIOS,
  PEOPLE,
  type Pen,
  type Person,
  type Process,
  processCreated,
  resolved,
  syslogLine,
  WEB,
} from "./estate.ts";

interface Habit {
  readonly image: string;
  readonly line: string;
  readonly site?: string;
}

const OFFICE = "C:\\Program Files\\Microsoft Office\\root\\Office16\\";
const HABITS: readonly [Habit, ...Habit[]] = [
  {
    image: "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    line: "--type=renderer --lang=en-GB",
    site: "news.example",
  },
  { image: `${OFFICE}EXCEL.EXE`, line: "/dde" },
  { image: `${OFFICE}WINWORD.EXE`, line: '/n "C:\\Users\\Public\\Documents\\minutes.docx" /o ""' },
  { image: `${OFFICE}OUTLOOK.EXE`, line: "", site: "mail.corp.example" },
  { image: "C:\\Windows\\System32\\notepad.exe", line: "C:\\Users\\Public\\todo.txt" },
  { image: "C:\\Windows\\System32\\SearchProtocolHost.exe", line: "Global\\UsGthrFltPipeMssGthrPipe" },
  {
    image: "C:\\Program Files\\Microsoft Teams\\current\\Teams.exe",
    line: "--type=gpu-process",
    site: "teams.example",
  },
];
const SITES: Readonly<Record<string, string>> = {
  "news.example": "192.0.2.10",
  "mail.corp.example": "10.20.0.20",
  "teams.example": "192.0.2.44",
};
const READS = ["DescribeInstances", "ListBuckets", "GetCallerIdentity", "DescribeSecurityGroups"] as const;

/** About `perMinute` lines a minute from `from` to `to`. */
export function writeBackground(pen: Pen, from: Instant, to: Instant, perMinute: number): void {
  const shells = new Map(PEOPLE.map((person) => [person.name, signIn(pen, from, person)]));
  const step = MINUTE / perMinute;
  for (let at = from + SECOND; at < to; at += step * (0.5 + pen.chance.next()))
    one(pen, instant(Math.floor(at)), shells);
}

function signIn(pen: Pen, at: Instant, person: Person): Process {
  const logonId = `0x${pen.chance.hex(6)}`;
  const user = `${NETBIOS}\\${person.name}`;
  loggedOn(pen, later(at, pen.chance.between(0, 900)), { host: person.machine, user: person.name, type: 2, logonId });
  const shell = makeProcess(pen.chance, {
    image: "C:\\Windows\\explorer.exe",
    commandLine: "C:\\Windows\\Explorer.EXE",
    host: person.machine,
    user,
    logonId,
  });
  processCreated(pen, later(at, 1_000), shell);
  return shell;
}

function one(pen: Pen, at: Instant, shells: ReadonlyMap<string, Process>): void {
  const dice = pen.chance.next();
  if (dice < 0.72) desk(pen, at, shells.get(pen.chance.pick(PEOPLE).name));
  else if (dice < 0.84) service(pen, at);
  else if (dice < 0.92) linux(pen, at);
  else readCloud(pen, at);
}

function readCloud(pen: Pen, at: Instant): void {
  cloudCall(pen, at, {
    name: pen.chance.pick(READS),
    source: "ec2.amazonaws.com",
    user: "deploy-bot",
    ip: "192.0.2.80",
    agent: "aws-sdk-go/1.44",
    keyId: "AKIAEXAMPLEDEPLOY01",
  });
}

function desk(pen: Pen, at: Instant, shell: Process | undefined): void {
  if (shell === undefined) return;
  const habit = pen.chance.pick(HABITS);
  const child = makeProcess(pen.chance, {
    image: habit.image,
    commandLine: `"${habit.image}" ${habit.line}`.trim(),
    host: shell.host,
    user: shell.user,
    logonId: shell.logonId,
    parent: shell,
  });
  processCreated(pen, at, child);
  const ip = habit.site === undefined ? undefined : SITES[habit.site];
  if (habit.site !== undefined && ip !== undefined) {
    resolved(pen, later(at, 40), child, { name: habit.site, ip });
    connected(pen, later(at, 90), child, { ip, port: 443, name: habit.site });
  }
  if (habit.image.includes("Office16"))
    fileCreated(pen, later(at, 700), child, `C:\\Users\\Public\\Documents\\~$${pen.chance.hex(6)}.tmp`);
}

function service(pen: Pen, at: Instant): void {
  const { machine } = pen.chance.pick(PEOPLE);
  const parent = makeProcess(pen.chance, {
    image: "C:\\Windows\\System32\\services.exe",
    commandLine: "C:\\Windows\\system32\\services.exe",
    host: machine,
    user: "NT AUTHORITY\\SYSTEM",
    logonId: "0x3e7",
  });
  processCreated(
    pen,
    at,
    makeProcess(pen.chance, {
      image: "C:\\Windows\\System32\\svchost.exe",
      commandLine: "C:\\Windows\\system32\\svchost.exe -k netsvcs -p -s wuauserv",
      host: machine,
      user: "NT AUTHORITY\\SYSTEM",
      logonId: "0x3e7",
      parent,
    }),
  );
}

function linux(pen: Pen, at: Instant): void {
  const dice = pen.chance.next();
  const { name, machine } = pen.chance.pick(PEOPLE);
  const short = name.split(".")[0] ?? name;
  if (dice < 0.4)
    syslogLine(
      pen,
      at,
      BASTION,
      "sshd",
      `Accepted publickey for ${short} from ${machine.ip} port ${pen.chance.between(40_000, 60_000)} ssh2: ED25519 SHA256:${pen.chance.hex(32)}`,
    );
  else if (dice < 0.7)
    syslogLine(pen, at, WEB, "CRON", "pam_unix(cron:session): session opened for user www-data(uid=33) by (uid=0)");
  else if (dice < 0.8)
    syslogLine(
      pen,
      at,
      BASTION,
      "sshd",
      `Failed password for ${short} from ${machine.ip} port ${pen.chance.between(40_000, 60_000)} ssh2`,
    );
  else
    syslogLine(
      pen,
      at,
      WEB,
      "sudo",
      `${short} : TTY=pts/0 ; PWD=/home/${short} ; USER=root ; COMMAND=/usr/bin/systemctl status nginx.${DOMAIN}`,
    );
}
