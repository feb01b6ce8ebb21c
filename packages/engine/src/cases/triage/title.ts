/**
 * One line that says what happened to whom. Enters: detections. Leaves: the title, or nothing when there are none.
 * "Credential dumping on ws-042 by alice, then lateral movement on srv-db".
 */
import type { Detection } from "@cordon/model/detection";
import type { Entity, EntityKind, EntityRole } from "@cordon/model/entity";
import { levelRank } from "@cordon/model/rule";
import { TACTICS, tacticRank } from "@cordon/model/technique";
import type { Guessed } from "./finding.ts";

/** Names from logs may be long; a title is one line of a queue. */
const NAME_MAX = 60;
const RULE_TITLE_MAX = 90;

/** Techniques that have a plain name; the most specific id wins, else the rule speaks for itself. */
const PHRASES: Readonly<Record<string, string>> = {
  T1003: "Credential dumping",
  "T1003.001": "Credential dumping from LSASS",
  "T1003.002": "Credential dumping from the SAM",
  "T1003.003": "Credential dumping from NTDS",
  "T1003.006": "DCSync credential theft",
  T1021: "Lateral movement",
  "T1021.001": "Lateral movement over RDP",
  "T1021.002": "Lateral movement over SMB",
  "T1021.003": "Lateral movement over DCOM",
  "T1021.004": "Lateral movement over SSH",
  "T1021.006": "Lateral movement over WinRM",
  T1041: "Data exfiltration",
  T1047: "Execution through WMI",
  T1048: "Data exfiltration",
  T1053: "Scheduled task abuse",
  "T1053.003": "Cron abuse",
  "T1053.005": "Scheduled task abuse",
  T1055: "Process injection",
  T1056: "Capture of input",
  "T1059.001": "Suspicious PowerShell",
  "T1059.004": "Suspicious shell command",
  T1068: "Exploit for higher privileges",
  "T1070.001": "Clearing of event logs",
  T1078: "Use of a stolen account",
  "T1078.004": "Use of a stolen cloud account",
  T1098: "Account manipulation",
  T1105: "Download of tools",
  T1110: "Password guessing",
  "T1110.001": "Password guessing",
  "T1110.003": "Password spraying",
  "T1134.001": "Token theft",
  T1136: "Creation of an account",
  T1187: "Forced authentication",
  T1190: "Attack on a public service",
  T1207: "Rogue domain controller",
  T1218: "Signed tool runs foreign code",
  "T1218.003": "CMSTP runs foreign code",
  "T1218.005": "Mshta runs foreign code",
  "T1218.007": "Msiexec runs foreign code",
  "T1218.010": "Regsvr32 runs foreign code",
  "T1218.011": "Rundll32 runs foreign code",
  T1219: "Remote access tool",
  T1484: "Change of domain policy",
  T1485: "Destruction of data",
  T1486: "Encryption for ransom",
  T1490: "Destruction of backups",
  T1496: "Theft of computing power",
  "T1505.003": "Web shell",
  T1531: "Removal of account access",
  T1537: "Data moved to another cloud account",
  "T1543.003": "Malicious service",
  T1546: "Persistence on an event",
  "T1546.003": "WMI persistence",
  "T1546.008": "Accessibility program replaced",
  "T1546.011": "Application shim persistence",
  "T1546.015": "COM hijacking",
  T1547: "Autostart persistence",
  "T1547.001": "Autostart persistence",
  "T1548.002": "UAC bypass",
  "T1548.003": "Privilege escalation through sudo",
  T1550: "Use of stolen credentials",
  "T1550.002": "Pass the hash",
  "T1550.003": "Pass the ticket",
  T1552: "Search for credentials",
  "T1552.001": "Search for credentials in files",
  T1555: "Theft of stored passwords",
  T1557: "Interception of authentication",
  T1558: "Theft of Kerberos tickets",
  "T1558.003": "Kerberoasting",
  "T1562.001": "Disabling of defences",
  "T1562.008": "Disabling of cloud logs",
  T1566: "Phishing mail",
  "T1566.001": "Phishing attachment",
  T1567: "Data exfiltration to a web service",
  T1569: "Execution through a service",
  "T1569.002": "Execution through a service",
  T1572: "Tunnel to the outside",
  T1574: "Hijacked program start",
  T1580: "Discovery of cloud resources",
  T1685: "Disabling of defences",
};

export function titleOf(detections: readonly Detection[], guessed?: Guessed): string | undefined {
  const support = supportOf(detections);
  const weights = new Map(detections.map((detection) => [detection, weight(detection, support)]));
  const [lead, ...others] = [...detections].sort(
    (a, b) => (weights.get(b) ?? 0) - (weights.get(a) ?? 0) || a.time - b.time || (a.id < b.id ? -1 : 1),
  );
  if (lead === undefined) return undefined;
  if (guessed !== undefined) return guessedTitle(guessed, [lead, ...others]);
  const host = nameOf(lead, "host", ["device", "target", "dst"]);
  const source = nameOf(lead, "ip", ["src", "dst"]);
  const where = host === undefined ? "" : ` on ${host}`;
  const sender = lead.entities.some(({ kind }) => kind === "message") ? nameOf(lead, "email", ["actor"]) : undefined;
  const origin = source ?? sender;
  const from = host === undefined && origin !== undefined ? ` from ${origin}` : "";
  const who = whoOf(lead) ?? from;
  return `${phraseOf(lead)}${where}${who}${sequel(lead, host, others)}`;
}

/** "Password of backup guessed on bastion, then privilege escalation through sudo". */
function guessedTitle({ account, host, at }: Guessed, detections: readonly Detection[]): string {
  const where = host === undefined ? "" : ` on ${clip(host.value, NAME_MAX)}`;
  const after = detections.find(
    (detection) => detection.time >= at && !isGuessing(detection) && knownPhrase(detection) !== undefined,
  );
  const phrase = after === undefined ? undefined : knownPhrase(after);
  const then = phrase === undefined ? "" : `, then ${phrase.charAt(0).toLowerCase()}${phrase.slice(1)}`;
  return `Password of ${clip(shortName(account), NAME_MAX)} guessed${where}${then}`;
}

/** Guessing, or the logon that it led to: the title says that already. */
const isGuessing = ({ techniques }: Detection): boolean => techniques.some((id) => id.startsWith("T1110"));

/** Who did it, or else to whom: an account that is only the target is not said to have acted. */
function whoOf(lead: Detection): string | undefined {
  const actor = nameOf(lead, "user", ["actor"]);
  if (actor !== undefined) return ` by ${actor}`;
  const target = nameOf(lead, "user", ["target"]);
  return target === undefined ? undefined : ` (account ${target})`;
}

/** Stages worth a place in a title: that somebody looked around or hid goes without saying. */
const TELLING: ReadonlySet<string> = new Set([
  ...["credential-access", "lateral-movement", "collection", "command-and-control", "exfiltration", "impact"],
]);
const furthest = (tactics: readonly string[]): number =>
  Math.max(-1, ...tactics.filter((tactic) => TELLING.has(tactic)).map(tacticRank));

/** A rule that says what was done names an incident better than one a level higher that says how it looked. */
const SPEAKING = 1_200;
/** Among equals, what reached far names it better than how it was run. */
const FAR = 200;
/** Traces wiped, alarms switched off, a look around: true of most intrusions, the point of few. */
const ASIDE: ReadonlySet<string> = new Set(["stealth", "defense-impairment", "defense-evasion", "discovery"]);
const isAside = ({ tactics }: Detection): boolean => tactics.length > 0 && tactics.every((tactic) => ASIDE.has(tactic));

/** What several rules say is the point, rather than a tag that one of them has beside others. */
const AGREED = 150;
const AGREED_MAX = 4;

/** Distinct rules behind each phrase. */
function supportOf(detections: readonly Detection[]): ReadonlyMap<string, number> {
  const rules = new Map<string, Set<string>>();
  for (const detection of detections) {
    const phrase = knownPhrase(detection);
    if (phrase !== undefined) rules.set(phrase, (rules.get(phrase) ?? new Set()).add(detection.rule.id));
  }
  return new Map([...rules].map(([phrase, of]) => [phrase, of.size]));
}

const weight = (detection: Detection, support: ReadonlyMap<string, number>): number =>
  levelRank(detection.severity) * 1_000 +
  (knownPhrase(detection) === undefined ? 0 : SPEAKING) +
  (detection.tactics.some((tactic) => TELLING.has(tactic)) ? FAR : 0) -
  (isAside(detection) ? SPEAKING : 0) +
  AGREED * Math.min(AGREED_MAX, support.get(knownPhrase(detection) ?? "") ?? 0) +
  detection.confidence;

/** The furthest later stage, if the incident went on after its leading detection. */
function sequel(lead: Detection, host: string | undefined, others: readonly Detection[]): string {
  const reached = Math.max(...lead.tactics.map(tacticRank), -1);
  const later = others
    .filter((other) => other.time >= lead.time && furthest(other.tactics) > reached)
    .sort((a, b) => furthest(b.tactics) - furthest(a.tactics))[0];
  if (later === undefined) return "";
  const tactic = TACTICS[furthest(later.tactics)] ?? "";
  const place = nameOf(later, "host", ["target", "dst", "device"]);
  return `, then ${tactic.replaceAll("-", " ")}${place === undefined || place === host ? "" : ` on ${place}`}`;
}

const phraseOf = (detection: Detection): string => knownPhrase(detection) ?? clip(detection.rule.title, RULE_TITLE_MAX);

function knownPhrase(detection: Detection): string | undefined {
  const specific = [...detection.techniques].sort((a, b) => b.length - a.length);
  for (const id of specific) {
    const phrase = PHRASES[id] ?? PHRASES[id.split(".")[0] ?? ""];
    if (phrase !== undefined) return phrase;
  }
  return undefined;
}

/** A number is no name: better no account in a title than one that nobody can read. */
const SID = /^S-1-\d/;

function nameOf(detection: Detection, kind: EntityKind, roles: readonly EntityRole[]): string | undefined {
  const known = detection.entities.filter(
    (entity) => entity.kind === kind && entity.wellKnown !== true && !SID.test(entity.value),
  );
  for (const role of roles) {
    const found = known.find((entity: Entity) => entity.role === role);
    if (found !== undefined) return clip(shortName(found), NAME_MAX);
  }
  return undefined;
}

/** `corp\alice` -> `alice`; an ARN -> what follows the last slash. */
function shortName(entity: Entity): string {
  if (entity.kind !== "user") return entity.value;
  const cut = Math.max(entity.value.lastIndexOf("\\"), entity.value.lastIndexOf("/"));
  return cut < 0 || cut === entity.value.length - 1 ? entity.value : entity.value.slice(cut + 1);
}

const clip = (text: string, max: number): string => (text.length <= max ? text : `${text.slice(0, max - 1)}…`);
