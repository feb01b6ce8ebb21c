/** The report of an evaluation as one HTML file without scripts: figures, a reliability plot, every mistake. */
import { escapeHtml } from "@cordon/engine/cases/report/escape";
import type { Mistake, Suite, SuiteOutcome } from "@cordon/engine/learning/evaluate/suite";

const MISTAKES_MAX = 500;
const TEXT_MAX = 400;

const STYLE = `:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;margin:.5rem 0 1.5rem}td,th{padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top;border-bottom:1px solid #8884}
.n{text-align:right;font-variant-numeric:tabular-nums}.q{color:#888}code{word-break:break-word}svg{max-width:24rem}`;

export function evalPage(
  suite: Suite,
  outcome: SuiteOutcome,
  run: { readonly data: string; readonly seconds: number },
): string {
  const title = escapeHtml(`Evaluation: ${suite.name}`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>${STYLE}</style></head><body>
<h1>${title}</h1>
<p>${escapeHtml(suite.summary)}</p>
<p>${escapeHtml(outcome.protocol)}</p>
<p class="q">Data ${escapeHtml(run.data)}; trained on ${names(outcome.train)}; tested on ${names(outcome.test)}; ${run.seconds} s.</p>
<h2>Figures</h2>
${metrics(outcome)}
${groups(outcome)}
${reliability(outcome)}
${notes(outcome)}
<h2>What it got wrong (${outcome.mistakes.length})</h2>
${mistakes(outcome.mistakes)}
</body></html>
`;
}

const names = (parts: readonly string[]): string => escapeHtml(parts.join(", ") || "nothing");
const figure = (value: number): string =>
  Number.isNaN(value) ? "-" : Number.isInteger(value) ? String(value) : value.toFixed(4);
const cut = (text: string): string => escapeHtml(text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}...` : text);

function metrics({ metrics: values, intervals = {} }: SuiteOutcome): string {
  const rows = Object.entries(values).map(
    ([name, value]) =>
      `<tr><th scope="row">${escapeHtml(name)}</th><td class="n">${figure(value)}</td><td class="q">${intervals[name]?.map(figure).join(" to ") ?? ""}</td></tr>`,
  );
  return `<table><thead><tr><th>metric</th><th class="n">value</th><th>95 % interval</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function groups({ by = {} }: SuiteOutcome): string {
  const keys = [...new Set(Object.values(by).flatMap((values) => Object.keys(values)))];
  if (keys.length === 0) return "";
  const head = keys.map((key) => `<th class="n">${escapeHtml(key)}</th>`).join("");
  const rows = Object.entries(by).map(([group, values]) => {
    const cells = keys
      .map((key) => `<td class="n">${values[key] === undefined ? "" : figure(values[key])}</td>`)
      .join("");
    return `<tr><th scope="row">${escapeHtml(group)}</th>${cells}</tr>`;
  });
  return `<h2>By group</h2><table><thead><tr><th></th>${head}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

/** A point on the diagonal is a probability that says what happens. */
function reliability({ reliability: bins = [] }: SuiteOutcome): string {
  if (bins.length === 0) return "";
  const points = bins.map(({ meanProbability: said, rate, n: count }) => {
    const radius = Math.min(9, 2 + Math.log10(1 + count));
    return `<circle cx="${(said * 300).toFixed(1)}" cy="${((1 - rate) * 300).toFixed(1)}" r="${radius.toFixed(1)}" fill="currentColor"><title>said ${figure(said)}, happened ${figure(rate)}, ${count} rows</title></circle>`;
  });
  return `<h2>Reliability</h2><svg viewBox="-10 -10 320 320" role="img" aria-label="said probability against what happened"><path d="M0 300L300 0M0 0V300H300" fill="none" stroke="currentColor" opacity=".4"/>${points.join("")}</svg>`;
}

function notes({ notes: texts, unread }: SuiteOutcome): string {
  const lines = [...texts, ...unread.map(({ where, reason }) => `Not read: ${where}: ${reason}`)];
  return lines.length === 0 ? "" : `<ul>${lines.map((text) => `<li>${escapeHtml(text)}</li>`).join("")}</ul>`;
}

function mistakes(all: readonly Mistake[]): string {
  if (all.length === 0) return "<p>Nothing.</p>";
  const rows = all
    .slice(0, MISTAKES_MAX)
    .map(
      (one) =>
        `<tr><td>${cut(one.truth)}</td><td>${cut(one.guess)}</td><td class="n">${figure(one.score)}</td><td><code>${cut(one.what)}</code>${(one.why ?? []).map((why) => `<br><span class="q">${cut(why)}</span>`).join("")}</td></tr>`,
    );
  const more = all.length > MISTAKES_MAX ? `<p class="q">and ${all.length - MISTAKES_MAX} more</p>` : "";
  return `<table><thead><tr><th>truth</th><th>taken for</th><th class="n">score</th><th>what</th></tr></thead><tbody>${rows.join("")}</tbody></table>${more}`;
}
