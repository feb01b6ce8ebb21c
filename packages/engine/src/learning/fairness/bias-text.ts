/** A bias report in plain language, as Markdown, with the answers to its flags. Names of segments are made safe for a table. */
import type { BiasReport, Segment } from "./bias.ts";
import type { Flag } from "./flags.ts";
import type { Rate } from "./wilson.ts";

export function biasMarkdown({ rows, dimensions }: BiasReport, flags: readonly Flag[]): string {
  return [
    "# Does the model treat all groups alike?",
    `${rows} decided cases. ${biasVerdict(flags)}`,
    'Brackets hold 95 % intervals. Groups below 50 cases or 10 malicious ones say "too few": nothing can be said of them.',
    ...(flags.length === 0 ? [] : ["## Flags", ...flags.map(flagText)]),
    ...dimensions.flatMap(({ name, segments }) => [`## By ${safe(name)}`, tableOf(segments)]),
    "",
  ].join("\n\n");
}

export function biasVerdict(flags: readonly Flag[]): string {
  const open = flags.filter(({ answer }) => answer === undefined).length;
  if (flags.length === 0) return "No difference between groups is both large and beyond chance.";
  const found =
    flags.length === 1
      ? "One difference between groups is large and beyond chance."
      : `${flags.length} differences between groups are large and beyond chance.`;
  return open === 0 ? `${found} All are answered.` : `${found} ${open} without an answer: no model is promoted before.`;
}

/** The gap in one sentence, without marks of any format. */
export function flagSentence({ dimension, said, highest, lowest, gap }: Flag): string {
  const points = `${(100 * gap.value).toFixed(0)} points (${(100 * gap.low).toFixed(0)} to ${(100 * gap.high).toFixed(0)})`;
  return `${dimension}: ${said}: ${highest} lies ${points} above ${lowest}.`;
}

function flagText(flag: Flag): string {
  const { answer, lapsed } = flag;
  const said =
    answer === undefined
      ? `Answer (accept with reason, mitigate, remove feature): ______${lapsed === undefined ? "" : ` (${lapsed})`}`
      : `Answered by ${safe(answer.by)} on ${new Date(answer.at).toISOString().slice(0, 10)}: ${answer.answer}. ${safe(answer.reason, 2_000)}`;
  return `- ${safe(flagSentence(flag), 400)}\n  ${said}`;
}

function tableOf(segments: readonly Segment[]): string {
  const lines = segments.map((segment) => {
    const { name, rows, malicious, tooFew, rates, falseAlarmsPerMonth, falseAlarmsPerPersonMonth: perPerson } = segment;
    const rate = (one: Rate | undefined): string => (one === undefined ? "too few" : percent(one));
    const cells = [
      safe(name),
      String(rows),
      String(malicious),
      ...[rates.alerts, rates.tpr, rates.fpr, rates.precision, rates.closed, rates.actions].map(rate),
      perPerson === undefined ? `${falseAlarmsPerMonth.toFixed(1)} in all` : perPerson.toFixed(2),
      tooFew ? "too few" : "",
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const head =
    "| group | cases | malicious | put on top | malicious found | harmless put on top | on top and malicious | closed alone | contained | false alarms a person and month | note |";
  return [head, `|${"---|".repeat(11)}`, ...lines].join("\n");
}

const percent = ({ value, low, high }: Rate): string =>
  Number.isNaN(value) ? "-" : `${(100 * value).toFixed(0)} % (${(100 * low).toFixed(0)} to ${(100 * high).toFixed(0)})`;

const safe = (text: string, max = 80): string => text.replace(/[|<>&`*_[\]\\\n\r]/g, " ").slice(0, max);
