/**
 * When two texts are the same thing. STIX compares texts as they are; but a digest, a domain name or an address has many
 * spellings of one value, and feeds and sensors choose differently.
 *
 * F1. LIKE and MATCHES see texts in Unicode form NFC; `=`, IN and order compare exact texts unit by unit.
 * F2. Texts that are the same in any form are the same in the `loose` one: the index may ask by it alone.
 */
import { formatIp, parseIp } from "@cordon/model/ip";
import { fold } from "../sigma/fold.ts";

/** `exact`: as written. `folded`: without regard to case. `address`: an IP address or network. `registry`: a key with its hive. */
export type Form = "exact" | "folded" | "address" | "registry";

const FOLDED: ReadonlySet<string> = new Set([
  ...["domain-name value", "mac-addr value", "email-addr value", "windows-registry-key values name"],
]);

/** Form of the value under these keys (list positions left out) of an object of this type. */
export function formAt(type: string, keys: readonly string[]): Form {
  const [first] = keys;
  if (keys.length === 1 && first === "value" && (type === "ipv4-addr" || type === "ipv6-addr")) return "address";
  if (keys.length === 1 && first === "key" && type === "windows-registry-key") return "registry";
  if (keys.length > 1 && keys.at(-2) === "hashes") return "folded";
  return FOLDED.has(`${type} ${keys.join(" ")}`) ? "folded" : "exact";
}

export function inForm(text: string, form: Form): string {
  switch (form) {
    case "exact":
      return text;
    case "folded":
      return fold(nfc(text));
    case "address":
      return addressForm(text);
    case "registry":
      return fold(withHive(nfc(text)));
  }
}

/** Equal for texts that are equal in any form. */
export const loose = (text: string): string => fold(withHive(addressForm(nfc(text))));

const NON_ASCII = /[^\x00-\x7f]/;

export const nfc = (text: string): string => (NON_ASCII.test(text) ? text.normalize("NFC") : text);

/** A network of one address is that address. Other networks keep their text. */
function addressForm(text: string): string {
  if (!MAY_BE_ADDRESS.test(text)) return text;
  const slash = text.indexOf("/");
  const bare = slash < 0 ? text : text.slice(0, slash);
  if (bare.includes("[") || (bare.includes(".") && bare.includes(":") && !bare.includes("::"))) return text;
  const ip = parseIp(bare);
  if (ip === undefined) return text;
  const whole = bare.includes(":") ? "128" : "32";
  return slash < 0 || text.slice(slash + 1) === whole ? formatIp(ip) : `${formatIp(ip)}${text.slice(slash)}`;
}

const MAY_BE_ADDRESS = /^[0-9a-fA-F:][0-9a-fA-F:.]{1,44}(?:\/\d{1,3})?$/;

const HIVES: Readonly<Record<string, string>> = {
  HKLM: "HKEY_LOCAL_MACHINE",
  HKCU: "HKEY_CURRENT_USER",
  HKU: "HKEY_USERS",
  HKCR: "HKEY_CLASSES_ROOT",
  HKCC: "HKEY_CURRENT_CONFIG",
};

/** The specification asks for hives in full; many write the short names, and the kernel its own. */
export function withHive(key: string): string {
  if (key.charCodeAt(0) === 92) {
    const [, root = "", rest = ""] = /^\\REGISTRY\\(MACHINE|USER)(?=\\|$)(.*)$/is.exec(key) ?? [];
    return root === "" ? key : (root.toUpperCase() === "USER" ? "HKEY_USERS" : "HKEY_LOCAL_MACHINE") + rest;
  }
  if (key.charCodeAt(0) !== 72 && key.charCodeAt(0) !== 104) return key;
  const end = key.indexOf("\\");
  const hive = HIVES[(end < 0 ? key : key.slice(0, end)).toUpperCase()];
  return hive === undefined ? key : hive + (end < 0 ? "" : key.slice(end));
}
