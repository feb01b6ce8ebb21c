/**
 * The label of a flow, as published sets write it: a column of its own, often with a second one for the kind of attack.
 *
 * FB1. A column named by the caller counts alone; else those that are known. IoT-23 joins three by spaces: its last two words
 *      are label and kind.
 * FB2. A row without a label is unlabelled, never benign.
 */
import type { Json, JsonObject } from "@cordon/model/json";
import { type LabelSense, senseOf } from "./attack-class.ts";

export interface FlowLabel {
  readonly sense: LabelSense;
  /** The data's own word for the kind of attack; "" where benign. */
  readonly kind: string;
}

const LABELS = ["label", "Label", "attack_cat", "Attack", "attack", "class", "Class", "is_attack", "malicious"];
const KINDS = [
  "detailed-label",
  "detailed_label",
  "attack_cat",
  "Attack",
  "attack_type",
  "Attack Type",
  "subcategory",
  "category",
  "type",
];
const IOT = "tunnel_parents   label   detailed-label";
const KIND_MAX = 60;

/** Columns that hold labels, for who must not learn from them. */
export function labelOf(raw: JsonObject, column: string | undefined): FlowLabel | undefined {
  if (column !== undefined) return fromWords(textOf(raw[column]), undefined);
  const joined = textOf(raw[IOT]);
  if (joined !== "") {
    const words = joined.trim().split(/\s+/);
    return fromWords(words.at(-2) ?? "", words.at(-1));
  }
  const label = LABELS.map((name) => textOf(raw[name])).find((text) => text !== "");
  return label === undefined ? undefined : fromWords(label, KINDS.map((name) => textOf(raw[name])).find(isKind));
}

const isKind = (text: string): boolean => text !== "" && text !== "-" && senseOf(text) !== "benign";

function fromWords(label: string, kind: string | undefined): FlowLabel {
  const sense = senseOf(label);
  if (sense !== "attack") return { sense, kind: "" };
  const own = kind !== undefined && isKind(kind) ? kind : label;
  return { sense, kind: (/^(?:1|true|yes)(?:\.0)?$/i.test(own) ? "attack" : own).trim().slice(0, KIND_MAX) };
}

function textOf(value: Json | undefined): string {
  if (Array.isArray(value)) return value.map(textOf).join(" ");
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value).trim()
    : "";
}
