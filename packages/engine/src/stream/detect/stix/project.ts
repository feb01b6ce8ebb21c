/**
 * Event -> the cyber observable objects it shows, with the property paths of STIX 2.1 part 6.
 *
 * Enters: an event and its field view. Leaves: observations (one for an ordinary event; what a STIX record itself holds else).
 * E1. Fields are found through the view by the names in project-table.ts; entities give what no field says.
 * E2. Nothing is invented: a property without a field is absent. Two views of one thing (a registry value's key and its full
 *     path, a destination's address and its name) are two objects, so that either way of writing a pattern finds it.
 * E3. A record that is STIX (observed-data, bundle, observable object) is taken as it is.
 */
import type { Entity, EntityKind } from "@cordon/model/entity";
import type { Event } from "@cordon/model/event";
import { formatIp, parseIp } from "@cordon/model/ip";
import type { Json, JsonObject } from "@cordon/model/json";
import type { FieldView } from "@cordon/model/view";
import { makeFieldReaders, type ReadField, readProperties, textOf } from "./event-fields.ts";
import { Objects, type ValueRefs } from "./objects.ts";
import { type Observation, observationsOfStix } from "./observation.ts";
import { addRegistryKeys } from "./project-registry.ts";
import * as table from "./project-table.ts";
import { addTraffic } from "./project-traffic.ts";

export type Project = (event: Event, view: FieldView) => readonly Observation[];

export function makeProject(): Project {
  const readerOf = makeFieldReaders();
  return (event, view) =>
    observationsOfStix(event.raw, event.time) ?? [observationOf(event, readerOf(view, event.raw))];
}

function observationOf(event: Event, read: ReadField): Observation {
  const objects = new Objects();
  const { entities } = event;
  const accounts = addAccounts(objects, event, read);
  const values = addValues(objects, entities, read);
  const connections = addTraffic(objects, event, read, values);
  addProcesses(objects, read, { ...accounts, connections });
  for (const { value, raw } of kindOf(entities, "file")) objects.file(raw ?? value);
  addLooseHashes(objects, entities);
  addRegistryKeys(objects, event, read);
  addMail(objects, entities, read);
  addPlain(objects, "software", table.SOFTWARE, read);
  addPlain(objects, "autonomous-system", table.AUTONOMOUS_SYSTEM, read);
  addPlain(objects, "x509-certificate", table.CERTIFICATE, read);
  return { objects: objects.all(), first: event.time, last: event.time, seen: 1 };
}

const kindOf = (entities: readonly Entity[], kind: EntityKind): readonly Entity[] =>
  entities.filter((entity) => entity.kind === kind);

function addPlain(objects: Objects, type: string, rows: readonly table.Property[], read: ReadField): void {
  const found = readProperties(rows, read);
  if (found !== undefined) objects.add({ type, ...found });
}

function firstText(read: ReadField, names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = textOf(read(name));
    if (text !== undefined && text !== "-") return text;
  }
  return undefined;
}

const withName = (path: string | undefined): JsonObject =>
  path === undefined ? {} : { name: path.slice(Math.max(path.lastIndexOf("\\"), path.lastIndexOf("/")) + 1) };

/** Process, its image with digests, its parent; the file that the event is about takes the digests where there is one. */
function addProcesses(
  objects: Objects,
  read: ReadField,
  around: Accounts & { readonly connections: readonly string[] },
): void {
  const subject = firstText(read, table.SUBJECT_FILE);
  const image = firstText(read, table.IMAGE);
  const facts = fileFacts(read);
  if (subject !== undefined) objects.file(subject, facts);
  const imageRef = image === undefined ? undefined : objects.file(image, subject === undefined ? facts : {});
  const parentImage = firstText(read, table.PARENT_IMAGE);
  const parent = process(objects, readProperties(table.PARENT, read), parentImage, {});
  const own = readProperties(table.PROCESS, read);
  const more = {
    ...(imageRef === undefined ? {} : { image_ref: imageRef, binary_ref: imageRef }),
    ...(parent === undefined ? {} : { parent_ref: parent }),
    ...(around.actor === undefined ? {} : { creator_user_ref: around.actor }),
    ...(around.connections.length === 0 ? {} : { opened_connection_refs: around.connections }),
  };
  const name = image === undefined ? firstText(read, ["comm"]) : image;
  if (own !== undefined || name !== undefined || parent !== undefined)
    objects.add({ type: "process", ...withName(name), ...own, ...more });
  process(objects, readProperties(table.TARGET, read), firstText(read, table.TARGET_IMAGE), {});
}

function process(
  objects: Objects,
  own: JsonObject | undefined,
  image: string | undefined,
  more: JsonObject,
): string | undefined {
  if (own === undefined && image === undefined) return undefined;
  const ref = image === undefined ? undefined : objects.file(image);
  const refs = ref === undefined ? {} : { image_ref: ref, binary_ref: ref };
  return objects.add({ type: "process", ...withName(image), ...own, ...refs, ...more });
}

function fileFacts(read: ReadField): JsonObject {
  const hashes: Record<string, Json> = { ...hashesOfText(textOf(read("Hashes")) ?? textOf(read("Hash")) ?? "") };
  const fields = readProperties(table.HASHES, read);
  for (const [name, value] of Object.entries(fields ?? {})) hashes[name] ??= value;
  const more = readProperties(table.FILE_MORE, read) ?? {};
  return Object.keys(hashes).length === 0 ? more : { ...more, hashes };
}

const ALGORITHMS: Readonly<Record<string, string>> = { SHA1: "SHA-1", SHA256: "SHA-256", SHA512: "SHA-512" };
const BY_LENGTH: Readonly<Record<number, string>> = { 32: "MD5", 40: "SHA-1", 64: "SHA-256", 128: "SHA-512" };

/** `SHA1=..,MD5=..`, as Sysmon writes them; one bare digest is known by its length. */
function hashesOfText(text: string): JsonObject {
  const found: Record<string, Json> = {};
  for (const part of text.split(",").slice(0, 16)) {
    const at = part.indexOf("=");
    const digest = part.slice(at + 1).trim();
    if (!/^[0-9a-fA-F]{16,128}$/.test(digest)) continue;
    const label = part.slice(0, Math.max(at, 0)).trim().toUpperCase();
    const name = at < 0 ? BY_LENGTH[digest.length] : (ALGORITHMS[label] ?? label);
    if (name !== undefined) found[name] = digest;
  }
  return found;
}

/** Digests of a file that the event does not name. */
function addLooseHashes(objects: Objects, entities: readonly Entity[]): void {
  if (objects.some((object) => object.type === "file" && object.hashes !== undefined)) return;
  const hashes: Record<string, Json> = {};
  for (const { value } of kindOf(entities, "hash")) {
    const name = BY_LENGTH[value.length];
    if (name !== undefined) hashes[name] ??= value;
  }
  if (Object.keys(hashes).length > 0) objects.add({ type: "file", hashes });
}

interface Accounts {
  readonly actor: string | undefined;
}

const SIDS: Readonly<Record<string, readonly string[]>> = {
  actor: ["SubjectUserSid", "UserSid"],
  target: ["TargetUserSid", "TargetSid"],
};

function addAccounts(objects: Objects, event: Event, read: ReadField): Accounts {
  let actor: string | undefined;
  const facts = readProperties(table.ACCOUNT, read);
  for (const { role, value, raw } of kindOf(event.entities, "user")) {
    const name = raw ?? value;
    const login = name.slice(name.lastIndexOf("\\") + 1);
    const sid = firstText(read, SIDS[role] ?? []);
    const type = accountType(event, name);
    const ref = objects.add({
      type: "user-account",
      ...(role === "actor" ? facts : {}),
      user_id: sid ?? name,
      account_login: login,
      ...(type === undefined ? {} : { account_type: type }),
    });
    if (role === "actor") actor ??= ref;
  }
  return { actor };
}

function accountType({ log }: Event, name: string): string | undefined {
  if (log.product === "windows") return name.includes("\\") ? "windows-domain" : "windows-local";
  return log.product === "linux" || log.product === "macos" ? "unix" : undefined;
}

/** Objects that are one value each. */
function addValues(objects: Objects, entities: readonly Entity[], read: ReadField): ValueRefs {
  const refs = new Map<string, string>();
  const note = (kind: string, role: string, ref: string): void => {
    if (!refs.has(`${kind} ${role}`)) refs.set(`${kind} ${role}`, ref);
  };
  for (const { kind, role, value, raw } of entities) {
    if (kind === "ip") note("ip", role, objects.value(value.includes(":") ? "ipv6-addr" : "ipv4-addr", value));
    else if (kind === "domain") note("domain", role, addDomain(objects, value, read));
    else if (kind === "host" && raw?.includes(".") === true && (role === "src" || role === "dst"))
      note("host", role, objects.value("domain-name", raw));
    else if (kind === "mac") note("mac", role, objects.value("mac-addr", value));
    else if (kind === "email") note("email", role, objects.value("email-addr", value));
    else if (kind === "url") {
      objects.value("url", value);
      if (raw !== undefined) objects.value("url", raw);
    }
  }
  return refs;
}

const ANSWERS = ["QueryResults", "answers", "dns.resolved_ip", "dns.answers.data"];
const ANSWERS_MAX = 64;

function addDomain(objects: Objects, value: string, read: ReadField): string {
  const answers = ANSWERS.map((name) => read(name)).find((found) => found !== undefined);
  const texts = (Array.isArray(answers) ? answers : [answers]).flatMap((one) => (textOf(one) ?? "").split(/[;,\s]+/));
  const addresses = texts.slice(0, ANSWERS_MAX).flatMap((text) => {
    const ip = parseIp(text);
    return ip === undefined ? [] : [objects.value(ip.version === 6 ? "ipv6-addr" : "ipv4-addr", formatIp(ip))];
  });
  return objects.value("domain-name", value, addresses.length === 0 ? {} : { resolves_to_refs: addresses });
}

/** A message needs a sender or recipient, and something of its own: names of accounts alone are no mail. */
function addMail(objects: Objects, entities: readonly Entity[], read: ReadField): void {
  const mails = kindOf(entities, "email");
  if (mails.length === 0) return;
  const facts = readProperties(table.EMAIL, read);
  if (facts === undefined || !entities.some(({ kind }) => kind === "message")) return;
  const refsOf = (...roles: readonly string[]): readonly string[] =>
    mails.filter(({ role }) => roles.includes(role)).map(({ value }) => objects.value("email-addr", value));
  const [from] = refsOf("src", "actor");
  const to = refsOf("dst", "target");
  objects.add({
    ...{ type: "email-message", ...facts },
    ...(from === undefined ? {} : { from_ref: from, sender_ref: from }),
    ...(to.length === 0 ? {} : { to_refs: to }),
  });
}
