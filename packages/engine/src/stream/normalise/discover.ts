/**
 * Entities of records that no mapping knows: by names that mean one thing everywhere, and by values that can be nothing
 * else. Conservative: a wrong entity joins incidents that have nothing to do with each other.
 */
import type { EntityKind, EntityRole } from "@cordon/model/entity";
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import type { EntityBag, EntityReader } from "./entities.ts";
import { scalarText } from "./field-path.ts";

/** Leaves looked at per event, and how deep: unknown records may be large. */
const LEAVES_MAX = 300;
const DEPTH_LOOK = 8;

type Meaning = readonly [EntityKind, EntityRole];

/** Name (last one or two parts of the path, letters and digits only, lower case) -> kinds and role. */
const NAMES: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ...meanings(
    ["ip", "src"],
    "srcip sourceip sourceipaddress sourceaddress srcaddr srcaddress clientip clientipaddress clientaddress remoteip remoteaddr remoteaddress cip calleripaddress callerip actorip ipaddress sourceaddr remoteipaddress clientaddr",
  ),
  ...meanings(
    ["ip", "dst"],
    "dstip destip destinationip destinationaddress dstaddr destaddr destinationipaddress serverip targetip dip sip",
  ),
  ...meanings(
    ["host", "device"],
    "hostname hostname host computer computername devicename machinename machine agentname agenthostname dvchost",
  ),
  ...meanings(
    ["user", "actor"],
    "user username useraccount account accountname userid login loginname principal principalname actor actorname subjectusername suser userprincipalname uname",
  ),
  ...meanings(["user", "target"], "targetuser targetusername duser targetuserprincipalname"),
  ...meanings(["email", "actor"], "email useremail actoremail emailaddress senderemail sender mailfrom"),
  ...meanings(["email", "target"], "recipient recipientemail recipients mailto rcptto"),
  ...meanings(["domain", "object"], "domain query queryname dnsquery dnsquestionname domainname rrname"),
  ...meanings(
    ["domain", "dst"],
    "destinationdomain desthost dsthost destinationhost serverhostname sni tlssni servername",
  ),
  ...meanings(["url", "object"], "url urlfull uri requesturl fullurl"),
  ...meanings(
    ["hash", "object"],
    "md5 sha1 sha256 sha512 hash hashes filehash hashmd5 hashsha1 hashsha256 filemd5 filesha1 filesha256",
  ),
  ...meanings(["file", "object"], "filepath filename targetfilename path"),
  ...meanings(["file", "actor"], "image processpath processexecutable exe executable imagepath processimage"),
  ...meanings(["file", "parent"], "parentimage parentprocesspath parentexecutable"),
  ...meanings(["cmdline", "actor"], "commandline cmdline processcommandline"),
  ...meanings(["cmdline", "parent"], "parentcommandline"),
  ...meanings(["useragent", "src"], "useragent useragentoriginal httpuseragent"),
  ...meanings(["mac", "device"], "mac macaddress hostmac"),
]);

function meanings(meaning: Meaning, names: string): [string, Meaning][] {
  return names.split(" ").map((name) => [name, meaning]);
}

export function discoverEntities(reader: EntityReader, bag: EntityBag, raw: JsonObject): void {
  let leaves = 0;
  const visit = (value: Json, key: string, parent: string, depth: number): void => {
    if (leaves >= LEAVES_MAX || depth > DEPTH_LOOK) return;
    if (Array.isArray(value)) {
      for (const item of value.slice(0, LEAVES_MAX)) visit(item, key, parent, depth + 1);
    } else if (isJsonObject(value)) {
      for (const child of Object.keys(value)) visit(value[child] ?? null, child, key, depth + 1);
    } else {
      leaves += 1;
      const text = scalarText(value);
      if (text !== undefined && text.length > 1) addLeaf(reader, bag, { text, key, parent });
    }
  };
  for (const key of Object.keys(raw)) visit(raw[key] ?? null, key, "", 0);
}

interface Leaf {
  readonly text: string;
  readonly key: string;
  readonly parent: string;
}

function addLeaf(reader: EntityReader, bag: EntityBag, { text, key, parent }: Leaf): void {
  const last = squash(key.slice(key.lastIndexOf(".") + 1));
  const meaning = NAMES.get(squash(`${parent}${key}`)) ?? NAMES.get(squash(key)) ?? NAMES.get(last);
  if (meaning !== undefined) {
    const [kind, role] = meaning;
    if (!plausible(kind, text)) return;
    if (reader.add(bag, { kind, role, text })) return;
  }
  const kind = unmistakable(text);
  if (kind !== undefined) reader.add(bag, { kind, role: "object", text });
}

const squash = (name: string): string => name.replace(/[^A-Za-z0-9]/g, "").toLowerCase();

/** Names are not enough where any text would pass as the kind. */
function plausible(kind: EntityKind, text: string): boolean {
  if (kind === "user" || kind === "host")
    return text.length <= 128 && !/[\s{}<>]/.test(text) && !/^(true|false|null|-)$/i.test(text);
  if (kind === "file") return /[\\/]/.test(text);
  return text.length <= 32_000;
}

/** Kinds that a value alone gives away. A bare hex run of hash length is one only with letters and digits in it. */
function unmistakable(text: string): EntityKind | undefined {
  if (text.length > 2_048) return undefined;
  if (/^(?:\d{1,3}\.){3}\d{1,3}$/.test(text)) return "ip";
  if (/^https?:\/\/\S+$/i.test(text)) return "url";
  if (/^[0-9a-f]{32}$|^[0-9a-f]{40}$|^[0-9a-f]{64}$/i.test(text) && /[a-f]/i.test(text) && /\d/.test(text))
    return "hash";
  return /^[^\s@<>"]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(text) ? "email" : undefined;
}
