/**
 * A file's verdict as the JSON record that goes through the stream: findings, never the file.
 *
 * FJ1. A record is bounded whatever the file is; texts are cut, lists are short and strongest first.
 * FJ2. A path and a host are there only where somebody knows them: an uploaded sample lies nowhere.
 */
import type { JsonObject } from "@cordon/model/json";
import type { FileVerdict, Reputation } from "./verdict.ts";

const LIST_MAX = 30;
const TEXT_MAX = 500;
const PATH_MAX = 4_096;

export interface FileFinding {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly hashes: { readonly sha256: string; readonly sha1: string; readonly md5: string };
  readonly verdict: FileVerdict;
  readonly rules: readonly string[];
  readonly reputation: readonly Reputation[];
  /** How the file came here. */
  readonly from: "upload" | "capture";
  readonly host?: string;
  readonly path?: string;
  readonly incident?: string;
}

export function fileRecord(finding: FileFinding): JsonObject {
  const { name, type, size, hashes, verdict, rules, reputation, from, host, path, incident } = finding;
  const cut = (text: string, max = TEXT_MAX): string => text.slice(0, max).toWellFormed();
  return {
    recordKind: "cordon.file",
    verdict: verdict.verdict,
    score: verdict.score,
    because: verdict.reasons
      .slice(0, LIST_MAX)
      .map(({ points, text, within }) => cut(`+${points} ${text}${within === undefined ? "" : ` in ${within}`}`)),
    rules: rules.slice(0, LIST_MAX).map((rule) => cut(rule)),
    listedBy: [...new Set(reputation.map(({ feed }) => cut(feed)))].slice(0, LIST_MAX),
    name: cut(name),
    ...{ type, size, ...hashes, from },
    ...(host !== undefined && { host: cut(host) }),
    ...(path !== undefined && { path: cut(path, PATH_MAX) }),
    ...(incident !== undefined && { incident: cut(incident) }),
  };
}
