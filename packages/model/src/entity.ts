/** Typed entities: the things a log speaks of. OCSF observable types give the taxonomy (OCSF 1.8, `observable.type_id`). */

export const ENTITY_KINDS = [
  "ip",
  "subnet",
  "mac",
  "domain",
  "host",
  "url",
  "hash",
  "file",
  "process",
  "cmdline",
  "user",
  "email",
  "message",
  "credential",
  "session",
  "resource",
  "container",
  "regkey",
  "useragent",
  "cert",
  "script",
  "service",
  "cve",
  "other",
] as const;
export type EntityKind = (typeof ENTITY_KINDS)[number];

export const ENTITY_ROLES = ["actor", "target", "src", "dst", "parent", "object", "device", "observer"] as const;
export type EntityRole = (typeof ENTITY_ROLES)[number];

/** `value` is canonical (see canonical.ts); `raw` is kept only where the source wrote it differently. */
export interface Entity {
  readonly kind: EntityKind;
  readonly role: EntityRole;
  readonly value: string;
  readonly raw?: string;
  /** Loopback, SYSTEM, `-` and the like: kept and searchable, never an indicator, never joins incidents. */
  readonly wellKnown?: true;
}

/** `kind:value`, the key under which an entity is indexed, joined and searched. Roles do not take part. */
export type EntityKey = string;
export const entityKey = (entity: Pick<Entity, "kind" | "value">): EntityKey => `${entity.kind}:${entity.value}`;
