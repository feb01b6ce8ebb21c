/** What the owner settles about learning from verdicts and closing without a person: docs/learning-loop.md. */
import { z } from "zod";

const zRule = z.string().min(1).max(300);

const zAutoClose = z.strictObject({
  rule: zRule,
  /** Further rules of the same family: what is known of one holds for all of them. Positives and audits are counted together. */
  also: z.array(zRule).max(200).default([]),
  /** At most this share of malicious incidents of the rule may be closed. */
  alpha: z.number().gt(0).lt(0.5),
  /** At most this share of what is closed may be malicious, as audits prove. */
  omissionMax: z.number().gt(0).lt(0.5),
  /** After this day nothing is closed until the owner has looked again. */
  reviewBy: z.iso.date(),
  auditShare: z.number().gt(0).max(1).default(0.05),
});

/** A learnt model beside hand-set points. */
const zBeside = z
  .strictObject({
    enabled: z.boolean().default(true),
    /** Own model; without one the shipped one, where there is one. */
    model: z.string().min(1).optional(),
  })
  .prefault({});

export const zLearning = z
  .strictObject({
    /** Of mails: `cordon mail train`. */
    mail: zBeside,
    /** Of files: `cordon file train`. None ships. */
    file: z.strictObject({ model: z.string().min(1).optional() }).prefault({}),
    /** Verdicts that may be learnt from, before a model is made. */
    verdicts: z.number().int().min(20).max(100_000).default(200),
    /** A verdict rests for so long before it is learnt from. */
    quarantineHours: z.number().int().min(0).max(8_760).default(24),
    /** How long, and over how many new verdicts, a model is watched before it may serve. */
    shadowDays: z.number().int().min(0).max(365).default(7),
    shadowVerdicts: z.number().int().min(0).max(100_000).default(500),
    /** Wealth of the bet that a new model is better: 20 is wrong once in twenty. */
    evidence: z.number().min(1).max(1_000_000).default(20),
    /** A new model is made after so long, if there are new verdicts; 0: only by hand. It never serves by itself. */
    retrainHours: z.number().int().min(0).max(8_760).default(168),
    /** Of decided cases so many are offered to a second person, who is not shown the first verdict. */
    reviewShare: z.number().min(0).max(1).default(0.05),
    /** Who answers for the models: on their cards. */
    owner: z.string().min(1).max(200).default("not named"),
    /** Nothing is closed without a person before it has been quiet for so long. */
    quietMinutes: z.number().int().min(0).max(10_080).default(10),
    /** Rules whose incidents may be closed without a person, behind the gate. */
    autoClose: z.array(zAutoClose).default([]),
  })
  .prefault({});
