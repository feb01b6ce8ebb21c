/** The canned attack as a graph. */
import type { WireInvestigation } from "@cordon/model/api/incidents";
import { at, id } from "./attack.ts";
import { HOSTILE } from "./hostile.ts";

const node = (key: string, kind: string, label: string, tactic?: string, minute?: number, flagged = false) => ({
  id: key,
  kind,
  label,
  flagged,
  ...(tactic ? { tactic } : {}),
  ...(minute === undefined ? {} : { at: at(minute) }),
});
const edge = (from: string, to: string, verb: string, minute: number, event: number) => ({
  from,
  to,
  verb,
  at: at(minute),
  events: [id(event)],
});

const FILES = Array.from({ length: 9 }, (_, i) =>
  node(`doc${i}`, "file", `\\\\srv-db-3\\share\\contract-${i}.xlsx`, "collection", 40),
);

export const STORY: WireInvestigation["story"] = {
  nodes: [
    node("mail", "file", HOSTILE.bidi, "initial-access", 0, true),
    node("anna", "user", "corp\\anna", "initial-access", 0),
    node("outlook", "process", "OUTLOOK.EXE", "initial-access", 0),
    node("word", "process", "WINWORD.EXE", "execution", 1.2),
    node("ps", "process", "powershell.exe -enc SQBFAFgA…", "execution", 1.6, true),
    node("ws12", "host", "ws-12", "execution", 1),
    node("c2", "ip", "203.0.113.77", "command-and-control", 2, true),
    node("dom", "domain", "cdn-update.example", "command-and-control", 2),
    node("lsass", "process", "lsass.exe", "credential-access", 9, true),
    node("dump", "file", "C:\\Users\\Public\\d.dmp", "credential-access", 9.5),
    node("svc", "user", "corp\\svc-backup", "lateral-movement", 31),
    node("sess", "session", "logon 0x3e7a1 type 3", "lateral-movement", 31),
    node("srv", "host", "srv-db-3", "lateral-movement", 31),
    node("pipe", "service", HOSTILE.svg, "lateral-movement", 32, true),
    ...FILES,
    node("tgz", "file", "/tmp/.x.tgz", "collection", 44),
    node("rclone", "process", "rclone.exe copy remote:", "exfiltration", 57, true),
    node("out", "ip", "198.51.100.9", "exfiltration", 58, true),
  ],
  edges: [
    edge("outlook", "mail", "wrote", 0, 0),
    edge("anna", "outlook", "ran", 0, 0),
    edge("outlook", "word", "spawned", 1.2, 1),
    edge("mail", "word", "opened by", 1.2, 1),
    edge("word", "ps", "spawned", 1.6, 2),
    edge("ps", "ws12", "on", 1.6, 2),
    edge("ps", "c2", "connected", 2, 3),
    edge("ps", "dom", "resolved", 2, 3),
    edge("ps", "lsass", "opened", 9, 4),
    edge("ps", "dump", "wrote", 9.5, 5),
    edge("lsass", "svc", "gave", 30, 4),
    edge("svc", "sess", "logged on", 31, 6),
    edge("sess", "srv", "to", 31, 6),
    edge("sess", "pipe", "created", 32, 7),
    ...FILES.map((file) => edge("pipe", file.id, "read", 40, 7)),
    edge("pipe", "tgz", "wrote", 44, 8),
    edge("pipe", "rclone", "spawned", 57, 9),
    edge("tgz", "rclone", "read by", 57, 9),
    edge("rclone", "out", "sent 700 MB", 58, 9),
  ],
};
