/**
 * Addresses -> the chance that one is bad (phishing, malware, defacement, spam), by its letters alone, with reasons.
 * Enters: labelled addresses; later one address. Leaves: a model; its chance and what made it.
 *
 * UM1. Addresses of one registrable domain are on one side of every inner fold: what is learnt is not which domains the list holds.
 * UM2. Scheme and `www.` do not count: lists differ in whether they were collected with them.
 * UM3. The cut is chosen on rows the model had not seen: at most `URL_BUDGET.all` of the ordinary ones are over it, where any cut
 *      up to `highest` can keep that. The chance is calibrated on the same rows: it holds for as many bad ones as the lists had.
 * UM4. The same rows and seed give the same model.
 */
import type { Budget } from "../../mail/mail-cut.ts";
import { fitWorded, scoreOne, type WordedModel, type WordedRow } from "../../mail/mail-model.ts";
import { makeWordedReasons } from "../../mail/worded-reasons.ts";
import { makeRandom } from "../random.ts";
import { hashText, type TextHashing } from "../text/hash-text.ts";
import { URL_FEATURES, urlFeatures } from "./url-features.ts";
import { urlWords } from "./url-words.ts";

/** Rows that one fit learns from: beyond this the figure moves in the third digit and the time with the rows. */
export const URL_ROWS_MAX = 60_000;
export const URL_HASHING: TextHashing = { bits: 18, wordGrams: 1, charGramsMin: 2, charGramsMax: 4, charsMax: 500 };
/** Of a thousand ordinary addresses at most one: users fetch thousands a day. */
const URL_BUDGET: Budget = { all: 0.001, eachKind: 0.002, kindMin: 1_000, lowest: 0.8, highest: 0.99 };

export interface TrainedUrl {
  readonly url: string;
  readonly bad: boolean;
  readonly domain: string;
  readonly kind: string;
}

export function trainUrls(all: readonly TrainedUrl[], seed: number): WordedModel {
  const rows = drawn(all, seed);
  return fitWorded(
    {
      rows: rows.map(({ url }) => wordedUrl(url)),
      labels: Uint8Array.from(rows, ({ bad }) => Number(bad)),
      groups: domainGroups(rows),
      kinds: rows.map(({ kind }) => kind),
    },
    { names: URL_FEATURES, hashing: URL_HASHING, seed, budget: URL_BUDGET },
  );
}

function drawn(rows: readonly TrainedUrl[], seed: number): readonly TrainedUrl[] {
  if (rows.length <= URL_ROWS_MAX) return rows;
  return [...makeRandom(seed).sample(rows.length, URL_ROWS_MAX)].flatMap((at) => rows[at] ?? []);
}

/** UM1: the number of the first row of the same domain. */
export function domainGroups(urls: readonly { readonly domain: string }[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(urls, ({ domain }, at) => {
    const known = numbers.get(domain) ?? at;
    numbers.set(domain, known);
    return known;
  });
}

/** UM2 */
const bareUrl = (url: string): string => url.replace(/^[a-z]+:\/\//i, "").replace(/^www\./i, "");

export function wordedUrl(url: string): WordedRow {
  const bare = bareUrl(url);
  return { values: urlFeatures(`http://${bare}`), words: hashText(bare, URL_HASHING) };
}

export interface UrlJudge {
  readonly cut: number;
  chance(url: string): number;
  /** What speaks for bad, strongest first. */
  reasons(url: string): readonly string[];
}

export function makeUrlJudge(model: WordedModel): UrlJudge {
  const explain = makeWordedReasons(model);
  return {
    cut: model.cut,
    chance: (url) => scoreOne(model, wordedUrl(url)),
    reasons: (url) =>
      explain(wordedUrl(url).values, bareUrl(url))
        .filter(({ weight }) => weight > 0)
        .map(({ name, value, strings }) => (name === undefined ? lettersOf(strings) : urlWords(name, value))),
  };
}

const lettersOf = (strings: readonly string[]): string =>
  strings.length === 0 ? "its letters" : `its letters, such as ${strings.map((text) => `"${text}"`).join(", ")}`;
