import { createHash } from "node:crypto";
import type { Detection } from "@cordon/model/detection";
import { fold } from "@cordon/model/fold";
import { detectionId, eventId, incidentId, sha256Of } from "@cordon/model/ids";
import type { Incident } from "@cordon/model/incident";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { instant } from "@cordon/model/time";
import { makeMemoryEventStore } from "@cordon/testkit/memory-event-store";
import { incidentOf } from "@cordon/testkit/scenarios/scenario-incident";
import { windowsPhishing } from "@cordon/testkit/scenarios/windows-phishing";
import { makeVirtualRuntime } from "@cordon/testkit/virtual-runtime";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeInvestigate } from "../investigate/investigate.ts";
import { documentOf } from "./document.ts";
import { defang, escapeHtml, escapeMarkdown, visible } from "./escape.ts";
import { STYLE, STYLE_HASH } from "./html.ts";
import { reportHtml, reportMarkdown } from "./report.ts";

async function investigated(): Promise<Incident> {
  const scenario = windowsPhishing();
  const events = makeMemoryEventStore();
  await events.append(1, scenario.events);
  const runtime = makeVirtualRuntime({ startMs: scenario.end });
  const incident = incidentOf(scenario);
  const investigation = await makeInvestigate({ events, runtime, views: new Map() })(incident, NEVER_STOP);
  return { ...incident, investigation };
}

const VERSION = sha256Of("0123456789abcdef".repeat(4));

/** An incident whose every outside text is the given one. */
function hostile(text: string): Incident {
  const detection: Detection = {
    id: detectionId("det-1"),
    rule: { id: "r", title: text, level: "high", source: "s", version: VERSION, author: text },
    severity: "high",
    ...{ confidence: 50, techniques: [text], tactics: ["execution"], time: instant(0) },
    evidence: [eventId("0f-0")],
    entities: [{ kind: "host", role: "device", value: text }],
    ...{ dedupKey: "k", input: text, position: 1, matched: [] },
  };
  const at = instant(0);
  return fold([
    { at, by: "t", kind: "opened", id: incidentId("INC-1"), title: text },
    { at, by: "t", kind: "detection-joined", detection, because: [{ by: "entity", key: text, weight: 1 }] },
    { at, by: "t", kind: "note-added", text },
  ]);
}

describe("escape", () => {
  const rows: readonly (readonly [string, string, string])[] = [
    ["bidi override", visible("a\u202eb"), "a⟦U+202E⟧b"],
    ["new line", visible("a\nb"), "a⟦U+000A⟧b"],
    ["escape code", visible("\u001b[31m"), "⟦U+001B⟧[31m"],
    ["zero width", visible("a\u200bb"), "a⟦U+200B⟧b"],
    ["half a pair", visible("a\ud800"), "a⟦U+D800⟧"],
    ["tags block", visible("\u{e0041}"), "⟦U+E0041⟧"],
    ["html", escapeHtml(`<a href='x'>&"`), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;"],
    ["markdown link", escapeMarkdown("[x](http://e.com)"), "&#91;x&#93;(http&#58;//e.com)"],
    ["table", escapeMarkdown("a|b`c"), "a&#124;b&#96;c"],
    ["plain prose stays", escapeMarkdown("It began: a (b) at 12:54, 19.5 %!"), "It began: a (b) at 12:54, 19.5 %!"],
    ["emoji", escapeMarkdown(":tada:"), "&#58;tada:"],
    ["ordered list", escapeMarkdown("1. x"), "1&#46; x"],
    ["bare www", escapeMarkdown("www.e.com"), "www&#46;e.com"],
    ["ip", defang("ip", "203.0.113.9"), "203[.]0[.]113[.]9"],
    ["ipv6", defang("ip", "2001:db8::1"), "2001[:]db8[:][:]1"],
    ["url", defang("url", "https://e.com/a"), "hxxps[://]e[.]com/a"],
    ["email", defang("email", "a@e.com"), "a[@]e[.]com"],
  ];
  for (const [name, actual, expected] of rows) it(name, () => expect(actual).toBe(expected));
});

const nasty = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        "<script>",
        "</td>",
        "](javascript:x)",
        "![",
        "|",
        "`",
        "\n",
        "<!--",
        "\u202e",
        '"',
        "'",
        "&lt;",
        "http://",
        "# ",
        "- ",
        "\u0000",
        "$x$",
        "@a",
        "<img src=x onerror=x>",
      ),
      { maxLength: 8 },
    )
    .map((parts) => parts.join("")),
);

describe("report", () => {
  it("nothing from a log becomes a tag, an attribute or an entity in HTML", () => {
    const empty = reportHtml(hostile("x"));
    const tags = (html: string) => html.match(/<[^>]*>/g)?.length;
    fc.assert(
      fc.property(nasty, (text) => {
        const html = reportHtml(hostile(`x${text}`));
        expect(tags(html)).toBe(tags(empty));
        expect(/[\u0000-\u0009\u000b-\u001f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/.test(html)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it("nothing from a log becomes a line, cell, link, image, code or tag in Markdown", () => {
    const shape = (markdown: string) => ({
      lines: markdown.split("\n").length,
      cells: markdown.split("|").length,
      links: markdown.split("](").length,
      images: markdown.split("![").length,
      ticks: markdown.split("`").length,
      tags: markdown.replace(/<\/?code>/g, "").split("<").length,
    });
    const empty = shape(reportMarkdown(hostile("x")));
    fc.assert(
      fc.property(nasty, (text) => {
        expect(shape(reportMarkdown(hostile(`x${text}`)))).toEqual(empty);
      }),
      { numRuns: 500 },
    );
  });

  it("the same incident gives the same bytes", async () => {
    const incident = await investigated();
    const options = { baseUrl: "https://cordon.example" };
    expect(reportHtml(incident, options)).toBe(reportHtml(structuredClone(incident), options));
    expect(reportMarkdown(incident, options)).toBe(reportMarkdown(structuredClone(incident), options));
  });

  it("every sentence of the summary and every timeline row cites events that open in the console", async () => {
    const document = documentOf(await investigated());
    const of = (title: string) => document.sections.find((section) => section.title === title)?.blocks ?? [];
    const told = of("Summary").flatMap((block) => (block.kind === "list" ? block.items : []));
    const lines = of("Timeline").flatMap((block) => (block.kind === "table" ? block.rows : []));
    expect(told.length).toBeGreaterThan(3);
    expect(lines.length).toBeGreaterThan(5);
    for (const cells of told) expect(cells.some((span) => span.kind === "events" && span.ids.length > 0)).toBe(true);
    for (const row of lines)
      expect(row.flat().some((span) => span.kind === "events" && span.ids.length > 0)).toBe(true);
    const html = reportHtml(await investigated(), { baseUrl: "https://cordon.example/" });
    expect(html).toContain('<a href="https://cordon.example/events/');
    expect(html).toContain("203[.]0[.]113[.]77");
  });

  it("names the version of each rule that fired", () => {
    const version = VERSION.slice(0, 12);
    expect(reportHtml(hostile("x"))).toContain(`>${version}</code>`);
    expect(reportMarkdown(hostile("x"))).toContain(version);
  });

  it("a strange base URL gives no links", async () => {
    const html = reportHtml(await investigated(), { baseUrl: 'javascript:alert("x")' });
    expect(html).not.toContain("<a ");
  });

  it("the page allows its own style and nothing else", () => {
    expect(STYLE_HASH).toBe(`sha256-${createHash("sha256").update(STYLE).digest("base64")}`);
    const html = reportHtml(hostile("x"));
    expect(html).toContain("default-src &#39;none&#39;");
    expect(html).not.toMatch(/<script|<link|<img|<iframe|javascript:/i);
  });
});
