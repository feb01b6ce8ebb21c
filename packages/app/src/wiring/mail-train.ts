/**
 * Training of the model of mail: on labelled mails of the operator's, or (without any) on made mails as the shipped one is.
 * Enters: paths of wanted and of unwanted mails. Leaves: the bytes of a model file, its card, and figures of held-out folds.
 *
 * MT6. Figures come from folds that the judged mail was not in; the model itself learns from all mails.
 * MT7. The same mails give the same file: no clock, no path of this machine.
 */
import { makeRuntime } from "@cordon/adapters/runtime";
import { crossedMail, wholeMail } from "@cordon/engine/learning/evaluate/mail";
import { type MailCollection, readCollection } from "@cordon/engine/learning/evaluate/mail-data";
import type { SuiteOutcome } from "@cordon/engine/learning/evaluate/suite";
import { mailModelsToContent } from "@cordon/engine/learning/model-file/mail-model-file";
import { writeModel } from "@cordon/engine/learning/model-file/model-file";
import type { MailModels } from "@cordon/engine/mail/mail-model";
import { sourceOf } from "@cordon/engine/mail/receivers";
import { MADE_EACH, MADE_SEED, madeMailModel } from "@cordon/engine/phishing/made-mail-model";
import type { JsonObject } from "@cordon/model/json";
import { MADE } from "./mail-judge.ts";
import { metricsJson, modelCard } from "./model-card.ts";
import { type Labelled, requireEnough, trainingSources } from "./training-sources.ts";

const SEED = 1;

export interface TrainedModel {
  readonly bytes: Uint8Array;
  readonly id: string;
  readonly card: string;
  readonly outcome: SuiteOutcome | undefined;
  readonly rows: { readonly good: number; readonly bad: number; readonly copies: number };
  readonly unread: readonly { readonly where: string; readonly reason: string }[];
}

type Progress = (what: string) => void;

export async function trainMail(labelled: Labelled, progress: Progress): Promise<TrainedModel> {
  const sources = await trainingSources(labelled);
  const read = await readCollection(
    sources.files,
    (done, all) => progress(`reading ${done} of ${all}`),
    sources.classOf,
  );
  const bad = read.mails.filter((mail) => mail.bad).length;
  const rows = { good: read.mails.length - bad, bad, copies: read.copies };
  requireEnough(rows, read.unread.length, { good: "wanted", bad: "unwanted mails" });
  const run = {
    seed: SEED,
    progress: (done: number, all: number, what: string) => progress(`${what} (${done} of ${all} done)`),
  };
  const outcome = crossedMail(read, run);
  const models = wholeMail(read, run);
  const lineage = sources.lineage();
  const facts: JsonObject = {
    trainedOn: "real mails",
    seed: SEED,
    sources: lineage,
    ...{ wanted: rows.good, unwanted: rows.bad, copies: rows.copies, cut: models.home.cut },
    ...metricsJson(outcome),
  };
  const { bytes, id } = writeModel(mailModelsToContent(models, facts), sha256);
  return { bytes, id, outcome, rows, unread: read.unread, card: cardOf(read, { id, bytes, lineage, outcome, models }) };
}

const sha256 = (bytes: Uint8Array) => makeRuntime().sha256(bytes);

const APART =
  "Few of the unwanted mails came in where the wanted ones did: it may have learnt to tell the two places apart, and its figures may say nothing about mails of one place. Better unwanted mails are those that came in at your own.";
/** Of the unwanted mails that say where they came in so many must have come in where wanted ones did. */
const SHARED_MIN = 0.2;

/** What differs between two mailboxes is learnt as if it told wanted from unwanted. */
function wereApart(mails: MailCollection["mails"]): boolean {
  const placesOf = (bad: boolean) => mails.filter((mail) => mail.bad === bad).map(({ receivers }) => receivers);
  const wanted = sourceOf(placesOf(false)).places;
  const told = placesOf(true).filter((places) => places.length > 0);
  if (wanted.length === 0 || told.length === 0) return false;
  return told.filter((places) => places.some((place) => wanted.includes(place))).length < SHARED_MIN * told.length;
}

const USES = [
  "A second opinion beside the hand-set points of `cordon mail examine` and of reported mails. It never lowers a verdict.",
  "Alone it raises a mail to suspicious; to phishing only where points say suspicious by themselves.",
];

function cardOf(
  { mails, unread }: MailCollection,
  given: {
    readonly id: string;
    readonly bytes: Uint8Array;
    readonly lineage: readonly JsonObject[];
    readonly outcome: SuiteOutcome;
    readonly models: MailModels;
  },
): string {
  const places = given.models.elsewhere?.source.places ?? [];
  return modelCard({
    title: "Model of mail, learnt from mails of the operator's",
    ...{ id: given.id, bytes: given.bytes.length, outcome: given.outcome, uses: USES },
    learntFrom: [
      ...given.lineage.map(
        ({ name, class: side, files, read, sha256: digest }) =>
          `${side === "good" ? "wanted" : "unwanted"}: \`${String(name).replace(/[`|\n]/g, " ")}\`, ${read} of ${files} files, SHA-256 of the list of their digests \`${digest}\``,
      ),
      `${unread.length} files or mails could not be read`,
      "made mails of Cordon's own: beside the usual model a share of the above at half weight, in the one for other sources more of them at full weight",
      places.length === 0
        ? "where the wanted mails came in is not known (most of them name no recipients): every mail is judged by the usual model"
        : `the wanted mails came in at ${places.join(", ")}: mails that come in elsewhere are judged by the model for other sources, whose numbers were fitted on made mails`,
    ],
    limits: [
      ...(wereApart(mails) ? [APART] : []),
      "Figures are of mails like those it learnt from, by chance folds; on mails of another year or house it is worse.",
      "Words are kept as hashes with weights: short or rare ones can be guessed by who has the file. Treat it as you treat the mails.",
      "Who may put mails into the training may steer it.",
    ],
  });
}

/** The shipped one: from made mails, without figures of real ones. */
export function trainMadeMail(progress: Progress): TrainedModel {
  progress("made mails");
  const model = madeMailModel();
  const facts: JsonObject = { trainedOn: MADE, seed: MADE_SEED, each: MADE_EACH, cut: model.cut };
  const { bytes, id } = writeModel(mailModelsToContent({ home: model }, facts), sha256);
  const card = modelCard({
    title: "Model of mail that ships, made of generated mails",
    ...{ id, bytes: bytes.length, outcome: undefined },
    learntFrom: [
      `${MADE_EACH} unwanted and ${MADE_EACH} wanted mails that Cordon's own generator wrote (seed ${MADE_SEED}); no mail of anybody's, no public collection`,
      `${model.names.length} marks whose meaning does not change with year or collection, each in its known direction; no words`,
    ],
    uses: [USES[0] ?? "", "It raises a mail to suspicious at most: its number ranks and is no probability."],
    limits: [
      "Made mails are no real ones: of many kinds of phishing it knows nothing. One's own mails teach more: `cordon mail train --ham DIR --phish DIR`.",
      "Without results of checks (SPF, DKIM, DMARC) in the headers it has little to go by.",
    ],
  });
  return { bytes, id, card, outcome: undefined, rows: { good: MADE_EACH, bad: MADE_EACH, copies: 0 }, unread: [] };
}
