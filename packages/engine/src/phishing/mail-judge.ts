/**
 * What a learnt model says of a mail, beside the points.
 * Enters: a model (of a file) and the facts of a mail. Leaves: a probability, whether it is over the model's cut, and the
 * strongest reasons in words.
 *
 * MO1. An opinion never lowers what the points say. Alone it raises "nothing found" to "suspicious" and no further.
 * MO2. "Phishing" needs points as well: where they say "suspicious" by themselves, and the model learnt from real mails and
 *      is over its cut. What is listed, or an attachment that is malicious, is in the points already.
 * MO3. A model of made mails alone has no probability that means one: it says so, raises to "suspicious" only, and only where
 *      two marks speak against the mail: no single mark of made mails is proof against a real one.
 * MO4. Reasons add up in the model's own measure (log-odds): of marks by TreeSHAP, the mean over the forests; of words by
 *      their weights. Words of the mail are quoted, cut, defanged and free of control signs: they are shown and steer nothing.
 * MO5. A model that asks marks which this version does not know is refused, not guessed at.
 * MO6. Mails that did not come in where the model's did (mail-reach.ts) are judged by its model and curve for such, as if
 *      half of them were bad; over its cut is from a third on, and for "phishing" it takes two thirds: first a missed lure
 *      costs twice a false alarm, then a wanted mail that is taken away costs twice a missed one. Its number was fitted on
 *      made mails, and the opinion says so.
 */
import { refusal } from "../learning/learning-error.ts";
import { hashText } from "../learning/text/hash-text.ts";
import type { MailVerdict } from "../mail/examine.ts";
import type { MailFacts } from "../mail/mail-facts.ts";
import { type MailModels, scoreAway, scoreWorded, type WordedModel, type WordedRow } from "../mail/mail-model.ts";
import { AWAY_CUT } from "../mail/mail-shift.ts";
import { modelText } from "../mail/mail-text.ts";
import { MAIL_FEATURES, mailVector } from "../mail/mail-vector.ts";
import type { MailSource } from "../mail/receivers.ts";
import { makeWordedReasons } from "../mail/worded-reasons.ts";
import { type MailReach, NO_OWN, type OwnMail, reachOf } from "./mail-reach.ts";
import { markWords } from "./mark-words.ts";

export interface MailModel {
  readonly id: string;
  readonly models: MailModels;
  /** It learnt from made mails alone. */
  readonly made: boolean;
}

export interface MailOpinion {
  readonly model: string;
  readonly probability: number;
  /** False: a number between 0 and 1 that ranks mails and counts nothing. */
  readonly calibrated: boolean;
  readonly cut: number;
  readonly over: boolean;
  /** Also what points call suspicious is phishing (MO2, MO6). */
  readonly sure: boolean;
  readonly made: boolean;
  readonly reach: MailReach;
  /** Where the learnt mails came in, where that is known. */
  readonly places: readonly string[];
  /** Strongest first; weight above 0 speaks for phishing. */
  readonly because: readonly { readonly weight: number; readonly words: string }[];
}

export type MailJudge = (facts: MailFacts) => MailOpinion;

/** MO3, in log-odds. */
const MADE_WEIGHT_MIN = 0.25;
const MADE_REASONS_MIN = 2;
/** MO6 */
const AWAY_SURE = 1 - AWAY_CUT;

export function makeMailJudge({ id, models, made }: MailModel, own: OwnMail = NO_OWN): MailJudge {
  const { home, elsewhere } = models;
  const usual = readerOf(home, scoreWorded);
  const foreign = elsewhere === undefined ? undefined : readerOf(elsewhere.model, scoreAway);
  const source = elsewhere?.source ?? NO_SOURCE;
  const { places } = source;
  const calibrated = !made && home.calibrator.kind !== "uncalibrated";
  return (facts) => {
    const reach = made ? "untold" : reachOf(facts.message, source, own);
    if (reach === "away" && foreign !== undefined) {
      const { probability, because } = foreign(facts);
      const told = { calibrated: false, cut: AWAY_CUT, over: probability >= AWAY_CUT, sure: probability >= AWAY_SURE };
      return { model: id, probability, ...told, made, reach, places, because };
    }
    const { probability, because } = usual(facts);
    const enough = !made || because.filter(({ weight }) => weight >= MADE_WEIGHT_MIN).length >= MADE_REASONS_MIN;
    const over = probability >= home.cut && enough;
    return {
      model: id,
      probability,
      calibrated,
      cut: home.cut,
      over,
      sure: over && !made,
      made,
      reach,
      places,
      because,
    };
  };
}

const NO_SOURCE: MailSource = { places: [], untold: true };

type Reader = (facts: MailFacts) => Pick<MailOpinion, "probability" | "because">;

function readerOf(model: WordedModel, score: (model: WordedModel, rows: readonly WordedRow[]) => Float64Array): Reader {
  const { hashing } = model.words.parameters;
  const places = model.names.map((name) => MAIL_FEATURES.indexOf(name));
  const strange = model.names.filter((_, at) => places[at] === -1);
  if (strange.length > 0)
    throw refusal(
      "schema-differs",
      `it asks marks that this version does not know (${strange.slice(0, 5).join(", ")}): train it again`,
    );
  // A model that cannot judge an empty mail cannot judge any: said now, not at the first mail.
  score(model, [{ values: new Float64Array(places.length).fill(Number.NaN), words: hashText("", hashing) }]);
  const reasons = makeWordedReasons(model);
  return (facts) => {
    const all = mailVector(facts);
    const values = Float64Array.from(places, (place) => all[place] ?? Number.NaN);
    const text = modelText(facts);
    const probability = score(model, [{ values, words: hashText(text, hashing) }])[0] ?? 0;
    const because = reasons(values, text).map(({ weight, name, value, strings }) => ({
      weight,
      words: name === undefined ? quoted(strings) : markWords(name, value),
    }));
    return { probability, because };
  };
}

/** MO4 */
const quoted = (strings: readonly string[]): string =>
  strings.length === 0 ? "its words" : `its words, such as ${strings.map((word) => `"${word}"`).join(", ")}`;

/** MO1, MO2, MO3, MO6 */
export function raisedVerdict(points: MailVerdict, { over, sure }: MailOpinion): MailVerdict {
  if (!over || points === "phishing") return points;
  return points === "suspicious" && sure ? "phishing" : "suspicious";
}

const PLACES_SHOWN = 3;

/** What a verdict rests on, in one line: the points, and whose mails the model knows. */
export function basisWords({ made, reach, places }: MailOpinion): string {
  const points = "hand-set points and a learnt model";
  const more = places.length > PLACES_SHOWN ? ", ..." : "";
  const where = `${places.slice(0, PLACES_SHOWN).join(", ")}${more}`;
  if (made) return `${points} (of made mails)`;
  if (reach === "home") return `${points} (of mails that came in where this one did: ${where})`;
  if (reach === "away")
    return `${points} (of mails that came in at ${where}, this one not; its curve for other sources)`;
  return places.length > 0
    ? `${points} (of mails that came in at ${where}; this one does not say where)`
    : `${points} (where its mails came in is not known)`;
}

/** In one line, for people. */
export function opinionWords({ probability, calibrated, cut, made, reach }: MailOpinion): string {
  const share = (value: number): string => value.toFixed(2);
  const basis = made
    ? "learnt from made mails alone, uncalibrated"
    : reach === "away"
      ? "learnt from mails of another source, fitted on made ones"
      : calibrated
        ? "calibrated"
        : "uncalibrated";
  return `learnt model: ${share(probability)} (${basis}), bad from ${share(cut)} on`;
}
