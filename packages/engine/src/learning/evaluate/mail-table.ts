/**
 * Collections of mail as tables (one row a mail: sender, subject, body, label), as many are published.
 * MT1. Columns are found by their names. Rows without words or without a label that is understood are named in `unread`.
 */

import type { MailMessage } from "../../mail/message.ts";
import { messageOfParts } from "../../mail/parse-message.ts";
import { readCsv } from "./read-csv.ts";

export const isMailTable = (path: string): boolean => /\.(?:csv|tsv)$/i.test(path);

const COLUMNS = {
  subject: /^(?:subject|title)$/,
  body: /^(?:body|text|message|content|email|mail|emailtext|textcombined|messagecontent|v2)$/,
  from: /^(?:sender|from|fromaddress|emailfrom)$/,
  to: /^(?:receiver|to|recipient|emailto)$/,
  date: /^(?:date|time|timestamp|emaildate)$/,
  label: /^(?:label|labels|class|type|emailtype|category|spam|isspam|spamham|target|v1|labelnum|isphishing)$/,
} as const;
type Column = keyof typeof COLUMNS;

const UNREAD_NAMED = 20;

interface MailTable {
  readonly messages: readonly { readonly where: string; readonly bad: boolean; readonly message: MailMessage }[];
  readonly unread: readonly { readonly where: string; readonly reason: string }[];
}

/** `label`: what the file's name says, where the rows say nothing. */
export function readMailTable(bytes: Uint8Array, path: string, label: "bad" | "good" | undefined): MailTable {
  const { rows } = readCsv(bytes, /\.tsv$/i.test(path) ? 9 : undefined);
  const [head = [], ...body] = rows;
  const names = head.map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, ""));
  const at = (column: Column): number => names.findIndex((name) => COLUMNS[column].test(name));
  const columns = {
    subject: at("subject"),
    body: at("body"),
    from: at("from"),
    to: at("to"),
    date: at("date"),
    label: at("label"),
  };
  if (columns.body < 0 && columns.subject < 0)
    return { messages: [], unread: [{ where: path, reason: `no column of words: ${names.slice(0, 10).join(", ")}` }] };
  const messages: { where: string; bad: boolean; message: MailMessage }[] = [];
  const unread: { where: string; reason: string }[] = [];
  body.forEach((row, index) => {
    const where = `${path}:${index + 2}`;
    const bad =
      columns.label < 0 ? (label === undefined ? undefined : label === "bad") : labelOf(row[columns.label] ?? "");
    const text = row[columns.body] ?? "";
    if (bad !== undefined && `${text}${row[columns.subject] ?? ""}`.trim() !== "")
      messages.push({ where, bad, message: messageOfRow(row, columns) });
    else if (unread.length < UNREAD_NAMED)
      unread.push({ where, reason: bad === undefined ? "no label that is understood" : "no words" });
  });
  return { messages, unread };
}

function labelOf(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (/^(?:1|1\.0|true|yes|spam|junk)$|phish|fraud|scam|malicious/.test(word)) return true;
  return /^(?:0|0\.0|false|no|ham|good|benign|normal)$|safe|legit|not/.test(word) ? false : undefined;
}

function messageOfRow(row: readonly string[], at: Readonly<Record<Column, number>>): MailMessage {
  const body = row[at.body] ?? "";
  const html = /<(?:html|body|table|div|td|font|br|a )\b/i.test(body);
  const header = (name: string, column: Column): { name: string; value: string }[] => {
    const value = (row[at[column]] ?? "").replace(/[\r\n]+/g, " ").trim();
    return value === "" ? [] : [{ name, value }];
  };
  const headers = [
    ...header("from", "from"),
    ...header("to", "to"),
    ...header("subject", "subject"),
    ...header("date", "date"),
  ];
  return messageOfParts(headers, { text: html ? "" : body, html: html ? body : "", parts: [], remarks: [] });
}
