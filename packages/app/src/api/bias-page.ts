/** The report on groups for people who do not read statistics: a works council, a data protection officer. One HTML file. */
import { escapeHtml } from "@cordon/engine/cases/report/escape";
import type { WireModelBias } from "@cordon/model/api/model-health";
import { dayOf, pageOf, percent, tableOf } from "./page-frame.ts";

const NAMES: Readonly<Record<string, string>> = {
  account: "kind of account",
  criticality: "importance of the system",
  department: "department",
  hours: "time of day",
  platform: "operating system or platform",
  region: "region",
  rule: "detection rule",
  severity: "severity",
  source: "source of the log",
};
const ANSWERS = { accept: "accepted, with a reason", mitigate: "to be mitigated", "remove-feature": "feature removed" };
/** Of the organisation first: that is what readers look for. */
const ORDER = ["department", "region", "account", "platform", "hours", "source", "criticality", "severity", "rule"];

type Flag = WireModelBias["flags"][number];
type Segment = WireModelBias["dimensions"][number]["segments"][number];

export function biasPage(bias: WireModelBias, owner: string): string {
  const rank = (name: string): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  const dimensions = bias.dimensions.toSorted((a, b) => rank(a.name) - rank(b.name));
  const open = bias.flags.some(({ answer }) => answer === undefined);
  const tone = bias.flags.length === 0 ? "good" : open ? "bad" : "warn";
  return pageOf("Does Cordon judge all groups alike?", [
    "<h1>Does Cordon judge all groups alike?</h1>",
    `<p class="q">${bias.rows} decided cases from ${dayOf(bias.from)} to ${dayOf(bias.to)}. Responsible: ${escapeHtml(owner)}.</p>`,
    `<div class="box ${tone}"><strong>${escapeHtml(bias.said)}</strong></div>`,
    ...intro(),
    ...(bias.flags.length === 0
      ? []
      : ["<h2>Differences that need an answer</h2>", `<ol>${bias.flags.map(flag).join("")}</ol>`]),
    ...dimensions.flatMap(({ name, segments }) => [
      `<h2>By ${escapeHtml(NAMES[name] ?? name)}</h2>`,
      tableOf(HEAD, segments.map(cells)),
    ]),
    ...notes(),
  ]);
}

const intro = (): readonly string[] => [
  "<h2>What this is</h2>",
  "<p>Cordon looks for attacks in technical logs and orders what it finds, so that security staff see the most urgent first. " +
    "It can close harmless cases without a person, and it can contain an attack (block an address, isolate a computer, lock an account), where the owner allows that. " +
    "This report compares how often that happens, and how often it is wrong, between groups of cases.</p>",
  "<p>It names nobody whom these cases are about; answers bear the name of who gave them. Department, region and kind of account come from the inventory; none of them is given to the model. " +
    "Whether a case was malicious is what security staff decided after looking at it.</p>",
];

function flag(of: Flag): string {
  const { answer, lapsed, dimension } = of;
  const sentence = of.sentence.replace(`${dimension}:`, `By ${NAMES[dimension] ?? dimension}:`);
  const said =
    answer === undefined
      ? `<br><em>No answer yet${lapsed === undefined ? "" : `: ${escapeHtml(lapsed)}`}. Until there is one no model is put into service.</em>`
      : `<br>Answer of ${escapeHtml(answer.by)}, ${dayOf(answer.at)}: ${ANSWERS[answer.answer]}. ${escapeHtml(answer.reason)}`;
  return `<li>${escapeHtml(sentence)}${said}</li>`;
}

const HEAD = [
  { head: "Group" },
  { head: "Cases", number: true },
  { head: "Malicious", number: true },
  { head: "Put on top", number: true },
  { head: "Malicious found", number: true },
  { head: "Malicious missed", number: true },
  { head: "Harmless put on top", number: true },
  { head: "On top and malicious", number: true },
  { head: "Closed without a person", number: true },
  { head: "Contained", number: true },
  { head: "Error of stated chances", number: true },
  { head: "False alarms a person and month", number: true },
] as const;

function cells({ name, rows, malicious, rates, ...rest }: Segment): readonly string[] {
  const rate = (key: string): string => {
    const own = rates[key];
    if (own === undefined) return '<span class="few">too few</span>';
    return `${percent(own.value)}<br><span class="q">${bare(own.low)} to ${bare(own.high)}</span>`;
  };
  const burden = rest.falseAlarmsPerPersonMonth;
  return [
    escapeHtml(name),
    String(rows),
    String(malicious),
    ...["alerts", "tpr", "fnr", "fpr", "precision", "closed", "actions"].map(rate),
    rest.calibrationError === undefined ? '<span class="few">too few</span>' : percent(rest.calibrationError, 1),
    burden === undefined ? `<span class="q">${rest.falseAlarmsPerMonth.toFixed(1)} in all</span>` : burden.toFixed(2),
  ];
}

const bare = (value: number | null): string => percent(value).replace(" %", "");

const notes = (): readonly string[] => [
  "<h2>How to read it</h2>",
  `<ul>${[
    "Below each share stands the range in which it lies with 95 % certainty. Ranges that overlap widely are no difference.",
    'Groups with fewer than 50 cases or 10 malicious ones say "too few": from so few nothing can be said, neither good nor bad.',
    "A difference is reported when it is beyond chance (also considering how many comparisons were made, and that many cases may come from one computer) and large: one group less than four fifths of the other, or an error rate that surely differs.",
    "A difference is not yet discrimination: departments are attacked differently often. It asks for an explanation, in writing, by a person who is named here.",
    "Cases that nobody looked at have no verdict and are not in here, except those closed without a person.",
  ]
    .map((text) => `<li>${text}</li>`)
    .join("")}</ul>`,
];
