/** The detectors: what each is called, what it is a sign of, whether it needs to know the past, and the sentence it says. */
import type { Level } from "@cordon/model/rule";

export interface Definition {
  readonly title: string;
  readonly techniques: readonly string[];
  readonly tactics: readonly string[];
  /** `none` may speak from the first day: its definition says what is wrong. `ranked` is held to the alert budget. */
  readonly history: "none" | "ranked";
  /** Highest severity with own history behind it; peers and organisation give `low` at most. */
  readonly level: Level;
  /** A candidate needs p below this. */
  readonly alpha: number;
  /** Of a ranked one: how many times the usual share of alerts it may show (AB1). */
  readonly room: number;
  /** `{name}` is replaced by the value of that name. */
  readonly reason: string;
}

const definition = (
  title: string,
  attack: string,
  how: readonly [Definition["history"], Level, alpha: number, room?: number],
  reason: string,
): Definition => {
  const [techniques = "", tactics = ""] = attack.split(" ");
  const [history, level, alpha, room = 1] = how;
  return { title, techniques: techniques.split(","), tactics: tactics.split(","), history, level, alpha, room, reason };
};

export const DEFINITIONS = {
  "first-country": definition(
    "Sign-in from a country never seen for this account",
    "T1078 initial-access",
    ["ranked", "medium", 2e-3],
    "{user} signed in from {country}; so far from {usual}; {holders} of {members} accounts were ever there{also}",
  ),
  "first-network": definition(
    "Sign-in through a network never seen for this account",
    "T1078 initial-access",
    ["ranked", "low", 5e-4],
    "{user} signed in through AS{asn}; so far through {usual}; {holders} of {members} accounts use it{also}",
  ),
  "first-device": definition(
    "Sign-in with a device or program never seen for this account",
    "T1078 initial-access",
    ["ranked", "low", 5e-4],
    "{user} signed in with {device}; so far with {usual}; {holders} of {members} accounts use it{also}",
  ),
  "impossible-travel": definition(
    "Two sign-ins further apart than one can travel",
    "T1078 initial-access",
    ["none", "medium", 1],
    "{user} signed in from {from} and {minutes} minutes later from {to}, {km} km apart: {speed} km/h",
  ),
  "off-hours": definition(
    "Sign-in at an hour unusual for this account",
    "T1078 initial-access",
    ["ranked", "low", 0.01, 2],
    "{user} signed in on {day} at {hour}:00 ({zone}); of {n} earlier hours with sign-ins {near} were within two hours of that on such days",
  ),
  "password-spray": definition(
    "One source tries few passwords on many accounts",
    "T1110.003 credential-access",
    ["none", "medium", 1],
    "{source} failed to sign in as {accounts} accounts in {span}, at most {most} times each; usual for it: {usual}{success}",
  ),
  "credential-stuffing": definition(
    "Many sources try many accounts alike",
    "T1110.004 credential-access",
    ["none", "medium", 1],
    "{accounts} accounts failed to sign in from {sources} addresses that share {shared}, within {span}; usual: {usual}{success}",
  ),
  "brute-force": definition(
    "One account, many failed sign-ins",
    "T1110.001 credential-access",
    ["none", "medium", 1],
    "{user} failed to sign in {failures} times within {span}; usual for it: {usual}{success}",
  ),
  "mfa-fatigue": definition(
    "Prompts for a second factor until one is accepted",
    "T1621 credential-access",
    ["none", "high", 1],
    "{user} was asked {prompts} times within {span} to confirm a sign-in{success}",
  ),
  "dormant-account": definition(
    "Account active again after a long silence",
    "T1078 initial-access,persistence",
    ["ranked", "medium", 1],
    "{user} signed in after {days} days without any activity; its longest pause before was {longest} days",
  ),
  "privilege-change": definition(
    "Rights or group membership changed by someone who never does",
    "T1098 persistence,privilege-escalation",
    ["ranked", "medium", 0.05, 3],
    "{user} did {action} on {target}; so far it did {usual}; {holders} of {members} principals ever did",
  ),
  "mail-forwarding": definition(
    "Mail is forwarded to somewhere outside",
    "T1114.003 collection,exfiltration",
    ["none", "medium", 1],
    "{user} forwards mail to {target}; {holders} of {members} accounts forward to that domain",
  ),
  "new-credential": definition(
    "New secret or key made by someone who never does",
    "T1098.001 persistence",
    ["ranked", "medium", 0.05, 3],
    "{user} did {action} on {target}; so far it did {usual}; {holders} of {members} principals ever did",
  ),
  "lateral-fan-out": definition(
    "One account reaches many hosts it never used",
    "T1021 lateral-movement",
    ["ranked", "high", 1e-3],
    "{user} reached {hosts} hosts within {span}, {fresh} of them for the first time; usual: {usual}",
  ),
  "new-host": definition(
    "Account on a host it never used",
    "T1021 lateral-movement",
    ["ranked", "low", 0.005],
    "{user} signed in to {host}; so far to {usual}; {holders} of {members} accounts use that host",
  ),
  "service-account-use": definition(
    "Service account used as no service is",
    "T1078.002 privilege-escalation,lateral-movement",
    ["none", "medium", 1],
    "service account {user} signed in {how}; in {n} earlier sign-ins it never did",
  ),
  "rare-process": definition(
    "Program never seen on this host",
    "T1204 execution",
    ["ranked", "low", 2e-3],
    "{host} ran {program}, started by {parent}; {holders} of {members} hosts ever ran it; {novelty} of this host's programs are new to it",
  ),
  "rare-parent": definition(
    "Program started by an unusual parent",
    "T1059 execution",
    ["ranked", "medium", 1e-3],
    "on {host} {parent} started {program}; {holders} of {members} hosts ever saw that pair; {novelty} of this host's pairs are new to it",
  ),
  "rare-action": definition(
    "Action never done by this principal",
    "T1078.004 privilege-escalation,persistence",
    ["ranked", "low", 2e-3, 3],
    "{user} did {action}; so far {usual}; {holders} of {members} principals ever did",
  ),
  "cloud-enumeration": definition(
    "Principal lists what there is",
    "T1580,T1526 discovery",
    ["none", "medium", 1],
    "{user} made {actions} different list, get and describe calls within {span}, {failed} of them refused; usual: {usual}",
  ),
  "instance-credentials": definition(
    "Credentials of an instance used elsewhere",
    "T1552.005 credential-access",
    ["none", "high", 1],
    "credentials of instance role {user} were used from {source}; so far from {usual}",
  ),
  beaconing: definition(
    "Regular calls to one place, as a program makes them",
    "T1071,T1573 command-and-control",
    ["none", "medium", 1e-3],
    "{host} called {destination} {calls} times in {hours} hours, every {interval} seconds (spread {spread}, skew {skew}); {sources} hosts go there",
  ),
  "dns-tunnel": definition(
    "Data in DNS names",
    "T1071.004,T1048 command-and-control,exfiltration",
    ["none", "medium", 1],
    "{host} asked for {names} different names below {domain} within {span}, labels of {length} characters and {entropy} bits each; {sources} hosts ask there",
  ),
  "generated-domains": definition(
    "Burst of generated names",
    "T1568.002 command-and-control",
    ["none", "medium", 1],
    "{host} asked within {span} for {names} names it had not asked for before: {odd} look generated, {missing} do not exist, {both} both; of so many ordinary names {usual} would be such; the last is {domain}",
  ),
  exfiltration: definition(
    "Far more data sent than ever",
    "T1048,T1567 exfiltration",
    ["ranked", "medium", 1e-3],
    "{host} sent {megabytes} MB to {destination} within a day; its daily sum to new places was {usual} MB; {sources} hosts go there",
  ),
  "flow-anomaly": definition(
    "Connection unlike all others",
    "T1071,T1048 command-and-control,exfiltration",
    ["ranked", "low", 1e-3],
    "{host} to {destination}: {why}",
  ),
  "port-scan": definition(
    "One host tries many ports of another",
    "T1046 discovery",
    ["none", "medium", 1],
    "{source} tried {ports} ports of {destination} within {span}; usual: {usual}",
  ),
  "host-scan": definition(
    "One host tries many hosts",
    "T1018,T1046 discovery",
    ["none", "medium", 1],
    "{source} tried port {port} of {hosts} hosts within {span}; usual: {usual}",
  ),
  "mass-file-change": definition(
    "Files changed as encryption does",
    "T1486 impact",
    ["none", "medium", 1],
    "{who} changed or deleted {files} files within {span}, in {folders} folders, {alike} of them now end in {ending}{sign}; usual: {usual}",
  ),
  "log-silence": definition(
    "A source that never rests has fallen silent",
    "T1562.008,T1562.001 stealth",
    ["ranked", "low", 1],
    "nothing from {who} for {hours} hours, in {missed} of which it is usually heard; in {days} days it missed {longest} such hours at most",
  ),
  "slow-drift": definition(
    "Data sent grows slowly past all past",
    "T1030 exfiltration",
    ["ranked", "low", 1e-3],
    "what {host} sends to places that few others know grew from {was} MB a day, since {since}, to {megabytes} MB a day (medians of two weeks and of the last one, so that no single day makes it); that is {times} times as much; {peers}",
  ),
  "changed-habit": definition(
    "Behaves unlike its own past for days",
    "T1078 initial-access,persistence",
    ["ranked", "low", 1],
    "for days {who} has not done what it used to: {today} bits of surprise in each of its acts, {usual} before; from here on its past weighs a tenth",
  ),
  "entity-risk": definition(
    "Several unusual things about one entity",
    "T1078 initial-access",
    ["none", "high", 1],
    "{who}: {addends}; together {bits} bits of surprise of {kinds} kinds, at most 15 of one",
  ),
} as const satisfies Readonly<Record<string, Definition>>;

export type DetectorName = keyof typeof DEFINITIONS;

export const definitionOf = (name: DetectorName): Definition => DEFINITIONS[name];
