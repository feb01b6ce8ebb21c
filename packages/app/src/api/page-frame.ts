/**
 * Frame of a report that is one file: no script, nothing from outside, light and dark, fit for printing.
 * PF1. Whatever is not a literal of ours passes through `escapeHtml`.
 */
import { escapeHtml } from "@cordon/engine/cases/report/escape";

const STYLE = `:root{color-scheme:light dark}body{font:15px/1.55 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem;line-height:1.2}h2{margin-top:2rem}table{border-collapse:collapse;margin:.5rem 0 1.5rem;width:100%}
td,th{padding:.3rem .8rem .3rem 0;text-align:left;vertical-align:top;border-bottom:1px solid #8884}th{font-weight:600}
table{font-size:.87rem}th[scope=col]{vertical-align:bottom}td.n{white-space:nowrap}.n{text-align:right;font-variant-numeric:tabular-nums}.q{opacity:.75}.few{opacity:.75;font-style:italic}
.box{border:1px solid #8886;border-left-width:6px;border-radius:6px;padding:.6rem 1rem;margin:1rem 0}
.bad{border-left-color:#c2264d}.warn{border-left-color:#a86b00}.good{border-left-color:#0a7a4c}
svg{max-width:22rem;display:block}li{margin:.3rem 0}@media print{body{margin:0;max-width:none}h2{break-after:avoid}tr{break-inside:avoid}}`;

export function pageOf(title: string, body: readonly string[]): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title>
<style>${STYLE}</style></head><body>
${body.join("\n")}
</body></html>
`;
}

export interface Column {
  readonly head: string;
  readonly number?: true;
}

/** Cells are HTML that is escaped already. */
export function tableOf(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cls = ({ number }: Column): string => (number ? ' class="n"' : "");
  const head = columns.map((column) => `<th scope="col"${cls(column)}>${escapeHtml(column.head)}</th>`).join("");
  const lines = rows.map((row) =>
    row
      .map((cell, at) =>
        at === 0 ? `<th scope="row">${cell}</th>` : `<td${cls(columns[at] ?? { head: "" })}>${cell}</td>`,
      )
      .join(""),
  );
  return `<table><thead><tr>${head}</tr></thead><tbody>${lines.map((line) => `<tr>${line}</tr>`).join("")}</tbody></table>`;
}

export const percent = (value: number | null | undefined, digits = 0): string =>
  value === null || value === undefined ? "–" : `${(100 * value).toFixed(digits)} %`;

export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

export const timeOf = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
