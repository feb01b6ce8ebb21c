/** The formats by name, and which one a text is in when nobody said. */

import type { FeedText } from "@cordon/model/ports/intel";
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

/** Lines are read as they come; STIX and MISP are one JSON value each, so their blocks are put together first. */
export function readFeed(text: FeedText, form: FeedForm): Generator<FeedItem> {
  switch (form.format ?? guessFormat(headOf(text))) {
    case "csv":
      return readCsv(text, form, form.columns);
    case "hosts":
      return readHosts(text, form);
    case "stix":
      return readStix(whole(text), form);
    case "misp":
      return readMisp(whole(text), form);
    case "list":
      return readList(text, form);
  }
}

const whole = (text: FeedText): string => (typeof text === "string" ? text : [...text].join(""));

function headOf(text: FeedText): string {
  if (typeof text === "string") return text;
  for (const block of text) return block;
  return "";
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
