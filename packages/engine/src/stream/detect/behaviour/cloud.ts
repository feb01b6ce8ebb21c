/** Actions of principals in clouds and services: rare ones, those that change rights, listing, forwarding, stolen credentials. */

import { isJsonObject, type JsonObject } from "@cordon/model/json";
import { HOUR, MINUTE } from "@cordon/model/time";
import { upperTail } from "../../../learning/behaviour/count-tail.ts";
import type { DetectorName } from "./definitions.ts";
import type { Desk } from "./desk.ts";
import { actionOf, type Fact } from "./fact.ts";
import * as fields from "./fields.ts";
import { noteHabit } from "./habit.ts";
import { isInside } from "./places.ts";
import type { Remembered } from "./remembered.ts";
import type { Seen } from "./sight.ts";
import { evidenceOf } from "./window.ts";

const SPAN = 10 * MINUTE;
const CALLS_MIN = 15;
const TAIL = 1e-4;
const LISTING = /^(?:list|get|describe|head|lookup|search|enumerate|batchget)|\.(?:list|get|describe|read)$|\/read$/i;
const RIGHTS =
  /policy|role|privilege|permission|grant|add[_ ]?member|memberof|group_membership|group.*(?:add|member)|owner|setiam|admin/i;
const NEW_KEY =
  /create(?:accesskey|loginprofile|serviceaccountkey|keypair)|addpassword|addkey|service principal credentials|certificates and secrets|api_token\.create|updateloginprofile/i;
const FORWARDS = /inboxrule|set-mailbox|updateinboxrules|forwardingaddress|email_forwarding|autoforward/i;

export function onAction(fact: Fact, at: number, desk: Desk): void {
  const { user } = fact;
  const action = actionOf(fact) ?? windowsAction(fact);
  if (user === undefined || action === undefined) return;
  const about = desk.entity("user", user, fact);
  listing(about, fact, { desk, action });
  if (FORWARDS.test(action)) forwarding(about, fact, { desk, at });
  stolen(about, fact, { desk, at });
  const seen = desk.see(about, "action", { text: action.slice(0, 80), fact, at });
  noteHabit(about, seen, { fact, desk });
  const verb = desk.see(about, "verb", { text: verbOf(action), fact, at });
  if (!seen.first || fact.failed) return;
  const alike = LISTING.test(action)
    ? undefined
    : desk.window(about, "new-actions", { text: action, fact, span: HOUR });
  if (seen.hushed) desk.counts.newSource += 1;
  // The first thing that someone new looks at says nothing; the first thing that it changes may.
  else if (about.n > 1 || !LISTING.test(action))
    sayRare(about, fact, { desk, action, seen, verb, others: (alike?.values.length ?? 1) - 1 });
}

/** `DeleteTrail` -> `delete`, `storage.objects.get` -> `get`, `Add member to role.` -> `add`. */
export function verbOf(action: string): string {
  const last = action.split(/[./:](?=\w)/).at(-1) ?? action;
  return (/^[A-Z]?[a-z]+/.exec(last)?.[0] ?? last.split(/[\s_-]/)[0] ?? last).toLowerCase().slice(0, 24);
}

/** Changes of accounts and groups that a source numbers instead of naming. */
function windowsAction(fact: Fact): string | undefined {
  if (fact.event.class === 6003) return undefined;
  const verb = [
    "changes",
    "creates",
    "enables",
    "sets the password of",
    "resets the password of",
    "disables",
    "deletes",
  ];
  const what = fact.event.class === 3006 ? "group membership" : fact.event.class === 3005 ? "rights" : "account";
  return `${what}: ${fact.event.class === 3001 ? (verb[fact.event.activity] ?? "changes") : `activity ${fact.event.activity}`}`;
}

interface Rare {
  readonly desk: Desk;
  readonly action: string;
  readonly seen: Seen;
  readonly verb: Seen;
  /** Further actions that were new to it within the hour. */
  readonly others: number;
}

/** A look at something new changes nothing: it must be rarer by this to be as strange as a change. */
const LOOKS = 8;
/** Of someone who never deleted anything, a deletion is a second surprise. */
const VERB_MIN = 0.02;
/** So is each further new action of the same hour, by how often its actions are new; more than two say no more. */
const NOVEL_MIN = 0.05;
const OTHERS_MAX = 2;

function sayRare(about: Remembered, fact: Fact, { desk, action, seen, verb, others }: Rare): void {
  const rights =
    fact.event.class === 3005 || fact.event.class === 3006 || (!LISTING.test(action) && RIGHTS.test(action));
  const detector: DetectorName = NEW_KEY.test(action) ? "new-credential" : rights ? "privilege-change" : "rare-action";
  const target =
    fact.event.entities.find(({ role }) => role === "target" || role === "object")?.value ?? "nothing named";
  const second = verb.first ? Math.max(VERB_MIN, verb.p) : 1;
  const burst = Math.max(NOVEL_MIN, Math.min(1, seen.novelty)) ** Math.min(OTHERS_MAX, others);
  const p = Math.min(1, LISTING.test(action) ? seen.p * LOOKS : seen.p * second * burst);
  desk.say({
    ...{ detector, about, fact, p, basis: seen.basis, n: seen.n, mark: action },
    values: {
      ...{ user: fact.user ?? "", action, target, usual: seen.usual, holders: Math.round(seen.holders) },
      members: seen.members,
    },
  });
}

function listing(
  about: Remembered,
  fact: Fact,
  { desk, action }: { readonly desk: Desk; readonly action: string },
): void {
  if (!LISTING.test(action)) return;
  const calls = desk.window(about, "listed", { text: action, fact, span: SPAN });
  if (fact.failed) desk.window(about, "refused", { text: action, fact, span: SPAN });
  if (calls.values.length < CALLS_MIN) return;
  const expected = desk.expected(about, "listed", fact.time);
  const p = upperTail(expected, calls.values.length);
  if (p > TAIL) return;
  desk.say({
    ...{ detector: "cloud-enumeration", about, fact, evidence: evidenceOf(calls), p, basis: "definition" },
    ...{ n: expected.windows, mark: "listed" },
    values: {
      ...{ user: fact.user ?? "", actions: calls.values.length, span: "10 minutes" },
      ...{ failed: about.windows.refused?.values.length ?? 0, usual: `${expected.mean.toFixed(1)} at most on a day` },
    },
  });
}

interface At {
  readonly desk: Desk;
  readonly at: number;
}

const ADDRESS = /[\w.+-]+@([\w-]+(?:\.[\w-]+)+)/;

/** A forward to a domain that hardly anyone here forwards to, and that is not the account's own. */
function forwarding(about: Remembered, fact: Fact, { desk, at }: At): void {
  const target = fact.text(fields.FORWARD_TO) ?? parameterText(fact.event.raw);
  const domain = target === undefined ? undefined : ADDRESS.exec(target)?.[1]?.toLowerCase();
  if (target === undefined || domain === undefined || (fact.user ?? "").toLowerCase().endsWith(`@${domain}`)) return;
  const seen = desk.see(about, "forwards", { text: domain, fact, at });
  if (!seen.first || seen.holders >= 3) return;
  desk.say({
    ...{ detector: "mail-forwarding", about, fact, p: 1e-3, basis: "definition", n: seen.n, mark: domain },
    values: {
      user: fact.user ?? "",
      target: ADDRESS.exec(target)?.[0] ?? domain,
      holders: Math.round(seen.holders),
      members: seen.members,
    },
  });
}

const FORWARDED = /forward|redirect/i;

/** Exchange and Google write parameters as a list of names and values; rules made in Outlook hold their actions as one text. */
function parameterText(raw: JsonObject): string | undefined {
  const [event] = Array.isArray(raw.events) ? raw.events : [];
  const own = isJsonObject(event) ? event.parameters : undefined;
  for (const list of [raw.Parameters, raw.parameters, raw.OperationProperties, own]) {
    for (const each of Array.isArray(list) ? list : []) {
      if (!isJsonObject(each)) continue;
      const [name, value] = [each.Name ?? each.name, each.Value ?? each.value];
      if (typeof name !== "string" || typeof value !== "string" || value === "") continue;
      if (FORWARDED.test(name) || (name === "RuleActions" && FORWARDED.test(value))) return value;
    }
  }
  return undefined;
}

const INSTANCE = /assumed-role|instance|:role\//i;
const CALLS_KNOWN = 20;

/** A role that only ever called from a few addresses is used from outside them. */
function stolen(about: Remembered, fact: Fact, { desk, at }: At): void {
  const { user, source, event } = fact;
  if (user === undefined || source === undefined || !user.includes(":assumed-role/")) return;
  const session = event.entities.find(({ kind, value }) => kind === "user" && value.startsWith(user))?.value ?? "";
  // Sessions of instances are named after the instance.
  if (!/\/i-[0-9a-f]{8,}$/.test(session) || !INSTANCE.test(session)) return;
  const network = fact.text(fields.ASN) ?? subnetOf(source);
  const seen = desk.see(about, "instance-network", { text: network, fact, at });
  if (!seen.first || isInside(source) || (about.counts["instance-network"]?.[5] ?? 0) < CALLS_KNOWN) return;
  if (seen.novelty > 0.1) return;
  desk.say({
    ...{ detector: "instance-credentials", about, fact, p: Math.min(1e-3, seen.p), basis: "definition", n: seen.n },
    ...{ mark: network, restMs: 24 * HOUR },
    values: { user, source, usual: seen.usual },
  });
}

const subnetOf = (ip: string): string => ip.split(/[.:]/).slice(0, 2).join(".");
