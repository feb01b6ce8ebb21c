/**
 * The report as a tree, before it is Markdown or HTML. Enters: a folded incident. Leaves: sections of paragraphs and
 * tables. Everything that a log could have chosen is a `log` span; renderers escape all spans alike.
 *
 * D1. Every sentence carries the event ids it stands on; a sentence without them is not written.
 * D2. The same incident gives the same tree: no clock, no locale.
 */
import { type Action, targetsOf } from "@cordon/model/action";
import { entityKey } from "@cordon/model/entity";
import type { EventId } from "@cordon/model/ids";
import type { Incident, IncidentAction } from "@cordon/model/incident";
import { type Instant, isoTime } from "@cordon/model/time";
import { decisionLines } from "./decision-lines.ts";
import { defang } from "./escape.ts";

export type Span =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "events"; readonly ids: readonly EventId[] };

export type Cell = readonly Span[];

export type Block =
  | { readonly kind: "paragraph"; readonly spans: Cell }
  | { readonly kind: "table"; readonly head: readonly string[]; readonly rows: readonly (readonly Cell[])[] }
  | { readonly kind: "list"; readonly items: readonly Cell[] };

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export interface ReportDocument {
  readonly title: string;
  readonly sections: readonly Section[];
}

/** Rows per table; what is left out is counted in the table's last row. */
const ROWS_MAX = 200;
/** Event ids shown per cell. */
const IDS_MAX = 10;
/** Of a rule's version: enough to find it among the kept ones. */
const VERSION_SHOWN = 12;

const text = (value: string): Cell => [{ kind: "text", text: value }];
const code = (value: string): Cell => [{ kind: "code", text: value }];
const events = (ids: readonly EventId[]): Cell => [{ kind: "events", ids: [...new Set(ids)].slice(0, IDS_MAX) }];
const time = (at: Instant): Cell => text(isoTime(at));

export function documentOf(incident: Incident): ReportDocument {
  const sections = [
    overview(incident),
    summary(incident),
    verdict(incident),
    priority(incident),
    rootCause(incident),
    extent(incident),
    timeline(incident),
    actions(incident),
    indicators(incident),
    techniques(incident),
    detections(incident),
    evidence(incident),
    openQuestions(incident),
    queries(incident),
    notes(incident),
  ];
  return { title: `${incident.id}: ${incident.title}`, sections: sections.flatMap((section) => section ?? []) };
}

function table(head: readonly string[], rows: readonly (readonly Cell[])[]): Block {
  const shown = rows.slice(0, ROWS_MAX);
  const left = rows.length - shown.length;
  const rest = left === 0 ? [] : [[text(`… and ${left} more`), ...head.slice(1).map(() => text(""))]];
  return { kind: "table", head, rows: [...shown, ...rest] };
}

const section = (title: string, blocks: readonly Block[]): Section | undefined =>
  blocks.length === 0 || blocks.every((block) => block.kind === "table" && block.rows.length === 0)
    ? undefined
    : { title, blocks };

function overview(incident: Incident): Section | undefined {
  const repeats = incident.detections.reduce((sum, joined) => sum + joined.times - 1, 0);
  const rows: readonly (readonly [string, string])[] = [
    ["Incident", incident.id],
    ["Status", incident.status],
    ["Priority", `${incident.priority} of 100`],
    ["Severity", incident.severity],
    ["First seen", isoTime(incident.firstSeen)],
    ["Last seen", isoTime(incident.lastSeen)],
    ["Detections", `${incident.detections.length} (and ${repeats} repeats)`],
    ["Assigned to", incident.assignee ?? "nobody"],
    ["State of the journal", `version ${incident.version}, ${isoTime(incident.updatedAt)}`],
    ...(incident.mergedInto === undefined ? [] : ([["Merged into", incident.mergedInto]] as const)),
  ];
  return section("Overview", [
    table(
      ["What", "Value"],
      rows.map(([name, value]) => [text(name), text(value)]),
    ),
  ]);
}

/** Each addend of the priority, and what a model that learnt from verdicts made of it. */
function priority({ terms, decision }: Incident): Section | undefined {
  const rows = terms.map(({ term, points, why }) => [text(term), text(String(points)), text(why)]);
  const said = decision === undefined ? [] : decisionLines(decision).map(text);
  return section("Why this priority", [
    table(["Term", "Points", "Why"], rows),
    ...(said.length === 0 ? [] : [{ kind: "list", items: said } as const]),
  ]);
}

function summary(incident: Incident): Section | undefined {
  const told = incident.investigation?.summary ?? [];
  const sentences: readonly Cell[] =
    told.length > 0
      ? told.map((sentence) => [...text(`${sentence.text} `), ...events(sentence.events)])
      : incident.detections
          .slice(0, IDS_MAX)
          .map(({ detection }) => [
            ...text(`The rule "${detection.rule.title}" fired. `),
            ...events(detection.evidence),
          ]);
  return section("Summary", [{ kind: "list", items: sentences }]);
}

function verdict(incident: Incident): Section | undefined {
  const { investigation } = incident;
  const lines: Cell[] = [];
  const ids = incident.detections.flatMap(({ detection }) => detection.evidence.slice(0, 1));
  if (investigation !== undefined) {
    const by = investigation.by === "deterministic" ? "The deterministic investigator" : investigation.by.model;
    const refused =
      investigation.claimsRefused === 0
        ? ""
        : ` ${investigation.claimsRefused} claims did not re-verify and were left out.`;
    lines.push([
      ...text(`${by} calls it ${investigation.verdict} with confidence ${investigation.confidence} of 100.${refused} `),
      ...events(ids),
    ]);
  }
  if (incident.verdict !== undefined)
    lines.push([...text(`A person closed it as ${incident.verdict}. `), ...events(ids)]);
  const terms = incident.terms.map((term) => [text(term.term), text(String(term.points)), text(term.why)]);
  const blocks: Block[] = lines.length === 0 ? [] : [{ kind: "list", items: lines }];
  return section("Verdict and why", [...blocks, table(["Term of the priority", "Points", "Why"], terms)]);
}

function rootCause(incident: Incident): Section | undefined {
  const { investigation } = incident;
  const claims = new Map(investigation?.claims.map((claim) => [claim.id, claim]));
  const rows = (investigation?.rootCauses ?? []).map((root) => [
    code(entityKey(root.entity)),
    text(root.boundary),
    text(`${Math.round(root.score * 100)} %`),
    text(root.why),
    time(root.at),
    events([root.event, ...root.chain.flatMap((id) => claims.get(id)?.cites.map((cite) => cite.event) ?? [])]),
  ]);
  return section("Root cause", [table(["Candidate", "Door", "Weight", "Why", "Time", "Events"], rows)]);
}

function extent(incident: Incident): Section | undefined {
  const { investigation } = incident;
  const claims = new Map(investigation?.claims.map((claim) => [claim.id, claim]));
  const rows = (investigation?.extent ?? []).map((member) => [
    text(member.entity.kind),
    code(member.entity.value),
    text(member.standing),
    time(member.firstSeen),
    events(member.claims.flatMap((id) => claims.get(id)?.cites.map((cite) => cite.event) ?? [])),
  ]);
  return section("Extent", [table(["Kind", "What", "Standing", "First seen", "Events"], rows)]);
}

function timeline(incident: Incident): Section | undefined {
  const rows = (incident.investigation?.timeline ?? []).map((item) => [
    time(item.at),
    text(item.count > 1 ? `${item.text} (${item.count} times)` : item.text),
    text([item.tactic, item.technique].filter((part) => part !== undefined).join(" ")),
    events(item.events),
  ]);
  return section("Timeline", [table(["Time (UTC)", "What", "Stage", "Events"], rows)]);
}

function actions(incident: Incident): Section | undefined {
  const rows = incident.actions.map((action) => [
    text(action.action.kind),
    code(targetOf(action.action)),
    text(controlsOf(action.action)),
    text(action.state),
    text(approvalOf(action)),
    text(action.reason),
    text(`${isoTime(action.proposedAt)} / ${isoTime(action.movedAt)}`),
    code(action.plan.effects.join("; ")),
    events(targetsOf(action.action).flatMap((ref) => ref.evidence)),
  ]);
  const head = ["Action", "Target", "Named by", "State", "Allowed by", "Why", "Proposed / moved", "Exactly", "Events"];
  return section("Actions", [table(head, rows)]);
}

function approvalOf(action: IncidentAction): string {
  const given = action.grants.map((grant) => ("person" in grant.by ? grant.by.person : `policy ${grant.by.policy}`));
  const refused = action.refused === undefined ? [] : [`refused by ${action.refused.person}: ${action.refused.reason}`];
  const all = [...given, ...refused];
  return all.length > 0 ? all.join(", ") : action.policy.outcome;
}

/** Who could have chosen the target's name: what an attacker chose may be a trap. */
const controlsOf = (action: Action): string =>
  [...new Set(targetsOf(action).map(({ control }) => `control: ${control}`))].join(", ");

const targetOf = (action: Action): string =>
  action.kind === "notify" ? action.channel : targetsOf(action).map(entityKey).join(" on ");

const INDICATOR_KINDS: ReadonlySet<string> = new Set(["ip", "domain", "url", "hash", "email", "file"]);

function indicators(incident: Incident): Section | undefined {
  const { investigation } = incident;
  const claims = new Map(investigation?.claims.map((claim) => [claim.id, claim]));
  const rows = (investigation?.extent ?? [])
    .filter(({ entity, standing }) => INDICATOR_KINDS.has(entity.kind) && standing !== "exposed")
    .map((member) => [
      text(member.entity.kind),
      code(defang(member.entity.kind, member.entity.value)),
      text(member.standing),
      events(member.claims.flatMap((id) => claims.get(id)?.cites.map((cite) => cite.event) ?? [])),
    ]);
  return section("Indicators (defanged)", [table(["Kind", "Value", "Standing", "Events"], rows)]);
}

function techniques(incident: Incident): Section | undefined {
  const rows = incident.techniques.map((technique) => {
    const own = incident.detections.filter(({ detection }) => detection.techniques.includes(technique));
    return [
      text(technique),
      text([...new Set(own.flatMap(({ detection }) => detection.tactics))].join(", ")),
      text([...new Set(own.map(({ detection }) => detection.rule.title))].join("; ")),
      events(own.flatMap(({ detection }) => detection.evidence.slice(0, 1))),
    ];
  });
  return section("ATT&CK techniques", [table(["Technique", "Tactics of its rules", "Rules", "Events"], rows)]);
}

function detections(incident: Incident): Section | undefined {
  const rows = incident.detections.map(({ detection, times, because, recent }) => [
    time(detection.time),
    text(detection.rule.title),
    code(detection.rule.version.slice(0, VERSION_SHOWN)),
    text(detection.rule.author ?? ""),
    text(detection.severity),
    text(String(times)),
    text(because.map((reason) => `${reason.by} ${reason.key} (${reason.weight})`).join("; ")),
    events([...detection.evidence, ...(recent ?? [])]),
  ]);
  const head = ["Time (UTC)", "Rule", "Version", "Rule by", "Severity", "Times", "Joined because", "Events"];
  return section("Detections", [table(head, rows)]);
}

function evidence(incident: Incident): Section | undefined {
  const rows = (incident.investigation?.claims ?? []).map((claim) => [
    text(claim.id),
    claim.at === undefined ? text("") : time(claim.at),
    text(claim.predicate),
    code(claim.subject.value),
    claim.object === undefined ? text("") : code(claim.object.value),
    code(
      claim.cites
        .filter((cite) => cite.pointer.startsWith("/raw"))
        .map((cite) => `${cite.pointer.slice(4)} ${cite.op} ${JSON.stringify(cite.expected ?? null)}`)
        .join("; "),
    ),
    events(claim.cites.map((cite) => cite.event)),
  ]);
  return section("Evidence", [table(["Claim", "Time (UTC)", "Says", "Subject", "Object", "Fields", "Events"], rows)]);
}

function openQuestions(incident: Incident): Section | undefined {
  const { investigation } = incident;
  const items = [
    ...(investigation?.questions ?? []),
    ...(investigation?.limits ?? []).map((limit) => `Limit: ${limit}.`),
  ];
  return items.length === 0
    ? undefined
    : section("Open questions and limits", [{ kind: "list", items: items.map(text) }]);
}

function queries(incident: Incident): Section | undefined {
  const rows = (incident.investigation?.ledger ?? []).map((line) => [
    text(line.id),
    text(line.question),
    text(line.truncated ? `${line.rows} (cut)` : String(line.rows)),
    code(JSON.stringify(line.query)),
    code(line.digest),
  ]);
  return section("Queries run", [table(["Query", "Question", "Rows", "As asked", "Digest of the answer"], rows)]);
}

function notes(incident: Incident): Section | undefined {
  const rows = incident.notes.map((note) => [time(note.at), text(note.by), text(note.text)]);
  return section("Notes", [table(["Time (UTC)", "By", "Note"], rows)]);
}
