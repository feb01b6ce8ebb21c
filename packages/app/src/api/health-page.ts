/** Health of the triage model as one HTML file: what drifted since when, performance, calibration, data, the ladder. */
import { escapeHtml } from "@cordon/engine/cases/report/escape";
import type { WireModelHealth } from "@cordon/model/api/model-health";
import type { WireModelList } from "@cordon/model/api/models";
import { pageOf, percent, tableOf, timeOf } from "./page-frame.ts";

const TONE = { "too-few": "warn", healthy: "good", watch: "warn", alarm: "bad" } as const;
const PLOT = 300;

export function healthPage(health: WireModelHealth, models: Pick<WireModelList, "why">): string {
  const { verdict, said, at, rows, advice } = health;
  return pageOf("Health of the triage model", [
    "<h1>Health of the triage model</h1>",
    `<p class="q">Looked at ${timeOf(at)}: the newest ${rows.window} decided cases against ${rows.reference} older ones. ${escapeHtml(models.why)}.</p>`,
    `<div class="box ${TONE[verdict]}"><strong>${escapeHtml(verdict)}</strong>: ${escapeHtml(said)}. Advice: ${escapeHtml(advice)}.</div>`,
    ...ladder(health),
    ...drift(health),
    ...performance(health),
    ...plot(health),
    ...quality(health),
    ...closing(health),
    ...agreement(health),
    ...changes(health),
  ]);
}

function ladder({ ladder: rungs }: WireModelHealth): readonly string[] {
  if (rungs.length === 0) return [];
  const rows = rungs.map(({ step, holds, why }) => [
    escapeHtml(step),
    holds ? "<strong>holds</strong>" : "no",
    escapeHtml(why),
  ]);
  return ["<h2>What to do</h2>", tableOf([{ head: "Step" }, { head: "Now" }, { head: "Why" }], rows)];
}

function drift({ drift: columns }: WireModelHealth): readonly string[] {
  if (columns.length === 0) return [];
  const stands = columns.filter(({ alarm }) => alarm);
  const rows = columns.map(({ words, statistic, value, q, effect, lasting, alarm, since, tied }) => [
    escapeHtml(words),
    lasting ? "<strong>changed</strong>" : alarm ? "in this window" : "as before",
    percent(effect),
    `${escapeHtml(statistic)} ${short(value)}`,
    short(q),
    since === undefined ? "" : timeOf(since),
    tied.map(({ what, at }) => `${escapeHtml(what)} (${timeOf(at)})`).join("<br>"),
  ]);
  const heads = ["Input", "State", "Cases moved", "Statistic", "q", "Since about", "May come from"];
  return [
    `<h2>Inputs: ${stands.length} of ${columns.length} changed</h2>`,
    tableOf(
      heads.map((head, index) => ([2, 4].includes(index) ? { head, number: true } : { head })),
      rows,
    ),
  ];
}

function performance({ performance: own, compared, risen }: WireModelHealth): readonly string[] {
  if (own === undefined)
    return ["<h2>Performance</h2><p>Not known: too few decided cases bear a probability of a model.</p>"];
  const rows = (["precision", "recall", "f1", "auroc"] as const).map((name) => [
    name,
    `${short(own.estimated[name])} <span class="q">${short(own.low[name])} to ${short(own.high[name])}</span>`,
    short(own.truth[name]),
  ]);
  const beside =
    compared === undefined
      ? ""
      : `<p>Average precision on the same ${compared.rows} verdicts: ${short(compared.model)} with the model, ${short(compared.without)} without (difference ${short(compared.low)} to ${short(compared.high)}).</p>`;
  const rose =
    risen === undefined
      ? ""
      : `<p>The squared error of what it says rose from ${short(risen.before)} to ${short(risen.after)} about ${timeOf(risen.since)} and stays there (${risen.rows} verdicts).</p>`;
  return [
    `<h2>Performance: ${own.trust === "off" ? "the estimate is off" : own.trust}</h2>`,
    tableOf([{ head: "Figure" }, { head: "Estimated without verdicts" }, { head: "True" }], rows),
    `<p>Calibration error ${short(own.calibrationError)} on ${own.rows} cases.</p>${rose}${beside}`,
  ];
}

/** A point on the diagonal is a chance that says what happens. */
function plot({ plot: bins }: WireModelHealth): readonly string[] {
  if (bins.length === 0) return [];
  const points = bins.map(({ said, came, n }) => {
    const radius = Math.min(9, 2 + Math.log10(1 + n)).toFixed(1);
    return `<circle cx="${(said * PLOT).toFixed(1)}" cy="${((1 - came) * PLOT).toFixed(1)}" r="${radius}" fill="currentColor"><title>said ${short(said)}, came ${short(came)}, ${n} cases</title></circle>`;
  });
  return [
    "<h2>Calibration</h2>",
    `<svg viewBox="-10 -10 320 320" role="img" aria-label="said chance against what came"><path d="M0 300L300 0M0 0V300H300" fill="none" stroke="currentColor" opacity=".4"/>${points.join("")}</svg>`,
    tableOf(
      [{ head: "Said" }, { head: "Came", number: true }, { head: "Cases", number: true }],
      bins.map(({ said, came, n }) => [percent(said), percent(came), String(n)]),
    ),
  ];
}

function quality({ quality: findings }: WireModelHealth): readonly string[] {
  const items = findings.map(({ column, said }) => `<li>${escapeHtml(`${column || "rows"}: ${said}`)}</li>`).join("");
  return ["<h2>Data</h2>", items === "" ? "<p>Nothing found.</p>" : `<ul>${items}</ul>`];
}

function closing({ closing: of }: WireModelHealth): readonly string[] {
  const items = Object.entries(of.refusals).map(([reason, count]) => `<li>${count} × ${escapeHtml(reason)}</li>`);
  return [
    "<h2>Closing without a person</h2>",
    `<p>Allowed for ${of.rules} rules; ${of.closed} closed, ${of.audits} wait for a person.${of.paused.length > 0 ? ` <strong>Paused</strong>: ${escapeHtml(of.paused.join("; "))}.` : ""}</p>`,
    items.length === 0 ? "" : `<ul>${items.join("")}</ul>`,
  ];
}

function agreement({ agreement: of }: WireModelHealth): readonly string[] {
  const kappa =
    of.kappa === undefined
      ? `${of.pairs} cases judged twice: too few to tell`
      : `kappa ${short(of.kappa)} (${short(of.low ?? null)} to ${short(of.high ?? null)}) on ${of.pairs} cases judged twice, ${of.agreed} alike`;
  const moved = of.influence.map((each) => percent(each, 1)).join(", ");
  return [
    "<h2>Analysts</h2>",
    `<p>${kappa}; ${of.waiting} wait for a second review.${moved === "" ? "" : ` Without one person's verdicts chances move by ${moved} on average (most active first).`}</p>`,
  ];
}

function changes({ changes: all }: WireModelHealth): readonly string[] {
  if (all.length === 0) return [];
  return [
    "<h2>Changes around it</h2>",
    `<ul>${all.map(({ what, at }) => `<li>${timeOf(at)}: ${escapeHtml(what)}</li>`).join("")}</ul>`,
  ];
}

const short = (value: number | null): string => (value === null ? "–" : String(Number(value.toPrecision(3))));
