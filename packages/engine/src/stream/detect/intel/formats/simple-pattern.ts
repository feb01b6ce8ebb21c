/**
 * STIX patterns that say no more than a list does: `[path = 'value' OR path IN ('a', 'b')] OR [...]` on known paths.
 * Enters: pattern text. Leaves: rows of the table, or `undefined` for a pattern that is more than that.
 */
import type { IndicatorKind } from "@cordon/model/indicator";

export interface PatternRow {
  readonly kind: IndicatorKind;
  readonly text: string;
}

/** An object path names the kind; a file is known by name, hash or both. */
function kindOfPath(path: string): IndicatorKind | undefined {
  const known = PATHS[path];
  return known ?? (/^(?:file|artifact|x509-certificate):hashes\./.test(path) ? "hash" : undefined);
}

const PATHS: Readonly<Record<string, IndicatorKind>> = {
  "ipv4-addr:value": "ip",
  "ipv6-addr:value": "ip",
  "domain-name:value": "domain",
  "url:value": "url",
  "email-addr:value": "email",
  "windows-registry-key:key": "regkey",
  "file:name": "file",
};

const PATH = /\s*([a-z][a-z0-9-]*:(?:[A-Za-z0-9_.-]|'[^']*')+)\s*/y;
const OPERATOR = /(=|IN|ISSUBSET)\s*/y;
const LITERAL = /\s*'((?:[^'\\]|\\.)*)'\s*/y;
const OR = /\s*OR\b\s*/y;

export function simpleRows(pattern: string): readonly PatternRow[] | undefined {
  const rows: PatternRow[] = [];
  let at = 0;
  const take = (token: RegExp): string | undefined => {
    token.lastIndex = at;
    const found = token.exec(pattern);
    if (found === null) return undefined;
    at = token.lastIndex;
    return found[1] ?? found[0];
  };
  const comparison = (): boolean => {
    const kind = kindOfPath(take(PATH) ?? "");
    const operator = take(OPERATOR);
    if (kind === undefined || operator === undefined || (operator === "ISSUBSET" && kind !== "ip")) return false;
    const many = operator === "IN";
    if (many && take(/\(/y) === undefined) return false;
    do {
      const literal = take(LITERAL);
      if (literal === undefined) return false;
      const text = literal.replace(/\\(.)/g, "$1");
      rows.push({ kind: kind === "ip" && text.includes("/") ? "cidr" : kind, text });
    } while (many && take(/,/y) !== undefined);
    return !many || take(/\)\s*/y) !== undefined;
  };
  do {
    if (take(/\s*\[/y) === undefined) return undefined;
    do {
      if (!comparison()) return undefined;
    } while (take(OR) !== undefined);
    if (take(/\]\s*/y) === undefined) return undefined;
  } while (take(OR) !== undefined);
  return at === pattern.length && rows.length > 0 ? rows : undefined;
}
