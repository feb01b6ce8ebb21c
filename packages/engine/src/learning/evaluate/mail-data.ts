/**
 * Collections of mail whose folders or files tell what is in them -> labelled rows.
 *
 * MC1. The class comes from names (`spam`, `phish`, `ham`, `legit`, ...), the nearest name to the file first; the name is
 *      used for nothing else. Files whose names tell nothing are in `unread`.
 * MC2. Mails with the same words are kept once (the first); near-duplicates share a group.
 */
import { continuesThread, mailFacts } from "../../mail/mail-facts.ts";
import { readMailFile } from "../../mail/mail-file.ts";
import { hashWords, type WordedRow } from "../../mail/mail-model.ts";
import { modelText } from "../../mail/mail-text.ts";
import { mailVector } from "../../mail/mail-vector.ts";
import { nearDuplicates } from "../../mail/near-duplicates.ts";
import { receiversOf } from "../../mail/receivers.ts";
import { indexLabels, isMailIndex } from "./mail-index.ts";
import { isMailTable, readMailTable } from "./mail-table.ts";
import type { DataFile, SuiteOutcome } from "./suite.ts";

export interface LabelledMail extends WordedRow {
  readonly where: string;
  /** Folder, or file where many mails are in one. */
  readonly folder: string;
  readonly bad: boolean;
  readonly hardHam: boolean;
  readonly file: DataFile;
  /** Belongs to a conversation: an answer, or quotes one. */
  readonly talk: boolean;
  readonly subject: string;
  readonly from: string;
  readonly date: number | undefined;
  /** Where it came in; told of a model, learnt by none. */
  readonly receivers: readonly string[];
}

export interface MailCollection {
  readonly mails: readonly LabelledMail[];
  readonly groups: Int32Array;
  readonly copies: number;
  readonly unread: SuiteOutcome["unread"];
}

const BAD =
  /(?:^|[^a-z])(?:spam|phish\w*|fraud\w*|scam\w*|malicious|malware|malspam|junk|unwanted|attack\w*|nazario|nigerian)|(?:^|[^a-z0-9])(?:419|bec)(?:[^a-z0-9]|$)|phish|^bad$|^spmsg|spam\d/i;
const GOOD =
  /(?:^|[^a-z])(?:ham|legit|legitimate|benign|normal|good|clean|safe|wanted|genuine|nonspam|non[-_ ]?(?:spam|phish\w*)|not[-_ ](?:spam|phish\w*)|no[-_ ]spam)(?:[^a-z]|$)|ham[-_ ]?\d|(?:^|[^a-z])legit/i;
/** Good where nothing in the name says bad: `easy`, and yet `spam_easy`. */
const GOOD_ALONE = /(?:^|[^a-z])(?:easy|hard|inbox|sent|enron)(?:[^a-z]|$)/i;
/** Wanted mail that looks unwanted, as a collection's own folders call it. */
const HARD = /hard[-_ ]?(?:ham|good|legit\w*|benign)|(?:^|[^a-z])hard(?:[^a-z]|$)/i;

type ClassOf = (path: string) => "bad" | "good" | undefined;

/** A Maildir's file is named by a server and a clock: its name says nothing of its class. */
const MAILDIR_FILE = /(?:^|\/)(?:cur|new)\/[^/]+$/;

export function classOfPath(path: string): "bad" | "good" | undefined {
  for (const name of path.replace(MAILDIR_FILE, "").split(/[/!]/).toReversed()) {
    const bare = name.toLowerCase().replace(/spam[-_ ]?assassin/g, "");
    if (GOOD.test(bare)) return "good";
    if (BAD.test(bare)) return "bad";
    if (GOOD_ALONE.test(bare)) return "good";
  }
  return undefined;
}

const PASSED_OVER =
  /\.(?:js|md|html?|xml|pdf|py|ts|zip|tar|bz2|gitignore)$|(?:^|\/)(?:readme|license|notice|cmds|labels?|index)(?:\.[a-z]+)?$/i;

interface Collecting {
  readonly mails: LabelledMail[];
  readonly texts: string[];
  readonly unread: { where: string; reason: string }[];
}

export async function readCollection(
  files: readonly DataFile[],
  progress: (done: number, all: number) => void,
  classOf: ClassOf = classOfPath,
): Promise<MailCollection> {
  const into: Collecting = { mails: [], texts: [], unread: [] };
  // Who says the class of every file has no need of lists.
  const known = classOf === classOfPath ? await indexLabels(files) : new Map<string, "bad" | "good">();
  const twins = new Set(files.map(({ path }) => path));
  let done = 0;
  for (const file of files) {
    progress(done, files.length);
    done += 1;
    // A message's own description beside it (name.json to name.txt) is no second mail.
    if (isMailIndex(file.path) || (/\.json$/.test(file.path) && twins.has(file.path.replace(/\.json$/, ".txt"))))
      continue;
    const label = known.get(file.path) ?? classOf(file.path);
    if (isMailTable(file.path)) await addTable(file, label, into);
    else if (PASSED_OVER.test(file.path) && label === undefined) continue;
    else if (label === undefined)
      into.unread.push({ where: file.path, reason: "no name tells whether it is good or bad" });
    else await addFile(file, label, into);
  }
  return unique(into);
}

async function addFile(file: DataFile, label: "bad" | "good", into: Collecting): Promise<void> {
  const { messages, unread } = readMailFile(await file.bytes(), file.path);
  into.unread.push(...unread);
  for (const { where, message } of messages) addMail({ file, where, bad: label === "bad", message }, into);
}

async function addTable(file: DataFile, label: "bad" | "good" | undefined, into: Collecting): Promise<void> {
  const { messages, unread } = readMailTable(await file.bytes(), file.path, label);
  into.unread.push(...unread);
  for (const one of messages) addMail({ file, ...one }, into);
}

type Found = Pick<LabelledMail, "file" | "where" | "bad"> & { readonly message: Parameters<typeof mailFacts>[0] };

function addMail({ file, where, bad, message }: Found, into: Collecting): void {
  const facts = mailFacts(message);
  const text = modelText(facts);
  const folder = file.path.includes("/") ? file.path.slice(0, file.path.lastIndexOf("/")) : file.path;
  into.texts.push(text);
  into.mails.push({
    file,
    where,
    folder,
    bad,
    hardHam: !bad && HARD.test(file.path),
    talk: continuesThread(facts) || /^\s{0,2}>/m.test(message.text),
    subject: message.subject,
    from: facts.fromAddress,
    date: message.date,
    receivers: receiversOf(message),
    values: mailVector(facts),
    words: hashWords(text),
  });
}

function unique({ mails, texts, unread }: Collecting): MailCollection {
  const seen = new Set<string>();
  const kept = mails.flatMap((_, at) => {
    const key = (texts[at] ?? "")
      .toLowerCase()
      .replace(/[^\p{L}]+/gu, " ")
      .trim();
    // Mails without words are no copies of one another.
    if (key.length > 20 && seen.has(key)) return [];
    seen.add(key);
    return [at];
  });
  return {
    mails: kept.flatMap((at) => mails[at] ?? []),
    groups: nearDuplicates(kept.map((at) => texts[at] ?? "")),
    copies: mails.length - kept.length,
    unread,
  };
}
