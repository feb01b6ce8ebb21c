/** Renders the report tree as Markdown. Enters: document, where events open. Leaves: text with `\n` line ends. */
import type { EventId } from "@cordon/model/ids";
import type { Block, Cell, ReportDocument, Span } from "./document.ts";
import { escapeMarkdown } from "./escape.ts";
import { eventHref } from "./link.ts";

export function renderMarkdown(document: ReportDocument, baseUrl: string | undefined): string {
  const parts = [`# ${escapeMarkdown(document.title)}`];
  for (const section of document.sections) {
    parts.push(`## ${escapeMarkdown(section.title)}`);
    for (const block of section.blocks) parts.push(blockText(block, baseUrl));
  }
  return `${parts.join("\n\n")}\n`;
}

function blockText(block: Block, baseUrl: string | undefined): string {
  switch (block.kind) {
    case "paragraph":
      return cell(block.spans, baseUrl);
    case "list":
      return block.items.map((item) => `- ${cell(item, baseUrl)}`).join("\n");
    case "table": {
      const head = `| ${block.head.map(escapeMarkdown).join(" | ")} |`;
      const rule = `|${block.head.map(() => " --- |").join("")}`;
      const rows = block.rows.map((row) => `| ${row.map((one) => cell(one, baseUrl)).join(" | ")} |`);
      return [head, rule, ...rows].join("\n");
    }
  }
}

const cell = (spans: Cell, baseUrl: string | undefined): string =>
  spans
    .map((span) => spanText(span, baseUrl))
    .join("")
    .trim();

function spanText(span: Span, baseUrl: string | undefined): string {
  switch (span.kind) {
    case "text":
      return escapeMarkdown(span.text);
    case "code":
      return span.text === "" ? "" : `<code>${escapeMarkdown(span.text)}</code>`;
    case "events":
      return span.ids.map((id) => eventText(id, baseUrl)).join(" ");
  }
}

function eventText(id: EventId, baseUrl: string | undefined): string {
  const href = eventHref(id, baseUrl);
  return href === undefined ? `<code>${escapeMarkdown(id)}</code>` : `[${escapeMarkdown(id)}](<${href}>)`;
}
