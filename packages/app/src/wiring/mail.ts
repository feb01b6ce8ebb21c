/** Mails in files, folders (Maildir) and archives, examined as the operator's configuration says who is who. */
import { statSync } from "node:fs";
import { basename } from "node:path";
import { makeRuntime } from "@cordon/adapters/runtime";
import type { DataFile } from "@cordon/engine/learning/evaluate/suite";
import { type Examination, examineMail, type MailVerdict } from "@cordon/engine/mail/examine";
import { type MailContext, mailFacts } from "@cordon/engine/mail/mail-facts";
import { readMailFile } from "@cordon/engine/mail/mail-file";
import { type MailOpinion, raisedVerdict } from "@cordon/engine/phishing/mail-judge";
import { AppError } from "@cordon/model/error";
import type { Config } from "../config.ts";
import { withoutPacking } from "./eval-archives.ts";
import { dataFiles } from "./eval-data.ts";
import { openFileExaminer } from "./file-examine.ts";
import { mailContext } from "./mail-context.ts";
import { opinionOf } from "./mail-files.ts";
import { type OpenedMailJudge, openMailJudge } from "./mail-judge.ts";

export interface MailExaminer {
  /** What did not load: rules over attachments, the learnt model. */
  readonly remarks: readonly string[];
  /** The learnt model, where one was asked for, cannot be used. */
  readonly modelRefused: boolean;
  /** One result a file; a folder or an archive has many. */
  examine(path: string): AsyncIterable<MailFileResult>;
  close(): void;
}

export interface MailFileResult {
  readonly mails: readonly ExaminedMail[];
  readonly unread: readonly { readonly where: string; readonly reason: string }[];
}

/** In this process, attachments included: a command may wait where a server may not. */
export function openMailExaminer(config: Config, model?: string): MailExaminer {
  const files = openFileExaminer(config);
  const learnt = openMailJudge(config, model);
  const context: MailContext = {
    ...mailContext(config),
    judgeFile: (bytes, name) => opinionOf(files.examine(name, bytes).verdict),
  };
  return {
    remarks: [...files.remarks(), ...(learnt.kind === "refused" ? [`learnt model: ${learnt.reason}`] : [])],
    modelRefused: learnt.kind === "refused",
    examine: (path) => examinePath(path, context, learnt),
    close: files.close,
  };
}

/** A mailbox file beyond this is an archive: split it first. */
const FILE_BYTES_MAX = 2 ** 29;

export interface ExaminedMail {
  readonly where: string;
  readonly examination: Examination;
  /** Of points and model together. */
  readonly verdict: MailVerdict;
  readonly opinion?: MailOpinion;
}

async function* examinePath(
  path: string,
  context: MailContext,
  learnt: OpenedMailJudge,
): AsyncGenerator<MailFileResult> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new AppError("bad-request", `${path}: no such file`);
  if (stat.isFile() && stat.size > FILE_BYTES_MAX)
    throw new AppError("bad-request", `${path}: ${stat.size} bytes, at most ${FILE_BYTES_MAX}: split the mailbox`);
  for (const file of await dataFiles(path)) {
    yield await examineOne(file, placeOf(path, file.path, stat.isDirectory()), { context, learnt });
  }
}

function placeOf(path: string, member: string, folder: boolean): string {
  if (folder) return `${path.replace(/\/+$/, "")}/${member}`;
  return member === withoutPacking(basename(path)) ? path : `${path}!${member}`;
}

async function examineOne(
  file: DataFile,
  name: string,
  { context, learnt }: { readonly context: MailContext; readonly learnt: OpenedMailJudge },
): Promise<MailFileResult> {
  const runtime = makeRuntime();
  const { messages, unread } = readMailFile(await file.bytes(), name);
  return {
    unread,
    mails: messages.map(({ where, message }) => {
      const examination = examineMail(message, (content) => runtime.sha256(content), context);
      if (learnt.kind !== "judge") return { where, examination, verdict: examination.verdict };
      const opinion = learnt.judge(mailFacts(message, context));
      return { where, examination, verdict: raisedVerdict(examination.verdict, opinion), opinion };
    }),
  };
}
