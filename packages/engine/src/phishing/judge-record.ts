/**
 * A learnt model's opinion within the records of a reported mail.
 * Enters: the mail's bytes and its records as the points have them. Leaves: the records with the opinion, and with the
 * verdict that both give (mail-judge.ts MO1 to MO3).
 *
 * JR1. Records and mails are matched by order and sender; where they do not match nothing is changed.
 * JR2. What was said by points alone stays in the record (`verdictByPoints`).
 */
import type { Json, JsonObject } from "@cordon/model/json";
import type { MailVerdict } from "../mail/examine.ts";
import { type MailContext, mailFacts } from "../mail/mail-facts.ts";
import { mailsToJudge } from "../mail/mail-record.ts";
import { basisWords, type MailJudge, type MailOpinion, opinionWords, raisedVerdict } from "./mail-judge.ts";

const REASONS_TOLD = 3;

export function judgedRecords(
  records: readonly JsonObject[],
  bytes: Uint8Array,
  { judge, context }: { readonly judge: MailJudge; readonly context: MailContext },
): readonly JsonObject[] {
  const { judged: mails } = mailsToJudge(bytes);
  if (mails.length !== records.length) return records;
  return records.map((record, at) => {
    const mail = mails[at];
    if (mail === undefined) return record;
    const facts = mailFacts(mail, context);
    return facts.fromAddress.startsWith(textOf(record.from)) ? withOpinion(record, judge(facts)) : record;
  });
}

function withOpinion(record: JsonObject, opinion: MailOpinion): JsonObject {
  const points = VERDICTS.find((verdict) => verdict === record.verdict) ?? "nothing found";
  const verdict = raisedVerdict(points, opinion);
  // Reasons for what it came to; those against it stand in `learnt`.
  const own = opinion.because.filter(({ weight }) => weight > 0 === opinion.over).slice(0, REASONS_TOLD);
  const told = [opinionWords(opinion), ...own.map(({ words }) => words)].join("; ");
  const because = textsOf(record.because);
  return {
    ...record,
    verdict,
    basis: basisWords(opinion),
    ...(verdict !== points && { verdictByPoints: points }),
    reasons: opinion.over ? [...textsOf(record.reasons), "learnt-model"] : textsOf(record.reasons),
    // What raised the verdict stands first: lists of reasons are cut at their end.
    because: verdict === points ? [...because, told] : [told, ...because],
    learnt: {
      model: opinion.model,
      probability: Math.round(1e4 * opinion.probability) / 1e4,
      calibrated: opinion.calibrated,
      cut: opinion.cut,
      reach: opinion.made ? "made" : opinion.reach,
      because: opinion.because.map(({ weight, words }) => `${weight > 0 ? "+" : ""}${weight.toFixed(2)} ${words}`),
    },
  };
}

const VERDICTS: readonly MailVerdict[] = ["phishing", "suspicious", "nothing found"];
const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");
const textsOf = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
