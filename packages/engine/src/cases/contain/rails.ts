/**
 * What no policy can loosen. One choke point for playbook, person and model alike.
 * Enters: action, plan, incident, inventory, settings, counts. Leaves: what stands in the way.
 *
 * R1. Protected things, own addresses and accounts of last resort are never contained, under whatever name they come.
 * R2. Only single external unicast addresses are block targets.
 * R3. A lasting effect has a time limit, or is declared permanent and then needs two persons.
 * R4. Files of the operating system are never taken away.
 * R5. Over a cap, or with an open breaker, nothing is automatic any more.
 */
import { type Action, type ActionPlan, type EntityRef, targetsOf } from "@cordon/model/action";
import type { Asset, Inventory } from "@cordon/model/asset";
import { type EntityKind, entityKey } from "@cordon/model/entity";
import type { IncidentId } from "@cordon/model/ids";
import { type CordonStep, LASTING_KINDS } from "@cordon/model/playbook";
import { whyNeverQuarantine } from "@cordon/model/protected-path";
import { isShortener, urlParts } from "../../learning/url/url-parts.ts";
import { FREE_MAILERS } from "../../mail/free-mailers.ts";
import { BRAND_DOMAINS, registrable } from "../../mail/look-alike.ts";
import { type Cidr, cidrsOverlap, parseCidr, whyNeverBlock } from "./address.ts";
import { type ContainSettings, PUBLIC_RESOLVERS } from "./settings.ts";

export interface RailQuestion {
  readonly action: Action;
  readonly plan: ActionPlan;
  readonly incident: IncidentId;
  readonly extension: CordonStep;
  readonly inventory: Inventory;
  readonly settings: ContainSettings;
  /** Containing actions of this incident and of the last hour that went ahead or are about to. */
  readonly counts: { readonly incident: number; readonly hour: number };
  readonly breaker?: string;
}

export type Rail =
  | { readonly kind: "forbidden"; readonly reason: string }
  | { readonly kind: "approvals"; readonly least: number; readonly reason: string };

export const CONTAINING: ReadonlySet<Action["kind"]> = new Set([
  "block-address",
  "disable-account",
  "isolate-host",
  "kill-process",
  "quarantine-file",
  "purge-mail",
  "block-sender",
  "block-link",
  "revoke-sessions",
]);

export const isContaining = (action: Action): boolean => CONTAINING.has(action.kind);

export function railsFor(question: RailQuestion): readonly Rail[] {
  const scope = targetsOf(question.action).filter((ref) => ref.incident !== question.incident);
  const rails: Rail[] = scope.map((ref) =>
    forbidden(`${entityKey(ref)} was named in another incident (${ref.incident}).`),
  );
  if (!isContaining(question.action)) return rails;
  return [
    ...rails,
    ...protectedRails(question),
    ...targetRails(question),
    ...timeRails(question),
    ...capRails(question),
    ...breakerRails(question),
  ];
}

const forbidden = (reason: string): Rail => ({ kind: "forbidden", reason });

function protectedRails({ action, plan, inventory }: RailQuestion): readonly Rail[] {
  const all = [...targetsOf(action), ...plan.affected];
  const hit = all.flatMap((entity) => assetsOf(entity, inventory)).filter((asset) => asset.protected);
  return [...new Set(hit.map((asset) => asset.key))].map((key) => forbidden(`${key} is protected by its owner.`));
}

/** Assets behind an entity, whatever way it was written: case, trailing dot, domain part, mapped address, prefix around it. */
export function assetsOf(
  entity: { readonly kind: EntityKind; readonly value: string },
  inventory: Inventory,
): readonly Asset[] {
  const direct = spellings(entity).flatMap((key) => inventory.find(key) ?? []);
  const cidr = entity.kind === "ip" || entity.kind === "subnet" ? parseCidr(entity.value) : undefined;
  const around = cidr === undefined ? [] : inventory.list().filter((asset) => coversCidr(asset, cidr));
  const names = new Set(spellings(entity).map((key) => key.toLowerCase()));
  const alike = inventory.list().filter((asset) => names.has(asset.key.toLowerCase().replace(/\.$/, "")));
  return [...new Set([...direct, ...around, ...alike])];
}

function coversCidr(asset: Asset, cidr: Cidr): boolean {
  const text = /^(?:ip|subnet):(.*)$/.exec(asset.key)?.[1];
  const range = text === undefined ? undefined : parseCidr(text);
  return range !== undefined && cidrsOverlap(range, cidr);
}

function spellings(entity: { readonly kind: EntityKind; readonly value: string }): readonly string[] {
  const plain = entity.value.replace(/\.$/, "");
  const forms = new Set([entity.value, plain, plain.toLowerCase()]);
  if (entity.kind === "host") forms.add(plain.toLowerCase().split(".")[0] ?? plain);
  if (entity.kind === "user") forms.add(accountName(plain));
  return [...forms].map((value) => `${entity.kind}:${value}`);
}

/** `DOMAIN\Name`, `name@domain`, `arn:..:user/Name` and `Name` are one account for the purpose of protecting it. */
export const accountName = (value: string): string => {
  if (value.startsWith("arn:"))
    return value.slice(Math.max(value.lastIndexOf("/"), value.lastIndexOf(":")) + 1).toLowerCase();
  const local = value.includes("\\") ? value.slice(value.lastIndexOf("\\") + 1) : value;
  return (local.split("@")[0] ?? local).trim().toLowerCase();
};

function targetRails(question: RailQuestion): readonly Rail[] {
  const { action, settings } = question;
  switch (action.kind) {
    case "block-address":
      return addressRails(action.address, settings);
    case "disable-account":
      return accountRails(action.account, settings);
    case "isolate-host":
      return hostRails(action.host, settings);
    case "revoke-sessions":
      return accountRails(action.account, settings);
    case "block-sender":
      return everybodysRails(action.sender, action.sender.value.replace(/^.*@/, ""), action.sender.kind === "domain");
    case "block-link":
      return everybodysRails(action.link, urlParts(action.link.value).host || action.link.value, true);
    case "quarantine-file":
      return fileRails(action.file);
    default:
      return [];
  }
}

/** A domain that half the world writes from or links to is blocked by nobody's trick; one of its mailboxes may be. */
function everybodysRails(ref: EntityRef, host: string, whole: boolean): readonly Rail[] {
  const domain = registrable(host.toLowerCase());
  const common = FREE_MAILERS.has(domain) || BRAND_DOMAINS.includes(domain) || isShortener(urlParts(`http://${host}/`));
  const bare = ref.kind !== "url" || new URL(ref.value).pathname.length <= 1;
  return whole && common && bare ? [forbidden(`${domain} is used by half the world: never blocked as a whole.`)] : [];
}

function addressRails(ref: EntityRef, settings: ContainSettings): readonly Rail[] {
  const cidr = parseCidr(ref.value);
  if (ref.kind !== "ip" || cidr === undefined) return [forbidden(`"${ref.value.slice(0, 80)}" is not an address.`)];
  if (cidr.prefix !== (cidr.address.version === 4 ? 32 : 128)) {
    return [forbidden(`${ref.value} is a whole network: only single addresses are blocked.`)];
  }
  const why = whyNeverBlock(cidr.address);
  if (why !== undefined) return [forbidden(`${ref.value} is ${why}: never a block target.`)];
  const overlaps = (text: string): boolean => {
    const other = parseCidr(text);
    return other !== undefined && cidrsOverlap(other, cidr);
  };
  if (settings.ownAddresses.some(overlaps)) return [forbidden(`${ref.value} belongs to Cordon or its managers.`)];
  return PUBLIC_RESOLVERS.some(overlaps) ? [forbidden(`${ref.value} is a public name server.`)] : [];
}

/** Well-known identities of Windows that no name shows: SYSTEM, services, built-in administrator, krbtgt. */
const BUILT_IN_SID = /^s-1-5-(18|19|20|21-[\d-]+-(500|502))$/;

function accountRails(ref: EntityRef, settings: ContainSettings): readonly Rail[] {
  const name = accountName(ref.value);
  const kept = settings.breakGlass.some((other) => accountName(other) === name) || BUILT_IN_SID.test(name);
  const machine = name.endsWith("$");
  if (kept) return [forbidden(`${ref.value.slice(0, 80)} is an account of last resort.`)];
  return machine ? [forbidden(`${ref.value.slice(0, 80)} is a machine account.`)] : [];
}

function hostRails(ref: EntityRef, settings: ContainSettings): readonly Rail[] {
  const short = (name: string): string => name.toLowerCase().replace(/\.$/, "").split(".")[0] ?? name;
  const own = ["localhost", ...settings.ownHosts].some((name) => short(name) === short(ref.value));
  return own ? [forbidden(`${ref.value.slice(0, 80)} is the host Cordon runs on.`)] : [];
}

/** The same words are asked of the path that it turns out to be on the machine: a link is no way around them. */
function fileRails(ref: EntityRef): readonly Rail[] {
  const why = whyNeverQuarantine(ref.value);
  return why === undefined ? [] : [forbidden(`${ref.value.slice(0, 200)} ${why}.`)];
}

function timeRails({ action, plan, extension, settings }: RailQuestion): readonly Rail[] {
  if (!LASTING_KINDS.has(action.kind)) return [];
  if (plan.ttlMs === undefined) {
    const reason = "The effect has no time limit.";
    return extension.permanent === true ? [{ kind: "approvals", least: 2, reason }] : [forbidden(reason)];
  }
  return plan.ttlMs > settings.ttlMaxMs ? [forbidden(`The time limit is longer than ${settings.ttlMaxMs} ms.`)] : [];
}

function capRails({ plan, settings, counts }: RailQuestion): readonly Rail[] {
  const { caps } = settings;
  const over: string[] = [];
  if (plan.affected.length > caps.perAction)
    over.push(`it touches ${plan.affected.length} things (cap ${caps.perAction})`);
  if (counts.incident >= caps.perIncident)
    over.push(`${counts.incident} actions in this incident (cap ${caps.perIncident})`);
  if (counts.hour >= caps.perHour) over.push(`${counts.hour} actions within an hour (cap ${caps.perHour})`);
  return over.map((what) => ({ kind: "approvals", least: 1, reason: `A person must agree: ${what}.` }));
}

const breakerRails = ({ breaker }: RailQuestion): readonly Rail[] =>
  breaker === undefined
    ? []
    : [{ kind: "approvals", least: 1, reason: `A person must agree until the breaker is closed: ${breaker}.` }];
