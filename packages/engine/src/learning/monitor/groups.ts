/**
 * To which groups a case belongs, at the moment of its verdict: for the report on groups, and for nothing else.
 * Enters: an incident, the inventory, what rules look at. Leaves: names of groups, and digests of what and whose it is.
 *
 * GR1. No name of a person or a host leaves: groups come from the inventory and from kinds of things, the rest is digests.
 * GR2. Nothing of it is a feature of a model.
 */
import type { Asset, Inventory } from "@cordon/model/asset";
import { type Entity, entityKey } from "@cordon/model/entity";
import type { Incident } from "@cordon/model/incident";

export interface GroupPorts {
  readonly inventory: Pick<Inventory, "find">;
  /** Product of a rule's log source: `windows`, `linux`, `aws`. */
  readonly productOf: (rule: string) => string | undefined;
  readonly digest: (text: string) => string;
}

export interface Grouped {
  readonly groups: Readonly<Record<string, string>>;
  readonly subject?: string;
  readonly person?: string;
}

const UNKNOWN = "not in the inventory";
const ACCOUNTS: readonly Entity["kind"][] = ["user", "email"];

export function groupsOf(incident: Incident, { inventory, productOf, digest }: GroupPorts): Grouped {
  const own = incident.entities.filter(({ wellKnown }) => wellKnown !== true);
  const accounts = own.filter(({ kind }) => ACCOUNTS.includes(kind));
  const hosts = own.filter(({ kind }) => kind === "host");
  const assets = [...accounts, ...hosts].flatMap((entity) => inventory.find(entityKey(entity)) ?? []);
  const platform = one(assets.flatMap((asset) => asset.platform ?? [])) ?? productIn(incident, productOf);
  const [subject, person] = [hosts[0] ?? accounts[0], accounts[0]];
  return {
    groups: {
      department: oneOf(assets, "department") ?? UNKNOWN,
      region: oneOf(assets, "region") ?? UNKNOWN,
      account: accountIn(accounts, inventory),
      source: one(incident.detections.map(({ detection }) => sourceOf(detection.input))) ?? "unknown",
      ...(platform === undefined ? {} : { platform }),
    },
    ...(subject === undefined ? {} : { subject: digest(entityKey(subject)) }),
    ...(person === undefined ? {} : { person: digest(entityKey(person)) }),
  };
}

const oneOf = (assets: readonly Asset[], of: "department" | "region"): string | undefined =>
  one(assets.flatMap((asset) => asset[of] ?? []));

function one(names: readonly string[]): string | undefined {
  const different = new Set(names);
  return different.size > 1 ? "several" : names[0];
}

function accountIn(accounts: readonly Entity[], inventory: GroupPorts["inventory"]): string {
  if (accounts.length === 0) return "no account";
  const kinds = accounts.map((entity) => inventory.find(entityKey(entity))?.account ?? byName(entity.value));
  return one(kinds) ?? "no account";
}

/** Windows marks accounts of machines itself; of all others only the inventory knows. */
const byName = (name: string): string => (name.endsWith("$") ? "machine" : UNKNOWN);

function productIn({ detections }: Incident, productOf: GroupPorts["productOf"]): string | undefined {
  return one(detections.flatMap(({ detection }) => productOf(detection.rule.id) ?? []));
}

/** An input is a name that the owner gave, a path of a file that was read once, or who pushed from where: GR1. */
const sourceOf = (input: string): string =>
  input.includes("@") ? "pushed to the API" : /[/\\]/.test(input) ? "files" : input.replace(/[:#].*$/, "");
