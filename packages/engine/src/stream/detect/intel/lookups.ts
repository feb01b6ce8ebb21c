/** Which values of an event are looked up. Enters: an event. Leaves: (kind, value) pairs with the entity they come from. */
import { canonicalise } from "@cordon/model/canonical";
import type { Entity, EntityKind } from "@cordon/model/entity";
import type { IndicatorKind } from "@cordon/model/indicator";
import { fileKey, regkeyKey, urlKey } from "./forms.ts";

export interface Wanted {
  readonly kind: IndicatorKind;
  readonly value: string;
  readonly entity: Entity;
}

/** Registry values lie below their key: that many names are cut off the end. */
const REGKEY_PARENTS = 2;

export function wantedOf(entity: Entity, into: Wanted[]): void {
  if (entity.wellKnown === true) return;
  LOOKUPS[entity.kind]?.(entity, (kind, value) => {
    if (value !== undefined && value !== "") into.push({ kind, value, entity });
  });
}

type Want = (kind: IndicatorKind, value: string | undefined) => void;

const LOOKUPS: Partial<Readonly<Record<EntityKind, (entity: Entity, want: Want) => void>>> = {
  ip: ({ value }, want) => want("ip", value),
  domain: ({ value }, want) => want("domain", value),
  hash: ({ value }, want) => want("hash", value),
  cert: ({ value }, want) => want("hash", /^[0-9a-f]+$/.test(value) ? value : undefined),
  host: wantHost,
  url: wantUrl,
  email: wantAddress,
  user: wantAddress,
  file: wantFile,
  regkey: wantRegkey,
};

/** The entity is the short name, or an address; what the log wrote may be the whole name. */
function wantHost({ value, raw }: Entity, want: Want): void {
  const ip = canonicalise("ip", value)?.value;
  if (ip !== undefined) want("ip", ip);
  else if (raw?.includes(".") === true) want("domain", canonicalise("domain", raw)?.value);
}

function wantUrl({ value }: Entity, want: Want): void {
  const key = urlKey(value);
  if (key === undefined) return;
  want("url", key);
  const host = hostOf(key);
  const ip = canonicalise("ip", host)?.value;
  if (ip === undefined) want("domain", canonicalise("domain", host)?.value);
  else want("ip", ip);
}

function hostOf(key: string): string {
  const host = key.slice(0, key.indexOf("/"));
  const colon = host.startsWith("[") ? host.indexOf("]:") + 1 : host.indexOf(":");
  return colon > 0 ? host.slice(0, colon) : host;
}

function wantAddress({ value }: Entity, want: Want): void {
  const at = value.lastIndexOf("@");
  if (at < 1) return;
  want("email", value.toLowerCase());
  want("domain", canonicalise("domain", value.slice(at + 1))?.value);
}

/** A path is also known by its last part. */
function wantFile({ value }: Entity, want: Want): void {
  const path = fileKey(value);
  if (path === undefined) return;
  want("file", path);
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  if (name !== path) want("file", name.toLowerCase());
}

function wantRegkey({ value }: Entity, want: Want): void {
  let key = regkeyKey(value);
  for (let up = 0; key !== undefined && up <= REGKEY_PARENTS; up += 1) {
    want("regkey", key);
    const cut = key.lastIndexOf("\\");
    key = cut > 0 && key.indexOf("\\") < cut ? key.slice(0, cut) : undefined;
  }
}
