/** `cordon file examine PATH...` and `cordon yara check PATH...`: what a file is, what speaks against it; rules that do not compile. */
import type { Examined } from "@cordon/engine/file/examine";
import { factLines } from "../wiring/file-facts.ts";
import { configOf } from "./client.ts";
import { type CommandContext, EXIT } from "./command.ts";
import { safeText } from "./terminal.ts";

const COLOURS = { malicious: "red", suspicious: "yellow", unremarkable: "green", unknown: "dim" } as const;

export async function examine(context: CommandContext): Promise<number> {
  const { terminal, json } = context;
  const { filesBelow, openFileExaminer } = await import("../wiring/file-examine.ts");
  const examiner = openFileExaminer(configOf(context), context.texts("intel"), context.text("model"));
  for (const remark of examiner.remarks()) terminal.note(`not loaded: ${remark}`);
  const counts = { malicious: 0, suspicious: 0, unremarkable: 0, unknown: 0 };
  let unread = 0;
  for (const file of filesBelow(context.words)) {
    if (file.kind === "unread") {
      unread += 1;
      terminal.note(`not read: ${file.path}: ${file.reason}`);
      continue;
    }
    const seen = examiner.examine(file.path, file.bytes);
    counts[seen.verdict.verdict] += 1;
    if (json) terminal.json({ ...seen, kind: "file", type: seen.kind });
    else print(context, seen, context.flag("quiet"));
  }
  examiner.close();
  if (json) terminal.json({ kind: "summary", ...counts, unread });
  else
    terminal.line(
      `${counts.malicious} malicious, ${counts.suspicious} suspicious, ${counts.unremarkable} unremarkable, ${counts.unknown} unknown`,
    );
  if (counts.malicious + counts.suspicious > 0) return EXIT.findings;
  return unread + examiner.remarks().length > 0 ? EXIT.partial : EXIT.ok;
}

function print({ terminal }: CommandContext, seen: Examined & { readonly sha256: string }, quiet: boolean): void {
  const { verdict, score, reasons } = seen.verdict;
  if (quiet && (verdict === "unremarkable" || verdict === "unknown")) return;
  terminal.line(
    `${terminal.paint(COLOURS[verdict], verdict.padEnd(12))} ${String(score).padStart(4)}  ${safeText(seen.name)}`,
  );
  terminal.line(`                   ${seen.kind}, ${seen.size} bytes, sha256 ${seen.sha256}`);
  for (const line of factLines(seen)) terminal.line(safeText(`                   ${line}`));
  for (const { text, points, offset, within } of reasons)
    terminal.line(
      safeText(
        `             ${String(points).padStart(4)}  ${text}${within === undefined ? "" : ` in ${within}`}${offset === undefined ? "" : ` at ${offset}`}`,
      ),
    );
  for (const limit of seen.limits) terminal.line(safeText(`                   limit: ${limit}`));
}

export async function checkRules(context: CommandContext): Promise<number> {
  const { terminal, json } = context;
  const { checkYara } = await import("../wiring/file-examine.ts");
  const { remarkOf } = await import("../wiring/file-examiner.ts");
  const { loaded, problems } = checkYara(context.words);
  for (const problem of problems) {
    if (json) terminal.json({ kind: "problem", ...problem });
    else for (const line of remarkOf(problem).split("\n")) terminal.line(safeText(line));
  }
  if (json) terminal.json({ kind: "summary", files: loaded.length, problems: problems.length });
  else terminal.line(`${loaded.length} files of rules load, ${problems.length} do not`);
  return problems.length > 0 ? EXIT.partial : EXIT.ok;
}
