/** The card of a model of mails or files: what it is, what it learnt from, what it is worth, what it must not be used for. */
import type { SuiteOutcome } from "@cordon/engine/learning/evaluate/suite";
import type { JsonObject } from "@cordon/model/json";

export interface CardFacts {
  readonly title: string;
  readonly id: string;
  readonly bytes: number;
  /** What it learnt from, one line each. */
  readonly learntFrom: readonly string[];
  readonly outcome: SuiteOutcome | undefined;
  readonly uses: readonly string[];
  readonly limits: readonly string[];
}

export function modelCard({ title, id, bytes, learntFrom, outcome, uses, limits }: CardFacts): string {
  const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join("\n");
  return `# ${title}

Id (SHA-256 of the file): \`${id}\`, ${bytes} bytes.

## Learnt from
${list(learntFrom)}

## What it is worth
${outcome === undefined ? "Not measured by the command: see docs/evaluation.md." : figures(outcome)}

## What it is for
${list(uses)}

## What it does not know
${list(limits)}
`;
}

const share = (value: number): string => (Number.isNaN(value) ? "not known" : value.toFixed(4));

function figures({ protocol, metrics, intervals = {}, by = {} }: SuiteOutcome): string {
  const rows = Object.entries(metrics).map(([name, value]) => {
    const interval = intervals[name];
    return `| ${name} | ${Number.isInteger(value) ? value : share(value)} | ${interval?.map(share).join(" to ") ?? ""} |`;
  });
  const groups = Object.entries(by).map(
    ([name, values]) =>
      `| ${name} | ${Object.entries(values)
        .map(([key, value]) => `${key} ${Number.isInteger(value) ? value : share(value)}`)
        .join(", ")} |`,
  );
  const parts = [protocol, ["| figure | value | 95 % |", "|---|---|---|", ...rows].join("\n")];
  if (groups.length > 0) parts.push(["| part | figures |", "|---|---|", ...groups].join("\n"));
  return parts.join("\n\n");
}

/** Figures as the header of a model file keeps them; what is not known is left out. */
export const metricsJson = ({ metrics, intervals = {} }: SuiteOutcome): JsonObject => ({
  metrics: Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value))),
  intervals: Object.fromEntries(
    Object.entries(intervals).flatMap(([name, [low, high]]) =>
      Number.isFinite(low) && Number.isFinite(high) ? [[name, [low, high]] as const] : [],
    ),
  ),
});
