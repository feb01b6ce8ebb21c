/** `cordon mail examine`: what an analyst would say about a mail, without a server. */
import { campaignsOf } from "@cordon/engine/mail/campaign";
import { defang, type Examination } from "@cordon/engine/mail/examine";
import { basisWords, opinionWords } from "@cordon/engine/phishing/mail-judge";
import { instant, isoTime } from "@cordon/model/time";
import type { ExaminedMail } from "../wiring/mail.ts";
import { configOf } from "./client.ts";
import { type CommandContext, EXIT } from "./command.ts";
import { safeText } from "./terminal.ts";

const URLS_SHOWN = 10;

export async function examine(context: CommandContext): Promise<number> {
  const { terminal, json } = context;
  const { openMailExaminer } = await import("../wiring/mail.ts");
  const examiner = openMailExaminer(configOf(context), context.text("model"));
  for (const remark of examiner.remarks) terminal.note(safeText(`not loaded: ${remark}`));
  const counts = { phishing: 0, suspicious: 0, "nothing found": 0 };
  const all: Examination[] = [];
  let unreadCount = 0;
  for (const path of context.words)
    for await (const { mails, unread } of examiner.examine(path)) {
      for (const mail of mails) {
        counts[mail.verdict] += 1;
        all.push(mail.examination);
        if (json) terminal.json({ kind: "mail", where: mail.where, ...shownSafely(mail) });
        else print(context, mail);
      }
      unreadCount += unread.length;
      for (const { where, reason } of unread) {
        if (json) terminal.json({ kind: "unread", where, reason });
        else terminal.note(safeText(`not read: ${where}: ${reason}`));
      }
    }
  examiner.close();
  printCampaigns(context, all);
  if (json) terminal.json({ kind: "summary", ...counts, unread: unreadCount });
  return unreadCount > 0 || examiner.modelRefused ? EXIT.partial : EXIT.ok;
}

function printCampaigns({ terminal, json }: CommandContext, all: readonly Examination[]): void {
  for (const { mails, ties, senders, recipients } of campaignsOf(all)) {
    const safe = { ties: ties.map(defang), senders: senders.map(defang), recipients: recipients.map(defang) };
    if (json) terminal.json({ kind: "campaign", mails: mails.length, ...safe });
    else
      terminal.line(
        safeText(
          `campaign of ${mails.length} mails (${safe.ties.join(", ")}): from ${safe.senders.join(", ")} to ${safe.recipients.join(", ")}`,
        ),
      );
  }
}

/** Nothing that leaves here can be clicked. */
function shownSafely({ examination: found, verdict, opinion }: ExaminedMail) {
  return {
    ...found,
    verdict,
    ...(verdict !== found.verdict && { verdictByPoints: found.verdict }),
    ...(opinion !== undefined && { basis: basisWords(opinion), learnt: opinion }),
    subject: defang(found.subject),
    reasons: found.reasons.map((reason) => ({ ...reason, words: defang(reason.words) })),
    urls: found.urls.map(defang),
    hosts: found.hosts.map(defang),
  };
}

function print({ terminal }: CommandContext, mail: ExaminedMail): void {
  const found = shownSafely(mail);
  const { where, opinion } = mail;
  const line = (text: string): void => terminal.line(safeText(text));
  terminal.line(terminal.paint("bold", safeText(`${where}: ${found.verdict} (${found.score} of 100, ${found.basis})`)));
  line(`  from     ${found.fromName} <${defang(found.from)}>`);
  line(`  subject  ${found.subject}`);
  if (found.date !== undefined) line(`  date     ${isoTime(instant(found.date))}`);
  for (const { points, words, at } of found.reasons) line(`  ${points > 0 ? "+" : ""}${points}  ${words} [${at}]`);
  if (found.reasons.length === 0) line("  no reason found; that is no proof of honesty");
  if (opinion !== undefined) {
    const raised = mail.verdict === mail.examination.verdict ? "" : ", raises the verdict";
    line(`  model    ${opinionWords(opinion)}${raised}`);
    for (const { weight, words } of opinion.because)
      line(`           ${weight > 0 ? "+" : ""}${weight.toFixed(2)}  ${words}`);
  }
  for (const url of found.urls.slice(0, URLS_SHOWN)) line(`  link     ${url}`);
  if (found.urls.length > URLS_SHOWN) line(`  ${found.urls.length - URLS_SHOWN} more links: --json`);
  for (const { name, type, size, sha256 } of found.attachments)
    line(`  file     ${name || "(no name)"} ${type} ${size} bytes sha256 ${sha256}`);
  for (const remark of found.remarks) line(`  remark   ${remark}`);
  line(`  text     ${found.excerpt}`);
}
