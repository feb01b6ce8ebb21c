/**
 * What is attached to a mail, examined before the mail is judged.
 * Enters: the mail. Leaves: the examiner's word on each file, for whoever judges the mail.
 *
 * MF1. The mail is read once more, to learn what is attached; examining itself happens in the examiner's thread, so nothing
 *      waits but this mail.
 * MF2. FILES_MAX files and FILES_BYTES_MAX bytes of one mail are examined; of the others it is said that they were not.
 */
import type { FileVerdict } from "@cordon/engine/file/verdict";
import type { FileJudge, FileOpinion } from "@cordon/engine/mail/mail-attachments";
import { NO_CONTEXT } from "@cordon/engine/mail/mail-facts";
import { mailRecords } from "@cordon/engine/mail/mail-record";
import { messageOf } from "@cordon/model/error";
import type { Sha256 } from "@cordon/model/ids";
import type { FilePool } from "./file-pool.ts";

const FILES_MAX = 20;
const FILES_BYTES_MAX = 48 * 2 ** 20;
const REASONS_MAX = 5;

export function opinionOf({ verdict, reasons }: FileVerdict): FileOpinion {
  return {
    verdict: verdict === "unremarkable" ? "clean" : verdict,
    reasons: reasons.slice(0, REASONS_MAX).map(({ text }) => text),
  };
}

export async function judgeAttached(
  pool: Pick<FilePool, "examine">,
  mail: Uint8Array,
  hash: (bytes: Uint8Array) => Sha256,
): Promise<FileJudge> {
  const wanted = new Map<string, { readonly name: string; readonly bytes: Uint8Array }>();
  const keyOf = (bytes: Uint8Array, name: string): string => `${hash(bytes)} ${name}`;
  const collect: FileJudge = (bytes, name) => {
    wanted.set(keyOf(bytes, name), { name, bytes });
    return unknown("not examined yet");
  };
  mailRecords(mail, hash, { ...NO_CONTEXT, judgeFile: collect });
  const opinions = new Map<string, FileOpinion>();
  let left = FILES_BYTES_MAX;
  for (const [key, { name, bytes }] of [...wanted].slice(0, FILES_MAX)) {
    left -= bytes.length;
    if (left >= 0) opinions.set(key, await opinionFrom(pool, name, bytes));
  }
  return (bytes, name) => opinions.get(keyOf(bytes, name)) ?? unknown("not examined: too much is attached");
}

const unknown = (reason: string): FileOpinion => ({ verdict: "unknown", reasons: [reason] });

async function opinionFrom(pool: Pick<FilePool, "examine">, name: string, bytes: Uint8Array): Promise<FileOpinion> {
  try {
    const { report, reason } = await pool.examine(name, bytes);
    return report === undefined ? unknown(reason ?? "not examined") : opinionOf(report.verdict);
  } catch (error) {
    // A full queue: the mail is judged without this file rather than not at all, and says so.
    return unknown(`not examined: ${messageOf(error)}`);
  }
}
