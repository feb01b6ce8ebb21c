/** The formats by name, and which one a text is in when nobody said. */

import { type CsvColumns, readCsv } from "./csv.ts";
import type { FeedItem, FeedSays } from "./feed.ts";
import { readMisp } from "./misp.ts";
import { readStix } from "./stix.ts";
import { readHosts, readList } from "./text.ts";

export const FEED_FORMATS = ["list", "csv", "hosts", "stix", "misp"] as const;
export type FeedFormat = (typeof FEED_FORMATS)[number];

export interface FeedForm extends FeedSays {
  readonly format?: FeedFormat;
  readonly columns?: CsvColumns;
}

export function readFeed(text: string, form: FeedForm): Generator<FeedItem> {
  switch (form.format ?? guessFormat(text)) {
    case "csv":
      return readCsv(text, form, form.columns);
    case "hosts":
      return readHosts(text, form);
    case "stix":
      return readStix(text, form);
    case "misp":
      return readMisp(text, form);
    case "list":
      return readList(text, form);
  }
}

/** Looked at to tell a format. */
const HEAD = 4_096;

function guessFormat(text: string): FeedFormat {
  const head = text
    .slice(0, HEAD)
    .replace(/^\ufeff/, "")
    .trimStart();
  if (/^[[{]\s*["{]/.test(head))
    return /"(?:bundle|spec_version|pattern)"|"type"\s*:\s*"bundle"/.test(head) ? "stix" : "misp";
  const lines = head.split("\n").map((line) => line.trim());
  const first = lines.find((line) => line !== "" && !/^[#;!]/.test(line)) ?? "";
  if (/^(?:0\.0\.0\.0|127\.0\.0\.1|::1?)\s+\S/.test(first)) return "hosts";
  return first.includes(",") || first.includes("\t") ? "csv" : "list";
}
