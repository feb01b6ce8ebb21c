/** `cordon model health|bias|answer|proposal|reviews|review`: how what was learnt fares, and what people answer to that. */
import { writeFile } from "node:fs/promises";
import {
  zFlagAnswerRequest,
  zModelBias,
  zModelHealth,
  zProposalAnswerRequest,
  zReviewed,
  zReviewList,
  zReviewRequest,
} from "@cordon/model/api/model-health";
import { AppError } from "@cordon/model/error";
import { instant, isoTime } from "@cordon/model/time";
import type { z } from "zod";
import { withClient } from "./client.ts";
import { type CommandContext, EXIT } from "./command.ts";
import { safeText, table } from "./terminal.ts";

export function health(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    const answer = zModelHealth.parse(await client.call("modelHealth"));
    const { terminal } = context;
    const file = context.text("report");
    if (file !== undefined) {
      await writeFile(
        file,
        file.endsWith(".json") ? `${JSON.stringify(answer, null, 2)}\n` : await client.text("modelHealthReport"),
      );
      terminal.note(`written to ${file}`);
    }
    if (context.json) terminal.json({ kind: "health", ...answer });
    else showHealth(context, answer);
    return EXIT.ok;
  });
}

function showHealth({ terminal }: CommandContext, answer: z.infer<typeof zModelHealth>): void {
  terminal.line(safeText(`${answer.verdict}: ${answer.said}`));
  for (const { step, holds, why } of answer.ladder) if (holds) terminal.line(safeText(`  ${step}: ${why}`));
  table(
    terminal,
    answer.drift.filter(({ alarm }) => alarm),
    [
      { head: "CHANGED", value: (row) => row.words, max: 50 },
      { head: "STATISTIC", value: (row) => row.statistic },
      {
        head: "MOVED",
        value: (row) => (row.effect === null ? "-" : `${(100 * row.effect).toFixed(0)} %`),
        right: true,
      },
      { head: "Q", value: (row) => short(row.q), right: true },
      { head: "SINCE ABOUT", value: (row) => (row.since === undefined ? "" : day(row.since)) },
      { head: "TWICE", value: (row) => (row.lasting ? "yes" : "no") },
      { head: "MAY COME FROM", value: (row) => row.tied[0]?.what ?? "", max: 60 },
    ],
  );
  for (const { column, said } of answer.quality) terminal.line(safeText(`data: ${column} ${said}`));
  const { performance, closing, agreement } = answer;
  if (performance !== undefined)
    terminal.line(
      `F1 estimated ${short(performance.estimated.f1)} (${short(performance.low.f1)} to ${short(performance.high.f1)}), true ${short(performance.truth.f1)}: ${performance.trust}`,
    );
  const { risen } = answer;
  if (risen !== undefined)
    terminal.line(
      `squared error of what it says: ${short(risen.before)} before, ${short(risen.after)} since about ${day(risen.since)} (${risen.rows} verdicts)`,
    );
  if (answer.selective !== undefined && answer.selective.kind !== "complete")
    terminal.line(safeText(`closed without a person: ${answer.selective.said}`));
  for (const { incident, why } of answer.ask ?? []) terminal.note(safeText(`worth a verdict: ${incident}: ${why}`));
  for (const reason of closing.paused) terminal.line(safeText(`closing without a person is paused: ${reason}`));
  const kappa = agreement.kappa === undefined ? "kappa needs 20" : `kappa ${short(agreement.kappa)}`;
  terminal.note(
    `${agreement.pairs} second reviews (${kappa}), ${agreement.waiting} wait; ${answer.openFlags} flags between groups open`,
  );
  for (const { id, why, state } of answer.proposals)
    if (state === "open")
      terminal.note(safeText(`retraining is proposed: ${why}; cordon model proposal ${id} accept --reason TEXT`));
}

export function bias(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    const { terminal, json } = context;
    const answer = zModelBias.parse(await client.call("modelBias"));
    const file = context.text("report");
    if (file !== undefined) await writeFile(file, await fileOf(file, answer, () => client.text("modelBiasReport")));
    if (json) terminal.json({ kind: "bias", ...answer });
    else if (file === undefined) terminal.line(answer.markdown.split("\n").map(safeText).join("\n"));
    else terminal.note(`${answer.flags.length} flags; written to ${file}`);
    if (!json)
      for (const flag of answer.flags)
        if (flag.answer === undefined)
          terminal.note(
            safeText(
              `unanswered: cordon model answer "${flag.id}" --answer accept|mitigate|remove-feature --reason TEXT`,
            ),
          );
    return EXIT.ok;
  });
}

async function fileOf(file: string, answer: z.infer<typeof zModelBias>, page: () => Promise<string>): Promise<string> {
  if (file.endsWith(".md")) return answer.markdown;
  if (file.endsWith(".json")) return `${JSON.stringify(answer, null, 2)}\n`;
  return page();
}

export function answer(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    const given = { flag: context.words[0], answer: context.text("answer"), reason: context.text("reason") };
    const body = checked(zFlagAnswerRequest, given);
    const { flags } = zModelBias.parse(await client.call("answerFlag", { body }));
    const open = flags.filter((flag) => flag.answer === undefined).length;
    if (context.json) context.terminal.json({ kind: "answered", flag: body.flag, open });
    else context.terminal.line(`answered; ${open} of ${flags.length} flags are open`);
    return EXIT.ok;
  });
}

export function proposal(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    const [id = "", said] = context.words;
    const body = checked(zProposalAnswerRequest, { answer: said, reason: context.text("reason") });
    const { proposals } = zModelHealth.parse(await client.call("answerProposal", { params: { id }, body }));
    const made = proposals.find((each) => each.id === id);
    if (context.json) context.terminal.json({ kind: "proposal", ...made });
    else
      context.terminal.line(
        made?.model === undefined ? "declined" : `model ${made.model.slice(0, 12)} stands in shadow`,
      );
    return EXIT.ok;
  });
}

export function reviews(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    const { items } = zReviewList.parse(await client.call("listReviews"));
    const { terminal } = context;
    if (context.json) for (const item of items) terminal.json({ kind: "review", ...item });
    else
      table(terminal, items, [
        { head: "INCIDENT", value: (row) => row.incident },
        { head: "SEVERITY", value: (row) => row.severity },
        { head: "SEEN", value: (row) => day(row.lastSeen) },
        { head: "TITLE", value: (row) => row.title, max: 60 },
        { head: "RULES", value: (row) => row.rules.join(", "), max: 60 },
      ]);
    if (!context.json)
      terminal.note(`${items.length} wait for a second verdict: cordon model review INCIDENT --verdict VERDICT`);
    return EXIT.ok;
  });
}

export function review(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    const body = checked(zReviewRequest, { verdict: context.text("verdict"), note: context.text("note") ?? "" });
    const said = zReviewed.parse(await client.call("giveReview", { params: { id: context.words[0] ?? "" }, body }));
    if (context.json) context.terminal.json({ kind: "reviewed", ...said });
    else context.terminal.line(`${said.agreed ? "agreed" : "not agreed"}: the first verdict was ${said.first}`);
    return EXIT.ok;
  });
}

function checked<T extends z.ZodType>(schema: T, given: unknown): z.output<T> {
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  throw new AppError("usage", read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "));
}

const short = (value: number | null): string => (value === null ? "-" : String(Number(value.toPrecision(3))));
const day = (at: number): string => isoTime(instant(at)).slice(0, 16);
