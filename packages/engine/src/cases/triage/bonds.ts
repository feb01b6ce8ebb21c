/**
 * How strongly a shared entity ties two detections together. Enters: an entity. Leaves: weight and decay, or nothing.
 * Weights follow docs/specs/triage.md; a bond is `weak` when any number of such alone must never join incidents.
 *
 * B1. A well-known entity never binds.
 * B2. Names, command lines and private addresses are weak: they repeat by accident.
 * B3. Several hashes of one role are one file, and count once; those of the system's own programs do not count.
 */
import { addressScope } from "@cordon/model/address-scope";
import type { Entity, EntityKind, EntityRole } from "@cordon/model/entity";
import { DAY, HOUR } from "@cordon/model/time";

export interface Bond {
  /**
   * `context`: where and as whom something happened. Host, account and session of one desk always come together, so they
   * are not independent: the strongest counts, the others add CONTEXT_SHARE of theirs.
   */
  readonly context?: true;
  readonly weight: number;
  /** Time after which the weight has fallen to 1/e. */
  readonly tauMs: number;
  readonly weak: boolean;
  readonly by: "entity" | "process" | "session";
}

/** Sum of the bonds at which a detection joins an incident. */
export const JOIN_MIN = 0.6;
/** Both ends of a bridge must be at least so strong before two incidents become one. */
export const MERGE_MIN = 1.3;
/** Incidents count towards a hub and towards rarity within this distance: of an indicator, a month... */
const MEMORY_MS = 30 * DAY;
/** ...of a desk, two days: a machine that was tested on all month is still one machine this morning. */
const CONTEXT_MEMORY_MS = 2 * DAY;
export const memoryOf = (bond: Bond): number => (bond.context === true ? CONTEXT_MEMORY_MS : MEMORY_MS);

/** What a second or third context bond adds. */
export const CONTEXT_SHARE = 0.3;
/** Weak bonds together count no more than this: less than JOIN_MIN, on purpose. */
export const WEAK_MAX = 0.4;
/** Beyond this distance no bond is worth looking at (3 x the longest tau, where 5 % are left). */
export const HORIZON_MS = 144 * HOUR;

const bond = (weight: number, tauHours: number, weak = false): Bond => ({
  weight,
  tauMs: tauHours * HOUR,
  weak,
  by: "entity",
});

/**
 * Hosts are busy and decay fast, an account's trail is longer, indicators live for days. Beyond a few hours it takes more
 * than the same desk to make two alarms one story.
 */
const BONDS: Readonly<Record<EntityKind, Bond | undefined>> = {
  process: { ...bond(1.5, 12), by: "process" },
  session: { ...bond(1.5, 4), by: "session", context: true },
  credential: bond(1.5, 48),
  host: { ...bond(1.2, 4), context: true },
  user: { ...bond(1.2, 8), context: true },
  container: bond(1.2, 24),
  hash: bond(1.0, 48),
  url: bond(1.0, 48),
  email: bond(1.0, 48),
  message: bond(1.5, 48),
  script: bond(1.0, 48),
  cert: bond(1.0, 48),
  domain: bond(0.8, 48),
  ip: bond(0.8, 48),
  resource: bond(0.3, 24, true),
  file: bond(0.2, 48, true),
  regkey: bond(0.2, 24, true),
  service: bond(0.2, 24, true),
  cmdline: bond(0.2, 24, true),
  useragent: bond(0.1, 24, true),
  mac: bond(0.3, 24, true),
  subnet: undefined,
  cve: undefined,
  other: undefined,
};

/** A campaign of mails (phishing/campaign-book.ts): what it is for. Waves of one come days apart. */
const CAMPAIGN: Bond = bond(1.5, 96);
/** Somebody whom both mails were written to: people get many mails, and one person reports several campaigns. */
const SHARED_READER: Bond = bond(0.2, 24, true);

/** A person has one session a day at a desk, a cloud principal or a mailbox none at all: its trail is all there is. */
const PRINCIPAL: Bond = { ...bond(1.2, 24), context: true };
const PRIVATE_ADDRESS: Bond = bond(0.3, 8, true);
/** A process that is only the parent or only the target on both sides (explorer.exe, lsass.exe) outlives many attacks. */
const SHARED_BACKDROP: Bond = { ...bond(0.3, 8), weak: true, by: "process" };
/** Logon ids that Windows gives to SYSTEM, LOCAL SERVICE, NETWORK SERVICE, anonymous: no session of anybody. */
const SYSTEM_LUID = /\|luid:0x(0|3e[3-7])$/;

export function bondOf(entity: Pick<Entity, "kind" | "value" | "wellKnown">): Bond | undefined {
  if (entity.wellKnown === true || entity.value === "" || entity.value === "-") return undefined;
  if (entity.kind === "ip") {
    const scope = addressScope(entity.value);
    if (scope === "public") return BONDS.ip;
    return scope === "private" ? PRIVATE_ADDRESS : undefined;
  }
  if (entity.kind === "session" && SYSTEM_LUID.test(entity.value)) return undefined;
  if (entity.kind === "user" && /^arn:|@/.test(entity.value)) return PRINCIPAL;
  if (entity.kind === "other" && entity.value.startsWith("campaign:")) return CAMPAIGN;
  return BONDS[entity.kind];
}

/** Programs that come with the system are the same file on every machine: their hashes say nothing (B3). */
const OF_THE_SYSTEM =
  /^(?:[a-z]:\\windows\\(?:system32|syswow64|winsxs|microsoft\.net|explorer\.exe|regedit\.exe|hh\.exe|notepad\.exe)|\/(?:usr\/)?s?bin\/|\/usr\/lib)/i;

/** What of a detection may bind at all. */
export function bindingOf(entities: readonly Entity[]): readonly Entity[] {
  const system = new Set(
    entities.flatMap(({ kind, role, value }) => (kind === "file" && OF_THE_SYSTEM.test(value) ? [role] : [])),
  );
  return entities.filter(
    (entity) => bondOf(entity) !== undefined && !(entity.kind === "hash" && system.has(entity.role)),
  );
}

/** The bond as it holds between these two sets of roles. */
export function bondBetween(own: Bond, mine: ReadonlySet<EntityRole>, theirs: ReadonlySet<EntityRole>): Bond {
  if (own === BONDS.email && isReader(mine) && isReader(theirs)) return SHARED_READER;
  if (own.by !== "process") return own;
  return isBackdrop(mine) && isBackdrop(theirs) ? SHARED_BACKDROP : own;
}

const isReader = (roles: ReadonlySet<EntityRole>): boolean => [...roles].every((role) => role === "target");

const isBackdrop = (roles: ReadonlySet<EntityRole>): boolean =>
  [...roles].every((role) => role === "parent" || role === "target");

/** Distinct detections per incident; more is no longer read by anyone, and a fold stays below a few milliseconds. */
export const INCIDENT_DETECTIONS_MAX = 300;
