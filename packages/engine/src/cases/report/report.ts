/**
 * The report of an incident.
 * Enters: a folded incident. Leaves: Markdown or HTML, byte for byte the same for the same incident and options.
 *
 * R1. Every sentence cites event ids; with a base URL each id opens that event in the console.
 * R2. Text from logs is escaped for the format and shows its hidden characters (escape.ts).
 * R3. Indicators are defanged. Rule authors stand beside their rules.
 */
import type { Incident } from "@cordon/model/incident";
import { documentOf } from "./document.ts";
import { renderHtml } from "./html.ts";
import { renderMarkdown } from "./markdown.ts";

export interface ReportOptions {
  /** Where the console is reached, e.g. `https://cordon.example`; without it ids are plain. */
  readonly baseUrl?: string;
}

export function reportMarkdown(incident: Incident, options: ReportOptions = {}): string {
  return renderMarkdown(documentOf(incident), options.baseUrl);
}

export function reportHtml(incident: Incident, options: ReportOptions = {}): string {
  return renderHtml(documentOf(incident), options.baseUrl);
}
