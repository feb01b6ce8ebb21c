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
import { writeModel } from "@cordon/engine/learning/model-file/model-file";
import { wordedToContent } from "@cordon/engine/learning/model-file/worded-file";
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
  const outcome = crossedMail(read, {
    seed: SEED,
    progress: (done, all, what) => progress(`${what} of ${all} (${done} done)`),
  });
  progress("the whole");
  const model = wholeMail(read, SEED);
  const lineage = sources.lineage();
  const facts: JsonObject = {
    trainedOn: "real mails",
    seed: SEED,
    sources: lineage,
    ...{ wanted: rows.good, unwanted: rows.bad, copies: rows.copies, cut: model.cut },
    ...metricsJson(outcome),
  };
  const { bytes, id } = writeModel(wordedToContent(model, facts), sha256);
  return { bytes, id, outcome, rows, unread: read.unread, card: cardOf(read, { id, bytes, lineage, outcome }) };
}

const sha256 = (bytes: Uint8Array) => makeRuntime().sha256(bytes);

const USES = [
  "A second opinion beside the hand-set points of `cordon mail examine` and of reported mails. It never lowers a verdict.",
  "Alone it raises a mail to suspicious; to phishing only where points say suspicious by themselves.",
];

function cardOf(
  { unread }: MailCollection,
  given: { id: string; bytes: Uint8Array; lineage: readonly JsonObject[]; outcome: SuiteOutcome },
): string {
  return modelCard({
    title: "Model of mail, learnt from mails of the operator's",
    ...{ id: given.id, bytes: given.bytes.length, outcome: given.outcome, uses: USES },
    learntFrom: [
      ...given.lineage.map(
        ({ name, class: side, files, read, sha256: digest }) =>
          `${side === "good" ? "wanted" : "unwanted"}: \`${String(name).replace(/[`|\n]/g, " ")}\`, ${read} of ${files} files, SHA-256 of the list of their digests \`${digest}\``,
      ),
      `${unread.length} files or mails could not be read`,
      "made mails of Cordon's own, a share of the above, at half weight",
    ],
    limits: [
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
  const { bytes, id } = writeModel(wordedToContent(model, facts), sha256);
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
