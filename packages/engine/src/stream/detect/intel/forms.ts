/**
 * The form in which an indicator is kept and an entity is looked up; both come from the canonical forms of entities.
 *
 * F1. What two spellings of one thing have in common is the form; what has no form is refused with its reason.
 * F2. A URL is kept without scheme and fragment (`host/path?query`): feeds and logs disagree about both.
 * F3. Windows paths and registry keys compare in lower case, HKCU as the part of HKU below the account.
 */
import { canonicalise } from "@cordon/model/canonical";
import type { IndicatorKind } from "@cordon/model/indicator";
import { refang } from "./refang.ts";

export interface Formed {
  readonly kind: IndicatorKind;
  readonly value: string;
  /** Written as "and all below": `*.evil.example`, `.evil.example`. */
  readonly below?: true;
}

/** Longer values are not indicators but accidents; canonical forms allow far more. */
const VALUE_MAX = 4_096;

/** Form of a text of known kind, or why it has none. */
export function formOf(kind: IndicatorKind, text: string): Formed | string {
  const plain = refang(text);
  if (plain === "") return "empty";
  if (plain.length > VALUE_MAX) return `longer than ${VALUE_MAX} characters`;
  return FORMS[kind](plain) ?? `"${plain.slice(0, 120)}" is no ${kind}`;
}

/** Form of a text whose kind nobody named. File names and registry keys are only taken when they are unmistakable. */
export function guessForm(text: string): Formed | string {
  const plain = refang(text);
  if (plain === "") return "empty";
  if (plain.length > VALUE_MAX) return `longer than ${VALUE_MAX} characters`;
  for (const kind of GUESSES) {
    const formed = FORMS[kind](plain);
    if (formed !== undefined) return formed;
  }
  return `"${plain.slice(0, 120)}" is no indicator of a known kind`;
}

const GUESSES: readonly IndicatorKind[] = ["cidr", "hash", "url", "ip", "email", "regkey", "domain"];

const FORMS: Readonly<Record<IndicatorKind, (text: string) => Formed | undefined>> = {
  ip: (text) => plainForm("ip", canonicalise("ip", text)?.value),
  cidr: cidrForm,
  domain: domainForm,
  url: urlForm,
  hash: (text) => plainForm("hash", canonicalise("hash", text)?.value),
  email: (text) => plainForm("email", canonicalise("email", text)?.value.toLowerCase()),
  regkey: (text) =>
    /^(?:hk|\\registry|computer\\|registry::)/i.test(text) ? plainForm("regkey", regkeyKey(text)) : undefined,
  file: (text) => plainForm("file", fileKey(text)),
};

const plainForm = (kind: IndicatorKind, value: string | undefined): Formed | undefined =>
  value === undefined || value === "" ? undefined : { kind, value };

/** A range of one address is an address. */
function cidrForm(text: string): Formed | undefined {
  const subnet = canonicalise("subnet", text)?.value;
  if (subnet === undefined) return undefined;
  const slash = subnet.lastIndexOf("/");
  const whole = subnet.includes(":") ? "128" : "32";
  return subnet.slice(slash + 1) === whole ? plainForm("ip", subnet.slice(0, slash)) : { kind: "cidr", value: subnet };
}

/** One label alone (`com`, `localhost`) is never bad. */
function domainForm(text: string): Formed | undefined {
  const wide = /^\*?\./.exec(text)?.[0];
  const value = canonicalise("domain", wide === undefined ? text : text.slice(wide.length))?.value;
  if (value === undefined || !value.includes(".")) return undefined;
  return wide === undefined ? { kind: "domain", value } : { kind: "domain", value, below: true };
}

function urlForm(text: string): Formed | undefined {
  const schemed = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  if (!schemed && !/^[^\s/?#@]+\.[^\s/?#@]+\/\S*$/.test(text)) return undefined;
  return plainForm("url", urlKey(schemed ? text : `http://${text}`));
}

/** `host[:port]/path?query` of a URL; undefined for what is none or has no host. */
export function urlKey(text: string): string | undefined {
  const href = canonicalise("url", text)?.value;
  if (href === undefined) return undefined;
  const hash = href.indexOf("#");
  let start = href.indexOf("://") + 3;
  const end = hash < 0 ? href.length : hash;
  const slash = href.indexOf("/", start);
  const at = href.lastIndexOf("@", slash < 0 ? end : slash);
  if (at >= start) start = at + 1;
  if (slash === start || start >= end) return undefined;
  const key = href.slice(start, end);
  return slash < 0 || slash >= end ? `${key}/` : key;
}

/** HKU below the account is what the account itself calls HKCU. */
export function regkeyKey(text: string): string | undefined {
  const key = canonicalise("regkey", text)?.value.toLowerCase();
  return key?.replace(/^hku\\(?:s-1-[\d-]+(?:_classes)?|\.default)(?=\\)/, "hkcu");
}

export function fileKey(text: string): string | undefined {
  const path = canonicalise("file", text)?.value;
  return path === undefined || path.startsWith("/") ? path : path.toLowerCase();
}
