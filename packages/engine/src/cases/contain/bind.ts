/**
 * From the values of a step to an action on typed entities.
 * Enters: action kind, arguments (entity keys), the incident. Leaves: the action, or the reason why there is none.
 *
 * B1. A target is an entity of this incident with events that name it; text from anywhere else is refused (G2).
 * B2. Its kind fits the argument; enumerated arguments take listed values only.
 */
import { type Action, type ActionKind, type EntityRef, targetsOf } from "@cordon/model/action";
import type { Inventory } from "@cordon/model/asset";
import { type EntityKey, type EntityKind, entityKey } from "@cordon/model/entity";
import { unreachable } from "@cordon/model/error";
import { type EventId, nonEmpty } from "@cordon/model/ids";
import type { Incident } from "@cordon/model/incident";
import { ACTION_ARGUMENTS } from "@cordon/model/playbook";
import type { Values } from "./interpret.ts";

/** Events kept as evidence of one target: enough to judge it, few enough for an approval screen. */
const EVIDENCE_MAX = 20;
/** Keys of one list: more mailboxes than can be worked through before the deadline of one request. */
const LIST_MAX = 200;

export interface Binding {
  readonly incident: Incident;
  readonly inventory: Inventory;
}

export function bindAction(kind: ActionKind, args: Values, binding: Binding): Action | string {
  const refs = new Map<string, EntityRef>();
  if (kind === "purge-mail") return bindPurge(args, binding);
  for (const [name, argument] of Object.entries(ACTION_ARGUMENTS[kind])) {
    const value = args[`__${name}__`] ?? null;
    if (argument.entity.length === 0 || (value === null && argument.optional)) continue;
    if (value === null) return `${kind}: __${name}__ has no value`;
    const ref = resolveEntity(value, argument.entity, binding);
    if (typeof ref === "string") return `${kind}: __${name}__: ${ref}`;
    refs.set(name, ref);
  }
  return assemble(kind, refs, args, binding);
}

/** Several keys, one a line: a wave is one decision, not hundreds. */
function bindPurge(args: Values, binding: Binding): Action | string {
  const { mails, mailboxes } = ACTION_ARGUMENTS["purge-mail"];
  const all = (name: string, kinds: readonly string[]): readonly EntityRef[] | string => {
    const keys = (args[`__${name}__`] ?? "").split("\n").filter((key) => key !== "");
    if (keys.length > LIST_MAX) return `purge-mail: __${name}__ holds ${keys.length} keys, at most ${LIST_MAX}`;
    const refs = keys.map((key) => resolveEntity(key, kinds, binding));
    const wrong = refs.find((ref) => typeof ref === "string");
    return typeof wrong === "string"
      ? `purge-mail: __${name}__: ${wrong}`
      : refs.filter((ref) => typeof ref !== "string");
  };
  const [mail, box] = [all("mails", mails.entity), all("mailboxes", mailboxes.entity)];
  if (typeof mail === "string") return mail;
  if (typeof box === "string") return box;
  const [found, boxes] = [nonEmpty(mail), nonEmpty(box)];
  return found === undefined || boxes === undefined
    ? "purge-mail: no mail or no mailbox"
    : { kind: "purge-mail", mails: found, mailboxes: boxes };
}

function assemble(
  kind: Exclude<ActionKind, "purge-mail">,
  refs: ReadonlyMap<string, EntityRef>,
  args: Values,
  binding: Binding,
): Action | string {
  const [address, account, host, process, file] = ["address", "account", "host", "process", "file"].map((name) =>
    refs.get(name),
  );
  const [sender, link] = ["sender", "link"].map((name) => refs.get(name));
  switch (kind) {
    case "block-address":
      return address === undefined ? "no address" : { kind, address };
    case "disable-account":
      return account === undefined ? "no account" : { kind, account, ...(host === undefined ? {} : { host }) };
    case "isolate-host":
      return host === undefined ? "no host" : { kind, host };
    case "capture-forensics":
      return host === undefined ? "no host" : { kind, host, ...(file === undefined ? {} : { file }) };
    case "quarantine-file":
      return host === undefined || file === undefined ? "no host or file" : { kind, host, file };
    case "kill-process":
      return host === undefined || process === undefined ? "no host or process" : { kind, host, process };
    case "block-sender":
      return sender === undefined ? "no sender" : { kind, sender };
    case "block-link":
      return link === undefined ? "no link" : { kind, link };
    case "revoke-sessions":
      return account === undefined ? "no account" : { kind, account };
    case "notify": {
      const channel = args.__channel__;
      if (channel !== "webhook" && channel !== "email") return `notify: __channel__ must be webhook or email`;
      return { kind, incident: binding.incident.id, channel };
    }
    default:
      return unreachable(kind);
  }
}

/** The entity behind a key, as the incident knows it (B1). */
export function resolveEntity(key: EntityKey, kinds: readonly string[], binding: Binding): EntityRef | string {
  const { incident, inventory } = binding;
  const minted = proposedRefs(incident).find((ref) => entityKey(ref) === key && ref.incident === incident.id);
  if (minted !== undefined)
    return kinds.includes(minted.kind) ? minted : `"${shown(key)}" is not a ${kinds.join(" or ")}`;
  const found = incident.entities.find((entity) => entityKey(entity) === key);
  if (found === undefined) return `"${shown(key)}" is not an entity of ${incident.id}`;
  if (!kinds.includes(found.kind)) return `"${shown(key)}" is not a ${kinds.join(" or ")}`;
  const evidence = nonEmpty(evidenceOf(incident, key));
  if (evidence === undefined) return `no event of ${incident.id} names "${shown(key)}"`;
  const control = inventory.find(key) === undefined ? controlOf(found.kind) : "environment";
  return { kind: found.kind, value: found.value, incident: incident.id, control, evidence };
}

const shown = (key: string): string => key.slice(0, 120);

function proposedRefs(incident: Incident): readonly EntityRef[] {
  return (incident.investigation?.proposals ?? []).flatMap(({ action }) => targetsOf(action));
}

function evidenceOf(incident: Incident, key: EntityKey): readonly EventId[] {
  const naming = incident.detections.filter(({ detection }) =>
    detection.entities.some((item) => entityKey(item) === key),
  );
  return [...new Set(naming.flatMap(({ detection }) => detection.evidence))].slice(0, EVIDENCE_MAX);
}

/** Hosts and accounts belong to the owner's world; what came over the wire may have been chosen by the attacker. */
function controlOf(kind: EntityKind): EntityRef["control"] {
  return kind === "host" || kind === "resource" ? "environment" : "attacker";
}

/** Values under which a playbook finds the targets of an action: `__address__` -> `ip:203.0.113.5`. */
export function argumentsOf(action: Action): Values {
  switch (action.kind) {
    case "block-address":
      return { __address__: entityKey(action.address) };
    case "disable-account":
      return {
        __account__: entityKey(action.account),
        ...(action.host === undefined ? {} : { __host__: entityKey(action.host) }),
      };
    case "isolate-host":
      return { __host__: entityKey(action.host) };
    case "capture-forensics":
      return {
        __host__: entityKey(action.host),
        ...(action.file === undefined ? {} : { __file__: entityKey(action.file) }),
      };
    case "quarantine-file":
      return { __host__: entityKey(action.host), __file__: entityKey(action.file) };
    case "kill-process":
      return { __host__: entityKey(action.host), __process__: entityKey(action.process) };
    case "purge-mail":
      return {
        __mails__: action.mails.map(entityKey).join("\n"),
        __mailboxes__: action.mailboxes.map(entityKey).join("\n"),
      };
    case "block-sender":
      return { __sender__: entityKey(action.sender) };
    case "block-link":
      return { __link__: entityKey(action.link) };
    case "revoke-sessions":
      return { __account__: entityKey(action.account) };
    case "notify":
      return { __channel__: action.channel };
    default:
      return unreachable(action);
  }
}
