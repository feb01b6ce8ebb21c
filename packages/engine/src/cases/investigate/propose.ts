/**
 * What could be done about it. Enters: the incident, extent, verdict, checked claims. Leaves: proposals; nothing runs.
 *
 * P1. Every target is an entity of this incident with the events that name it and who could have chosen its value.
 * P2. Never: a private or special address, a well-known account, a target without surviving claims.
 * P3. Only a malicious verdict proposes to contain; an undecided one on a high incident asks for forensics and a person.
 *     A file is its own case: Cordon examined it, so its own verdict proposes its quarantine, unless all is benign.
 */

import type { Action, EntityRef } from "@cordon/model/action";
import { isPublicAddress } from "@cordon/model/address-scope";
import type { Entity } from "@cordon/model/entity";
import { type EventId, type NonEmpty, nonEmpty } from "@cordon/model/ids";
import type { Incident } from "@cordon/model/incident";
import type { Claim, Investigation, Proposal } from "@cordon/model/investigation";
import { levelRank } from "@cordon/model/rule";
import { DAY, type Instant } from "@cordon/model/time";
import type { Member } from "./extent.ts";
import type { Fact } from "./facts.ts";
import { fileVerdictIn } from "./file-verdict.ts";
import { hostOfId } from "./graph.ts";

export const NOTIFY_FROM = 70;
/** Targets per kind of action: more is a decision for a person, not a list. */
const TARGETS_MAX = 5;
const EVIDENCE_MAX = 5;
/** Files are many where malware was at work; each is one decision, and the list is worked off as decisions are made. */
const FILES_MAX = 10;
/** A process seen longer ago than this is gone or is another one. */
const KILL_WITHIN_MS = DAY;

/** Accounts a machine cannot live without, whatever the source calls them. */
const KEEP_ACCOUNTS: ReadonlySet<string> = new Set([
  ...["root", "administrator", "admin", "system", "krbtgt", "guest", "localsystem", "ec2-user", "ubuntu", "nobody"],
]);

export interface ProposeInput {
  readonly incident: Incident;
  readonly extent: readonly Member[];
  readonly verdict: Investigation["verdict"];
  readonly claims: readonly Claim[];
  readonly claimIds: ReadonlyMap<Fact, string>;
  readonly now: Instant;
  /** Ways on which people can be told. */
  readonly channels: NonEmpty<Channel>;
}

export type Channel = Extract<Action, { readonly kind: "notify" }>["channel"];

interface Target {
  readonly ref: EntityRef;
  readonly member: Member;
  readonly claims: readonly string[];
}

export function propose(input: ProposeInput): readonly Proposal[] {
  const targets = targetsOf(input);
  const contain = input.verdict === "malicious";
  const serious = contain || (input.verdict === "undecided" && levelRank(input.incident.severity) >= 3);
  const proposals = [
    ...(contain ? addresses(targets) : []),
    ...(contain ? accounts(targets, input) : []),
    ...(contain ? hosts(targets, input) : []),
    ...(contain ? processes(targets, input) : []),
    ...(input.verdict === "benign" ? [] : files(input)),
    ...(serious ? forensics(targets) : []),
    ...(input.incident.priority >= NOTIFY_FROM ? notice(input) : []),
  ];
  const seen = new Set<string>();
  return proposals.filter((proposal) => {
    const key = JSON.stringify([proposal.playbook, proposal.action]);
    return seen.has(key) ? false : seen.add(key) !== undefined;
  });
}

/** With `ruled`, the claim of a rule on an event speaks for what only that rule names. */
function targetsOf({ incident, extent, claims, claimIds }: ProposeInput, ruled = false): readonly Target[] {
  const byId = new Map(claims.map((claim) => [claim.id, claim]));
  const byRule = new Map(
    claims.flatMap((claim) =>
      ruled && claim.predicate === "detected-by" ? [[claim.cites[0].event, claim] as const] : [],
    ),
  );
  const claimOf = (fact: Fact): Claim | undefined =>
    byId.get(claimIds.get(fact) ?? "") ?? (fact.predicate === "detected-by" ? byRule.get(fact.event.id) : undefined);
  return extent.flatMap((member) => {
    const own = member.facts.flatMap((fact) => claimOf(fact) ?? []);
    const events: readonly EventId[] = [...new Set(own.flatMap((claim) => claim.cites.map((cite) => cite.event)))];
    const evidence = nonEmpty(events.slice(0, EVIDENCE_MAX));
    if (evidence === undefined || member.entity.wellKnown === true) return [];
    const { kind, value } = member.entity;
    const ref = { kind, value, incident: incident.id, control: controlOf(member), evidence };
    return [{ ref, member, claims: own.map((claim) => claim.id) }];
  });
}

/**
 * Who could have chosen the value. Outsiders choose their addresses, files and processes. A machine is ours where its own
 * log speaks, not where somebody else's names it; an account is ours where it acted or was let in, not where it was tried.
 */
function controlOf({ entity, facts }: Member): EntityRef["control"] {
  if (entity.kind === "ip") return isPublicAddress(entity.value) ? "attacker" : "environment";
  if (entity.kind !== "host" && entity.kind !== "user") return "attacker";
  const known = facts.some(({ event }) =>
    event.entities.some(({ kind, role, value }) => {
      if (kind !== entity.kind || value !== entity.value) return false;
      if (kind === "host") return role === "device" || role === "observer";
      return role === "actor" || event.outcome !== "failure";
    }),
  );
  return known ? "environment" : "attacker";
}

const certain = (target: Target): boolean => target.member.standing === "confirmed";
const involved = (target: Target): boolean => target.member.standing !== "exposed";
const of = (targets: readonly Target[], kind: Entity["kind"]): readonly Target[] =>
  targets.filter((target) => target.ref.kind === kind);

function proposal(target: Target, what: { action: Action; playbook: string; reason: string }): Proposal {
  return { ...what, claims: target.claims };
}

function addresses(targets: readonly Target[]): readonly Proposal[] {
  return of(targets, "ip")
    .filter((target) => involved(target) && isPublicAddress(target.ref.value))
    .slice(0, TARGETS_MAX)
    .map((target) =>
      proposal(target, {
        action: { kind: "block-address", address: target.ref },
        playbook: "block-address",
        reason: `${target.ref.value} took part in the attack (${target.member.standing})`,
      }),
    );
}

function accounts(targets: readonly Target[], { incident }: ProposeInput): readonly Proposal[] {
  const machines = of(targets, "host").filter(involved);
  const users = of(targets, "user").filter(involved);
  // A cloud names the same account by its ARN in one event and by its last part in another: once is enough.
  const isShortForm = (value: string) => users.some((other) => other.ref.value.endsWith(`/${value}`));
  return users
    .filter((target) => !isKept(target.ref.value) && !isShortForm(target.ref.value))
    .slice(0, TARGETS_MAX)
    .map((target) => {
      const host = isLocal(target.ref.value) ? machineOf(target, machines) : undefined;
      const account = target.ref;
      return proposal(target, {
        action: { kind: "disable-account", account, ...(host === undefined ? {} : { host }) },
        playbook: "disable-account",
        reason: `${account.value} was used in incident ${incident.id} (${target.member.standing})`,
      });
    });
}

/** Machine accounts end in `$`: without its own a machine falls out of its domain. */
const isKept = (account: string): boolean =>
  account.endsWith("$") || KEEP_ACCOUNTS.has(shortName(account).toLowerCase());

/** A bare name belongs to a machine; a domain account, a UPN and an ARN do not. */
const isLocal = (account: string): boolean => !/[\\@:]/.test(account);

function machineOf(target: Target, machines: readonly Target[]): EntityRef | undefined {
  const named = new Set(
    target.member.facts.flatMap((fact) =>
      fact.event.entities.filter((one) => one.kind === "host").map((one) => one.value),
    ),
  );
  return machines.find((machine) => named.has(machine.ref.value))?.ref;
}

const shortName = (account: string): string =>
  account.slice(Math.max(account.lastIndexOf("\\"), account.lastIndexOf("/")) + 1);

function hosts(targets: readonly Target[], { incident }: ProposeInput): readonly Proposal[] {
  const active = new Set(
    incident.detections.flatMap(({ detection }) =>
      HANDS_ON.some((tactic) => detection.tactics.includes(tactic))
        ? detection.entities.flatMap((entity) => (entity.kind === "host" ? [entity.value] : []))
        : [],
    ),
  );
  return of(targets, "host")
    .filter((target) => certain(target) && active.has(target.ref.value))
    .slice(0, TARGETS_MAX)
    .map((target) =>
      proposal(target, {
        action: { kind: "isolate-host", host: target.ref },
        playbook: "isolate-host",
        reason: `Somebody is at work on ${target.ref.value}`,
      }),
    );
}

/** Stages that a machine reaches only with somebody steering. */
const HANDS_ON = [
  ...["execution", "credential-access", "lateral-movement", "privilege-escalation", "exfiltration", "impact"],
  ...["command-and-control", "discovery", "collection"],
] as const;

function processes(targets: readonly Target[], { now }: ProposeInput): readonly Proposal[] {
  const machines = of(targets, "host");
  return of(targets, "process").flatMap((target) => {
    const host = machines.find((machine) => machine.ref.value === hostOfId(target.ref.value))?.ref;
    if (host === undefined || !certain(target) || now - target.member.firstSeen > KILL_WITHIN_MS) return [];
    return [
      proposal(target, {
        action: { kind: "kill-process", host, process: target.ref },
        playbook: "kill-process",
        reason: `A rule fired on this process on ${host.value}`,
      }),
    ];
  });
}

/** A whole path of either world; a bare name lies nowhere. */
const WHOLE_PATH = /^(?:\/|[A-Za-z]:\\|\\\\)/;

/** A file that was judged malicious goes into quarantine; one that a list of indicators names is fetched and examined first. */
function files(input: ProposeInput): readonly Proposal[] {
  const { incident } = input;
  const targets = targetsOf(input, true);
  const machines = of(targets, "host");
  const listed = new Set(
    incident.detections
      .filter(({ detection }) => detection.rule.id.startsWith("intel:"))
      .flatMap(({ detection }) => detection.evidence),
  );
  return of(targets, "file")
    .filter((target) => certain(target) && WHOLE_PATH.test(target.ref.value))
    .slice(0, FILES_MAX)
    .flatMap((target): readonly Proposal[] => {
      const host = machineOf(target, machines);
      if (host === undefined) return [];
      const { value } = target.ref;
      const verdicts = target.member.facts.map(({ event }) => fileVerdictIn(event)).filter((one) => one !== undefined);
      if (verdicts.includes("malicious")) {
        const reason = `${value} on ${host.value} was examined and is malicious`;
        return [
          proposal(target, {
            action: { kind: "quarantine-file", host, file: target.ref },
            playbook: "quarantine-file",
            reason,
          }),
        ];
      }
      if (verdicts.length > 0 || !target.member.facts.some(({ event }) => listed.has(event.id))) return [];
      const reason = `A list names the content of ${value} on ${host.value}: fetch it, so that it can be examined`;
      return [
        proposal(target, {
          action: { kind: "capture-forensics", host, file: target.ref },
          playbook: "capture-forensics",
          reason,
        }),
      ];
    });
}

function forensics(targets: readonly Target[]): readonly Proposal[] {
  return of(targets, "host")
    .filter(certain)
    .slice(0, TARGETS_MAX)
    .map((target) =>
      proposal(target, {
        action: { kind: "capture-forensics", host: target.ref },
        playbook: "capture-forensics",
        reason: `Keep the volatile evidence of ${target.ref.value}`,
      }),
    );
}

function notice({ incident, claims, channels }: ProposeInput): readonly Proposal[] {
  const [first] = claims.filter((claim) => claim.predicate === "detected-by");
  return channels.map((channel) => ({
    action: { kind: "notify", incident: incident.id, channel },
    playbook: "notify",
    reason: `Priority ${incident.priority} is ${NOTIFY_FROM} or more`,
    claims: first === undefined ? [] : [first.id],
  }));
}
