/** Mails in files, examined as the operator's configuration says who is who. */
import { readFileSync, statSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { makeRuntime } from "@cordon/adapters/runtime";
import { type Examination, examineMail } from "@cordon/engine/mail/examine";
import type { MailContext } from "@cordon/engine/mail/mail-facts";
import { readMailFile } from "@cordon/engine/mail/mail-file";
import { AppError } from "@cordon/model/error";
import type { Config } from "../config.ts";
import { openFileExaminer } from "./file-examine.ts";
import { mailContext } from "./mail-context.ts";
import { opinionOf } from "./mail-files.ts";

export interface MailExaminer {
  /** Rules over attachments that did not load. */
  readonly remarks: readonly string[];
  examine(path: string): MailFileResult;
  close(): void;
}

export interface MailFileResult {
  readonly mails: readonly ExaminedMail[];
  readonly unread: readonly { readonly where: string; readonly reason: string }[];
}

/** In this process, attachments included: a command may wait where a server may not. */
export function openMailExaminer(config: Config): MailExaminer {
  const files = openFileExaminer(config);
  const context: MailContext = {
    ...mailContext(config),
    judgeFile: (bytes, name) => opinionOf(files.examine(name, bytes).verdict),
  };
  return { remarks: files.remarks(), examine: (path) => examineFile(context, path), close: files.close };
}

/** A mailbox file beyond this is an archive: split it first. */
const FILE_BYTES_MAX = 2 ** 29;

export interface ExaminedMail {
  readonly where: string;
  readonly examination: Examination;
}

function examineFile(context: MailContext, path: string): MailFileResult {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || !stat.isFile()) throw new AppError("bad-request", `${path}: no such file`);
  if (stat.size > FILE_BYTES_MAX)
    throw new AppError("bad-request", `${path}: ${stat.size} bytes, at most ${FILE_BYTES_MAX}: split the mailbox`);
  const bytes = readFileSync(path);
  const runtime = makeRuntime();
  const { messages, unread } = readMailFile(
    /\.gz$/i.test(path) ? gunzipSync(bytes, { maxOutputLength: FILE_BYTES_MAX }) : bytes,
    path,
  );
  const hash = (content: Uint8Array) => runtime.sha256(content);
  return {
    mails: messages.map(({ where, message }) => ({ where, examination: examineMail(message, hash, context) })),
    unread,
  };
}
