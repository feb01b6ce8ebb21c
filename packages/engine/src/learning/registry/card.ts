/**
 * The model card: what a model is for, what it learnt from, how good it is and how it fails. Markdown, made from record and file.
 * Enters: the record. Leaves: text. The same record gives the same text.
 */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import type { ModelRecord } from "@cordon/model/model-record";
import { isoTime } from "@cordon/model/time";
import { POINTS_MAX } from "../triage/decide.ts";

const BAR = 20;

export function modelCard(record: ModelRecord, owner: string): string {
  const { facts } = record;
  return [
    `# Model card: triage ${record.id.slice(0, 12)}`,
    `Status: **${record.status}**. Made ${isoTime(record.createdAt)} by ${record.by}, code ${record.version}, seed ${record.seed}.`,
    ...purpose(),
    ...dataOf(record),
    ...figures(objectIn(facts.figures)),
    ...calibration(objectIn(facts.figures)),
    ...advice(objectIn(facts.advice)),
    ...failures(record),
    ...limits(record, owner),
  ].join("\n");
}

const purpose = (): string[] => [
  "",
  "## Purpose",
  `Estimates from earlier verdicts whether an incident will be closed as true positive, benign positive or false positive, and moves its`,
  `priority by at most ${POINTS_MAX} points either way.`,
  "",
  "## Not for",
  "It authorises no action, hides nothing, and never changes the severity that rules gave. It does not close incidents unless the owner allowed that",
  "for a rule, with a level and a review date, and then only behind the gate of docs/learning-loop.md. It is not valid at another organisation.",
];

function dataOf({ facts, snapshot, verdicts, parent }: ModelRecord): string[] {
  const window = objectIn(facts.window);
  const said = (of: Json | undefined): string =>
    Object.entries(objectIn(of))
      .map(([name, count]) => `${name} ${String(count)}`)
      .join(", ") || "none";
  const at = (value: Json | undefined): string => new Date(typeof value === "number" ? value : 0).toISOString();
  return [
    "",
    "## Data",
    `${verdicts} verdicts of signed-in people from ${at(window.from)} to ${at(window.to)}: ${said(facts.verdicts)}.`,
    `Features as they were stored when each incident was scored; never computed afterwards. Snapshot ${snapshot.slice(0, 16)}.`,
    `Not learnt from: ${said(facts.heldBack)}. Effective verdicts after weighting: ${String(facts.effective ?? "-")}.`,
    `Parent: ${parent === undefined ? "none (the score without a model)" : parent.slice(0, 12)}.`,
    `Parameters: ${JSON.stringify(facts.parameters ?? {})}.`,
    `Influence of single people: ${JSON.stringify(facts.influence ?? {})}.`,
  ];
}

function figures(of: JsonObject): string[] {
  const metrics = Object.entries(objectIn(of.metrics)).map(([name, each]) => {
    const { value, low, high } = objectIn(each);
    return `| ${name} | ${String(value)} | ${String(low)} to ${String(high)} |`;
  });
  const segments = Object.entries(objectIn(of.segments)).map(([name, each]) => {
    const { rows, malicious, ap } = objectIn(each);
    return `| ${name} | ${String(rows)} | ${String(malicious)} | ${String(ap)} |`;
  });
  return [
    "",
    "## Figures",
    `On the newest 30 % of the verdicts (${String(of.rows ?? 0)}, ${String(of.malicious ?? 0)} malicious), learnt from the older ones.`,
    ...["", "| metric | value | 95 % interval |", "|---|---|---|", ...metrics],
    ...(segments.length === 0
      ? ["", "No segment or phase has the 50 verdicts and 10 true positives that a figure of its own needs."]
      : ["", "| segment | verdicts | malicious | average precision |", "|---|---|---|---|", ...segments]),
    ...(Array.isArray(of.missing) && of.missing.length > 0 ? ["", `Not known: ${of.missing.join("; ")}.`] : []),
  ];
}

function calibration(of: JsonObject): string[] {
  const bins = Array.isArray(of.reliability) ? of.reliability.map(objectIn) : [];
  if (bins.length === 0) return ["", "## Calibration", "Uncalibrated on the newest verdicts: too few of them."];
  const bar = (value: Json | undefined): string =>
    "#".repeat(Math.round((typeof value === "number" ? value : 0) * BAR)).padEnd(BAR, ".");
  const rows = bins.map(({ meanProbability, rate, n }) => {
    const [told, came] = [meanProbability, rate].map((x) => (typeof x === "number" ? x.toFixed(2) : "-"));
    return `said ${told} ${bar(meanProbability)}  came ${came} ${bar(rate)}  n ${String(n)}`;
  });
  return ["", "## Calibration", "```", ...rows, "```"];
}

/** What it advises beside its verdict: figures of cases left out in turn. */
function advice({ severity, response }: JsonObject): string[] {
  const [level, help] = [objectIn(severity), objectIn(response)];
  const refused = (of: JsonObject, what: string): string =>
    `${what}: none advised (${String(of.reason ?? "not learnt")}).`;
  return [
    "",
    "## Advice",
    typeof level.cases === "number"
      ? `Severity, from ${level.cases} that people set: right in ${String(level.accuracy)}, off by ${String(level.distance)} levels on average (the rules by ${String(level.distanceOfRules)}).`
      : refused(level, "Severity"),
    typeof help.cases === "number"
      ? `Response, from ${help.cases} true positives with one: NDCG ${String(help.ndcg)}, always the usual order ${String(help.ndcgOfUsual)}; Brier ${String(help.brier ?? "-")}.`
      : refused(help, "Response"),
    "Advice is shown with its number of cases. It changes no severity and starts no action. What was never tried is not known to fail.",
  ];
}

function failures({ facts }: ModelRecord): string[] {
  const of = objectIn(facts.figures);
  const { ap, apWithoutModel } = objectIn(of.metrics);
  const [own, plain] = [objectIn(ap).value, objectIn(apWithoutModel).value];
  const worse = typeof own === "number" && typeof plain === "number" && own < plain;
  return [
    "",
    "## Known failures",
    ...(worse ? ["- On the newest verdicts it ranks worse than the score without a model."] : []),
    "- A rule without verdicts is judged by its circumstances alone.",
    "- Verdicts are given to what was looked at; what nobody opens stays unknown, unless audits are drawn.",
    "- After a change of rules, sources or staff its probabilities are those of before, until it is trained again.",
  ];
}

function limits(record: ModelRecord, owner: string): string[] {
  const { gates, approvedBy, approvedAt, despite, reviewBy } = record;
  return [
    "",
    "## Limits and approval",
    "Drift of features or of the share of true positives proposes training anew; it never trains by itself. A drift alarm keeps every incident open.",
    `Approved by: ${approvedBy === undefined ? "nobody yet" : `${approvedBy}, ${approvedAt === undefined ? "" : isoTime(approvedAt)}`}.`,
    ...(despite === undefined ? [] : [`Promoted although gates said no: ${despite}`]),
    ...(gates ?? []).map(({ gate, passed, said }) => `- ${passed ? "passed" : "NOT passed"}: ${gate}: ${said}`),
    `Owner: ${owner}. Review by: ${reviewBy === undefined ? "not set" : isoTime(reviewBy)}.`,
    "",
  ];
}

const objectIn = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});
