/**
 * Renders the report tree as one HTML file. Enters: document, where events open. Leaves: a page that needs nothing else.
 * P1. No script, no outside resource; the policy in the page says so to the browser, and the only style is known by hash.
 */
import type { EventId } from "@cordon/model/ids";
import type { Block, Cell, ReportDocument, Span } from "./document.ts";
import { escapeHtml } from "./escape.ts";
import { eventHref } from "./link.ts";

export const STYLE =
  "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#1a1f26;background:#fff}" +
  "h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid #ccd}" +
  "table{border-collapse:collapse;width:100%;font-size:.87rem}th,td{border:1px solid #ccd;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:break-word}" +
  "th{background:#f2f4f8;white-space:nowrap}code{font:.85em ui-monospace,monospace;overflow-wrap:anywhere}a{color:#0b57a4}" +
  "@media (prefers-color-scheme:dark){body{color:#e6e9ef;background:#14181d}th{background:#20262e}th,td,h2{border-color:#39424e}a{color:#7db8f5}}" +
  "@media print{body{margin:0;max-width:none;color:#000;background:#fff}th{background:#eee}tr{break-inside:avoid}a{color:#000}}";
/** SHA-256 of STYLE; a test computes it again. */
export const STYLE_HASH = "sha256-Ms5XJx+r6P/duH+qwqHxrLMZor+I/G3xaLgdbr5Umis=";

export function renderHtml(document: ReportDocument, baseUrl: string | undefined): string {
  const policy = `default-src 'none'; style-src '${STYLE_HASH}'; base-uri 'none'; form-action 'none'`;
  const sections = document.sections
    .map((section) => {
      const blocks = section.blocks.map((block) => blockHtml(block, baseUrl)).join("\n");
      return `<section>\n<h2>${escapeHtml(section.title)}</h2>\n${blocks}\n</section>`;
    })
    .join("\n");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(document.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(document.title)}</h1>
${sections}
</body>
</html>
`;
}

function blockHtml(block: Block, baseUrl: string | undefined): string {
  switch (block.kind) {
    case "paragraph":
      return `<p>${cell(block.spans, baseUrl)}</p>`;
    case "list":
      return `<ul>\n${block.items.map((item) => `<li>${cell(item, baseUrl)}</li>`).join("\n")}\n</ul>`;
    case "table": {
      const head = block.head.map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join("");
      const rows = block.rows.map((row) => `<tr>${row.map((one) => `<td>${cell(one, baseUrl)}</td>`).join("")}</tr>`);
      return `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${rows.join("\n")}\n</tbody>\n</table>`;
    }
  }
}

const cell = (spans: Cell, baseUrl: string | undefined): string =>
  spans
    .map((span) => spanHtml(span, baseUrl))
    .join("")
    .trim();

function spanHtml(span: Span, baseUrl: string | undefined): string {
  switch (span.kind) {
    case "text":
      return escapeHtml(span.text);
    case "code":
      return span.text === "" ? "" : `<code dir="ltr">${escapeHtml(span.text)}</code>`;
    case "events":
      return span.ids.map((id) => eventHtml(id, baseUrl)).join(" ");
  }
}

function eventHtml(id: EventId, baseUrl: string | undefined): string {
  const href = eventHref(id, baseUrl);
  const shown = escapeHtml(id);
  return href === undefined ? `<code>${shown}</code>` : `<a href="${escapeHtml(href)}"><code>${shown}</code></a>`;
}
