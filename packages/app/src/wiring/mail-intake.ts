/**
 * Where reported mails become records, whichever way they come: mailbox, folder, push. One for the whole process, because
 * campaigns and known senders are the organisation's and not of one source.
 *
 * MI1. The campaign book is written after its records were handed on; a mail that is read again is placed as before.
 * MI2. What cannot be read as mail throws: the source reports it and goes on.
 */
import type { FileJudge } from "@cordon/engine/mail/mail-attachments";
import { type CampaignBook, makeCampaignBook } from "@cordon/engine/phishing/campaign-book";
import { reportedMail } from "@cordon/engine/phishing/reported-mail";
import type { SenderBook } from "@cordon/engine/phishing/sender-book";
import { AppError } from "@cordon/model/error";
import type { Sha256 } from "@cordon/model/ids";
import type { Runtime } from "@cordon/model/ports/runtime";
import type { Config } from "../config.ts";
import type { Meters } from "../meters.ts";
import { mailContext } from "./mail-context.ts";
import { followMailJudge } from "./mail-judge.ts";

export interface MailIntake {
  /** Records of one mail, as JSON texts. */
  recordsOf(mail: Uint8Array): Promise<readonly Uint8Array[]>;
  /** Writes down what the books learnt; to be called when the records are durable. */
  keep(): Promise<void>;
  /** Whether the learnt model's file is another one now: also said of a time in which no mail comes. */
  look(): void;
}

/** Looks into what is attached before the mail is judged. */
type JudgeFiles = (mail: Uint8Array, hash: (bytes: Uint8Array) => Sha256) => Promise<FileJudge>;

interface NamedTexts {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
}

const BOOK = "mail-campaigns";

export async function openMailIntake(
  config: Config,
  parts: {
    readonly runtime: Runtime;
    readonly kv: NamedTexts;
    readonly senders: SenderBook;
    readonly judgeFiles?: JudgeFiles;
    readonly meters: Meters;
    readonly log: (level: "warn" | "info", message: string) => void;
  },
): Promise<MailIntake> {
  const { runtime, kv, senders, judgeFiles } = parts;
  const campaigns: CampaignBook = makeCampaignBook(await kv.get(BOOK));
  const context = mailContext(config);
  const learnt = followMailJudge(config, parts);
  const encoder = new TextEncoder();
  const hash = (bytes: Uint8Array) => runtime.sha256(bytes);
  let written: string | undefined;
  return {
    look: learnt.look,
    async recordsOf(mail) {
      learnt.look();
      const judgeFile = await judgeFiles?.(mail, hash);
      const judge = learnt.current();
      const records = reportedMail(mail, {
        ...{ hash, books: { campaigns, senders }, now: runtime.now() },
        context: judgeFile === undefined ? context : { ...context, judgeFile },
        ...(judge !== undefined && { judge }),
      });
      if (records.length === 0) throw new AppError("bad-request", "no mail in it");
      return records.map((record) => encoder.encode(JSON.stringify(record)));
    },
    async keep() {
      const book = campaigns.snapshot();
      if (book === written) return;
      await kv.set(BOOK, book);
      written = book;
    },
  };
}
