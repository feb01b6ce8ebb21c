/**
 * What the model of mail learns from. Enters: labelled mails of a collection. Leaves: training rows and a model.
 *
 * MT3. Beside the collection stand our own mails (`own-mails`): a collection shows one year and one collector's lists, and
 *      without others a model takes the marks of the year for marks of the class.
 * MT4. Some mails are learnt a second time as they would look without the headers of their way: where those are missing a
 *      model must not guess.
 * MT5. At home our own mails and the copies count less than real ones, and the probability is fitted on real mails alone.
 * MT6. For mails of another source a model of its own is taught, in which our own mails count like real ones.
 */
import { makeRandom } from "../learning/random.ts";
import type { Budget } from "./mail-cut.ts";
import { mailFacts } from "./mail-facts.ts";
import { fitWorded, hashWords, MAIL_HASHING, type RowUse, type WordedModel, type WordedRow } from "./mail-model.ts";
import { modelText } from "./mail-text.ts";
import { MAIL_FEATURES, mailVector, withoutEnvelope } from "./mail-vector.ts";
import { ownMails } from "./own-mails/own-mails.ts";
import { parseMessage } from "./parse-message.ts";

export interface MailRow extends WordedRow {
  readonly bad: boolean;
  /** Near-duplicates share a group. */
  readonly group: number;
  /** Belongs to a conversation. */
  readonly talk: boolean;
  /** Kind of wanted mail that the budget of false alarms looks at by itself. */
  readonly kind: string;
}

/** What a model is for: mails of the collection's own source, or of any other. */
export type Reach = "home" | "away";

/**
 * Our own mails of each class as a share of the collection, and how much one counts. At home they stand beside it and do not
 * outweigh it; away they are what is like the mails to judge, and count like real ones.
 */
const OWN: Readonly<Record<Reach, { readonly share: number; readonly max: number; readonly weight: number }>> = {
  home: { share: 0.2, max: 1_000, weight: 0.5 },
  away: { share: 0.35, max: 2_000, weight: 1 },
};
const OWN_MIN = 50;
const OWN_SEED = 11;
const OWN_KIND = "our own";
/** Every so many-th mail is learnt without its envelope too. */
const COPY_EACH = 3;
const COPY_WEIGHT = 0.5;
/** Wanted mails outside of conversations are few and look like unwanted ones: while learning each counts for so many. */
const SOLITARY_WEIGHT = 3;

/**
 * One wanted mail in a hundred, and of no kind more than five or six. The held-out folds learn from fewer mails than the model
 * itself does, so it keeps a stricter budget than this.
 */
export const MAIL_BUDGET: Budget = { all: 0.01, eachKind: 0.055, kindMin: 100, lowest: 0.5, highest: 0.9 };

/** More of it speaks against (1) or for (-1) a mail in every year. */
export const DIRECTIONS: Readonly<Record<string, 1 | -1>> = {
  points: 1,
  linksShownOther: 1,
  linksLiteral: 1,
  linksUser: 1,
  linksLookAlike: 1,
  fromLooksLike: 1,
  nameBears: 1,
  strangerInHead: 1,
  addressInName: 1,
  replyFree: 1,
  linkEnding: 1,
  fromEnding: 1,
  linkBuilder: 1,
  linkInside: 1,
  originDynamic: 1,
  attachedPrograms: 1,
  attachedPages: 1,
  attachedDisguised: 1,
  attachedMacros: 1,
  attachedEncrypted: 1,
  mixedWords: 1,
  styled: 1,
  fromRented: 1,
  helloNoEnding: 1,
  replyNoEnding: 1,
  capitalWithin: 1,
  picturesLeft: 1,
  invisible: 1,
  wallet: 1,
  claimSpf: -1,
  claimDkim: -1,
  claimDmarc: -1,
  claimAligned: -1,
  signedOwn: -1,
};

/** Rows of our own; the groups are of their letters and never meet those of a collection. */
export function ownRows(collected: number, reach: Reach = "home"): readonly MailRow[] {
  const letters = new Map<string, number>();
  const { share, max } = OWN[reach];
  const each = Math.round(Math.max(OWN_MIN, Math.min(max, share * collected)));
  return ownMails(OWN_SEED, each).map(({ bad, letter, bytes }) => {
    if (!letters.has(letter)) letters.set(letter, letters.size);
    const facts = mailFacts(parseMessage(bytes));
    return {
      bad,
      group: -1 - (letters.get(letter) ?? 0),
      talk: true,
      kind: OWN_KIND,
      values: mailVector(facts),
      words: hashWords(modelText(facts)),
    };
  });
}

export const fitMail = (mails: readonly MailRow[], own: readonly MailRow[], seed: number): WordedModel =>
  fitRows(mails, own, { seed, reach: "home" });

/** For mails of another source than `mails` (mail-shift.ts): `own` are rows for "away". */
export const fitMailAway = (mails: readonly MailRow[], own: readonly MailRow[], seed: number): WordedModel =>
  fitRows(mails, own, { seed, reach: "away" });

function fitRows(
  mails: readonly MailRow[],
  own: readonly MailRow[],
  { seed, reach }: { readonly seed: number; readonly reach: Reach },
): WordedModel {
  const random = makeRandom(seed);
  const copies = (reach === "home" ? mails : [...mails, ...own])
    .filter(() => random.below(COPY_EACH) === 0)
    .map((row) => ({ ...row, values: withoutEnvelope(row.values) }));
  const rows = [...mails, ...copies, ...own];
  const useAt = (at: number): RowUse =>
    at < mails.length ? "real" : at < mails.length + copies.length ? "copy" : "made";
  const weightOf = ({ bad, talk, kind }: MailRow, at: number): number => {
    const row = kind === OWN_KIND ? OWN[reach].weight : bad || talk ? 1 : SOLITARY_WEIGHT;
    return useAt(at) === "copy" ? COPY_WEIGHT * row : row;
  };
  return fitWorded(
    {
      rows,
      labels: Uint8Array.from(rows, ({ bad }) => Number(bad)),
      groups: Int32Array.from(rows, ({ group }) => group),
      weights: Float64Array.from(rows, weightOf),
      kinds: rows.map(({ kind }) => kind),
      uses: rows.map((_, at) => useAt(at)),
    },
    { names: MAIL_FEATURES, hashing: MAIL_HASHING, seed, monotone: DIRECTIONS, budget: MAIL_BUDGET },
  );
}
