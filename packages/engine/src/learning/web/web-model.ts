/**
 * A request's parameter -> what it tries: nothing, or one of the kinds of attack, with the places that say so.
 * Enters: the text as sent. Leaves: the chance of an attack, its kind, the spans and the signs behind both.
 *
 * WM1. Letters (runs of 1 to 3) and grammar (signs) go into one linear row: what neither alone would decide, both do.
 * WM2. Head 0 says whether it is an attack at all; every further head says one kind. A kind without rows is not guessed.
 * WM3. The same text and model give the same answer, to the bit.
 */

import type { GramHashing } from "../heads/gram-row.ts";
import {
  contributionOf,
  type HeadRow,
  type Heads,
  type HeadsParameters,
  headMargins,
  markContribution,
  rowOf,
  trainHeads,
} from "../heads/heads.ts";
import { refusal } from "../learning-error.ts";
import { logistic } from "../trees/forest.ts";
import { decodePayload } from "./decode.ts";
import { markupSigns } from "./markup-signs.ts";
import { type Sign, sqlSigns } from "./sql-signs.ts";
import { systemSigns } from "./system-signs.ts";

export const BENIGN = "norm";
const ATTACK = "attack";

const HASHING: GramHashing = { bits: 17, min: 1, max: 3, charsMax: 1_024 };
const PARAMETERS: HeadsParameters = { hashing: HASHING, epochs: 6, seed: 7, alpha: 0.5, l1: 0.02, l2: 0.1 };

export interface LabelledPayload {
  readonly payload: string;
  /** `norm`, or the kind of attack. */
  readonly kind: string;
}

export interface ReadPayload {
  readonly text: string;
  readonly layers: readonly string[];
  readonly signs: readonly Sign[];
}

export interface WebVerdict {
  /** Chance of an attack. */
  readonly p: number;
  /** The likeliest kind of attack; asked only where `p` says so. */
  readonly kind: string;
  readonly read: ReadPayload;
}

export function readPayload(sent: string): ReadPayload {
  const { text, layers } = decodePayload(sent);
  // Letters, digits and blanks alone can be a bare command, but no other attack.
  const signs = PLAIN.test(text) ? [] : [...sqlSigns(text), ...markupSigns(text), ...systemSigns(text)];
  return { text, layers, signs };
}

const PLAIN = /^[\w ]*$/;

const LENGTHS = Array.from({ length: 13 }, (_, bits) => `length ${bits}`);
const SHARES = Array.from({ length: 11 }, (_, tenth) => `marks ${tenth}`);

/** Tenths of a text that are neither letter, digit, blank nor of another script. */
function shareOfMarks(text: string): number {
  let marks = 0;
  for (let at = 0; at < text.length; at += 1) if (MARK[text.charCodeAt(at)] === 1) marks += 1;
  return marks === 0 ? 0 : Math.ceil((10 * marks) / text.length);
}

const MARK: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) =>
  Number(/[!-/:-@[-^`{-~]/.test(String.fromCharCode(code))),
);

function marksOf({ text, layers, signs }: ReadPayload): readonly string[] {
  const marks: string[] = [];
  for (const { name } of signs) marks.push(name, `any ${name.slice(0, name.indexOf("."))}`);
  for (const layer of layers) marks.push(`layer ${layer}`);
  if (layers.length > 1 && layers.filter((layer) => layer === "url").length > 1) marks.push("layer twice");
  marks.push(LENGTHS[Math.min(12, 32 - Math.clz32(text.length))] ?? "", SHARES[shareOfMarks(text)] ?? "");
  return marks;
}

export function trainWeb(
  rows: readonly LabelledPayload[],
  parameters: Partial<HeadsParameters> = {},
  progress?: (epoch: number) => void,
): Heads {
  const kinds = [...new Set(rows.map(({ kind }) => kind))].filter((kind) => kind !== BENIGN).toSorted();
  if (kinds.length === 0 || !rows.some(({ kind }) => kind === BENIGN))
    throw refusal("labels-malformed", "payloads of one class alone: there is nothing to tell apart");
  const all = { ...PARAMETERS, ...parameters };
  const heads = [ATTACK, ...kinds];
  const learnt: HeadRow[] = rows.map(({ payload, kind }) => {
    const read = readPayload(payload);
    return {
      row: rowOf(read.text, marksOf(read), all.hashing),
      yes: kind === BENIGN ? [] : [0, heads.indexOf(kind)],
      weight: 1,
    };
  });
  return trainHeads(heads, learnt, all, progress);
}

export function judgePayload(model: Heads, sent: string): WebVerdict {
  const read = readPayload(sent);
  const margins = headMargins(
    model,
    rowOf(read.text, marksOf(read), model.hashing),
    new Float64Array(model.names.length),
  );
  let kind = 1;
  for (let head = 2; head < margins.length; head += 1) if ((margins[head] ?? 0) > (margins[kind] ?? 0)) kind = head;
  return { p: logistic(margins[0] ?? 0), kind: model.names[kind] ?? ATTACK, read };
}

export interface WebReason {
  /** A sign's name, or `letters`. */
  readonly what: string;
  readonly quote: string;
  readonly contribution: number;
}

/** Quoted from the decoded text; longer quotes say no more. */
const QUOTE_MAX = 80;
const REASONS_MAX = 5;

/** The signs that spoke for an attack, strongest first; where grammar saw nothing, the run of letters that weighs most. */
export function reasonsOf(model: Heads, { read }: WebVerdict): readonly WebReason[] {
  const found = read.signs
    .map(({ name, from, to }) => ({
      what: name,
      quote: read.text.slice(from, Math.min(to, from + QUOTE_MAX)),
      contribution: markContribution(model, 0, name),
    }))
    .filter(({ contribution }) => contribution > 0)
    .toSorted((a, b) => b.contribution - a.contribution)
    .slice(0, REASONS_MAX);
  const letters = heaviestRun(model, read.text);
  return letters === undefined ? found : [...found, letters].slice(0, REASONS_MAX);
}

const RUN = 24;

function heaviestRun(model: Heads, text: string): WebReason | undefined {
  let best: WebReason | undefined;
  const part = text.slice(0, 2_048);
  for (let from = 0; from < part.length; from += RUN / 2) {
    const quote = part.slice(from, from + RUN);
    const row = rowOf(quote, [], model.hashing);
    let contribution = 0;
    for (let at = 0; at < row.slots.length; at += 1)
      contribution += contributionOf(model, 0, row.slots[at] ?? 0, row.values[at] ?? 0);
    if (contribution > (best?.contribution ?? 0)) best = { what: "letters", quote, contribution };
  }
  return best;
}
