/** A bias report in plain language, as Markdown, with a place to answer every flag. Names of segments are made safe for a table. */
import type { BiasReport, Gap, Segment } from "./bias.ts";
import type { Rate } from "./wilson.ts";

export function biasMarkdown({ rows, dimensions, gaps }: BiasReport): string {
  const flags = gaps.filter(({ flagged }) => flagged);
  const verdict =
    flags.length === 0
      ? "No difference between groups is both large and beyond chance."
      : `${flags.length} differences between groups are large and beyond chance. Each needs an answer.`;
  return [
    "# Does the model treat all groups alike?",
    `${rows} decided cases. ${verdict}`,
    'Brackets hold 95 % intervals. Groups below 50 cases or 10 malicious ones say "too few": nothing can be said of them.',
    ...(flags.length === 0 ? [] : ["## Flags", ...flags.map(flagText)]),
    ...dimensions.flatMap(({ name, segments }) => [`## By ${safe(name)}`, tableOf(segments)]),
    "",
  ].join("\n\n");
}

function flagText({ dimension, said, highest, lowest, gap }: Gap): string {
  const points = `${(100 * gap.value).toFixed(0)} points (${(100 * gap.low).toFixed(0)} to ${(100 * gap.high).toFixed(0)})`;
  return [
    `- ${safe(dimension)}: ${said}: ${safe(highest)} lies ${points} above ${safe(lowest)}.`,
    "  Answer (accept with reason, mitigate, remove feature): ______",
  ].join("\n");
}

function tableOf(segments: readonly Segment[]): string {
  const lines = segments.map(({ name, rows, malicious, tooFew, rates, falseAlarmsPerMonth }) => {
    const rate = (one: Rate | undefined): string => (one === undefined ? "too few" : percent(one));
    const cells = [
      safe(name),
      String(rows),
      String(malicious),
      rate(rates.alerts),
      rate(rates.tpr),
      rate(rates.fpr),
      rate(rates.closed),
    ];
    return `| ${cells.join(" | ")} | ${falseAlarmsPerMonth.toFixed(1)} | ${tooFew ? "too few" : ""} |`;
  });
  const head =
    "| group | cases | malicious | put on top | malicious found | harmless put on top | closed alone | false alarms a month | note |";
  return [head, `|${"---|".repeat(9)}`, ...lines].join("\n");
}

const percent = ({ value, low, high }: Rate): string =>
  Number.isNaN(value) ? "-" : `${(100 * value).toFixed(0)} % (${(100 * low).toFixed(0)} to ${(100 * high).toFixed(0)})`;

const safe = (text: string): string => text.replace(/[|<>&`*_[\]\\\n\r]/g, " ").slice(0, 80);
