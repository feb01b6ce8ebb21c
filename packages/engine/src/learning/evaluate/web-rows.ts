/**
 * Labelled request parameters of a data set's file: `payload,length,attack_type,label`, quoted or not, with or without that
 * head, also with further or reordered columns when there is one; or files of whole requests (web-requests.ts). A row without
 * payload or class is named, never guessed.
 */
import { BENIGN, type LabelledPayload } from "../web/web-model.ts";
import { readCsv } from "./read-csv.ts";
import { type DataFile, evalError, type SuiteOutcome } from "./suite.ts";
import { areAttacks, isRequests, payloadOf, readRequests } from "./web-requests.ts";

export interface PayloadRows {
  readonly rows: readonly LabelledPayload[];
  readonly unread: SuiteOutcome["unread"];
}

const PAYLOAD = ["payload", "parameter", "value", "query", "sentence", "text", "request"];
const KIND = ["attack_type", "attacktype", "type", "class", "category"];
const LABEL = ["label", "anomaly", "is_attack"];
const UNNAMED = "attack-unnamed";
/** Enough to see what a file is. */
const HEAD_BYTES = 4_096;
/** Other spellings of "nothing wrong". */
const NONE = new Set(["norm", "normal", "benign", "valid", "legit", "legitimate", "clean", "none", "0"]);
const KINDS: ReadonlyMap<string, string> = new Map([
  ["sql", "sqli"],
  ["sqlinjection", "sqli"],
  ["sql-injection", "sqli"],
  ["path_traversal", "path-traversal"],
  ["traversal", "path-traversal"],
  ["lfi", "path-traversal"],
  ["cmd", "cmdi"],
  ["command-injection", "cmdi"],
  ["cmd-injection", "cmdi"],
]);

export async function readPayloads(files: readonly DataFile[]): Promise<PayloadRows> {
  const read: LabelledPayload[] = [];
  const unread: { where: string; reason: string }[] = [];
  for (const file of files) {
    const bytes = await file.bytes();
    if (isRequests(textOf(bytes.subarray(0, HEAD_BYTES)))) {
      const attacks = areAttacks(file.path);
      if (attacks === undefined)
        unread.push({ where: file.path, reason: "requests, and its name says neither normal nor anomalous" });
      else
        for (const request of readRequests(textOf(bytes)))
          read.push({ payload: payloadOf(request), kind: attacks ? UNNAMED : BENIGN });
      continue;
    }
    const { rows, open } = readCsv(bytes);
    const places = placesOf(rows[0] ?? []);
    for (let at = places.headed ? 1 : 0; at < rows.length; at += 1) {
      const row = rows[at] ?? [];
      const kind = kindOf(row[places.kind], row[places.label]);
      const payload = row[places.payload];
      if (payload === undefined || kind === undefined)
        unread.push({ where: `${file.path} row ${at + 1}`, reason: `${row.length} columns: no payload or no class` });
      else read.push({ payload, kind });
    }
    if (open) unread.push({ where: `${file.path} end`, reason: "a quote that never ends" });
  }
  if (read.length === 0)
    throw evalError("eval-data-malformed", `no labelled payload in ${files.map(({ path }) => path).join(", ")}`);
  return { rows: read, unread };
}

const textOf = (bytes: Uint8Array): string => new TextDecoder("utf-8").decode(bytes);

interface Places {
  readonly headed: boolean;
  readonly payload: number;
  readonly kind: number;
  readonly label: number;
}

function placesOf(first: readonly string[]): Places {
  const names = first.map((name) => name.trim().toLowerCase().replaceAll(" ", "_"));
  const place = (wanted: readonly string[]): number => names.findIndex((name) => wanted.includes(name));
  const [payload, kind, label] = [place(PAYLOAD), place(KIND), place(LABEL)];
  if (payload >= 0 && (kind >= 0 || label >= 0)) return { headed: true, payload, kind, label };
  return { headed: false, payload: 0, kind: 2, label: 3 };
}

function kindOf(kind: string | undefined, label: string | undefined): string | undefined {
  const name = kind?.trim().toLowerCase() ?? "";
  if (name !== "") return NONE.has(name) ? BENIGN : (KINDS.get(name) ?? name);
  const only = label?.trim().toLowerCase() ?? "";
  return only === "" ? undefined : NONE.has(only) ? BENIGN : UNNAMED;
}
