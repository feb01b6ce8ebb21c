/**
 * One account under two names. Enters: the graph. Leaves: the name to use for an account.
 *
 * A1. Two names are one only where one event says so: a SID beside the name it belongs to, or a cloud call whose target
 *     is named by the last part of an ARN that acts in the same cloud account.
 * A2. Two names for one SID prove nothing: then the SID stays.
 */
import type { Entity } from "@cordon/model/entity";
import type { Event } from "@cordon/model/event";
import { find, textOf, type Views } from "./facts.ts";

export interface Aliases {
  /** SID -> account; `undefined` once two names were seen for it. */
  readonly sids: Map<string, Entity | undefined>;
  /** `<cloud account>/<short name>` -> principal. */
  readonly principals: Map<string, Entity>;
  /** Short name -> cloud accounts in which it was a target. */
  readonly targets: Map<string, Set<string>>;
}

export const makeAliases = (): Aliases => ({ sids: new Map(), principals: new Map(), targets: new Map() });

/** Field with the SID, and the role of the account that the same event names. */
const SID_FIELDS = [
  ["SubjectUserSid", "actor"],
  ["TargetUserSid", "target"],
  ["TargetSid", "target"],
] as const;
const DOMAIN_SID = /^S-1-5-21-/;
const ARN = /^arn:[\w-]*:[\w-]*:[\w-]*:(\d*):(?:.*\/)?([^/]+)$/;

export function noteAliases(aliases: Aliases, event: Event, views: Views): void {
  for (const [field, role] of SID_FIELDS) {
    const account = find(event, "user", role);
    if (account === undefined || account.wellKnown === true || DOMAIN_SID.test(account.value)) continue;
    const sid = textOf(views, event, field)?.toUpperCase();
    if (sid === undefined || !DOMAIN_SID.test(sid)) continue;
    const known = aliases.sids.get(sid);
    const same = known === undefined ? !aliases.sids.has(sid) : known.value === account.value;
    aliases.sids.set(sid, same ? account : undefined);
  }
  notePrincipals(aliases, event);
}

function notePrincipals(aliases: Aliases, event: Event): void {
  const users = event.entities.filter(({ kind }) => kind === "user");
  const accounts = new Set<string>();
  for (const user of users) {
    const [, account = "", name = ""] = ARN.exec(user.value) ?? [];
    if (account === "") continue;
    accounts.add(account);
    aliases.principals.set(`${account}/${name}`, user);
  }
  for (const user of users) {
    if (/[\\/:@]/.test(user.value)) continue;
    const seen = aliases.targets.get(user.value) ?? new Set<string>();
    for (const account of accounts) aliases.targets.set(user.value, seen.add(account));
  }
}

/** The account behind a name; the entity itself where nothing proves another. */
export function accountOf(aliases: Aliases, entity: Entity): Entity {
  if (entity.kind !== "user") return entity;
  if (DOMAIN_SID.test(entity.value)) return renamed(entity, aliases.sids.get(entity.value));
  const accounts = [...(aliases.targets.get(entity.value) ?? [])];
  const [only] = accounts;
  return accounts.length === 1 ? renamed(entity, aliases.principals.get(`${only}/${entity.value}`)) : entity;
}

const renamed = (entity: Entity, account: Entity | undefined): Entity =>
  account === undefined ? entity : { ...account, role: entity.role };
