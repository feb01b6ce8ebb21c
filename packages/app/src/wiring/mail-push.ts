/** Mails pushed to the API (`message/rfc822`, `application/mbox`): judged like reports from a mailbox. */
import { splitMbox } from "@cordon/engine/mail/mail-file";
import { AppError, messageOf } from "@cordon/model/error";
import type { MailIntake } from "./mail-intake.ts";

/** A report with attachments, encoded; the mailbox source takes no more either. */
const BODY_BYTES_MAX = 48 * 2 ** 20;

export const isMail = (contentType: string | undefined): boolean =>
  /^\s*(?:message\/rfc822|application\/mbox)\s*(?:;|$)/i.test(contentType ?? "");

export async function readPushedMail(body: AsyncIterable<Uint8Array>, intake: MailIntake) {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > BODY_BYTES_MAX)
      throw new AppError("body-too-large", `more than ${BODY_BYTES_MAX} bytes of mail`, {
        fix: "send mails one by one",
      });
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const mails = new TextDecoder("latin1").decode(bytes.subarray(0, 5)) === "From " ? splitMbox(bytes) : [bytes];
  const problems: { readonly position: number; readonly reason: string }[] = [];
  const lines: Uint8Array[] = [];
  for (const [position, mail] of mails.entries()) {
    try {
      for (const text of await intake.recordsOf(mail)) lines.push(text, NEW_LINE);
    } catch (error) {
      problems.push({ position, reason: messageOf(error) });
    }
  }
  return { body: linesOf(lines), problems };
}

const NEW_LINE = new TextEncoder().encode("\n");

async function* linesOf(lines: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* lines;
}
