/** What the way `content` found, as detections: the part, the span, the signs and the chance behind each. */
import type { Detection, MatchedField } from "@cordon/model/detection";
import type { Event } from "@cordon/model/event";
import { detectionId, eventId, nonEmpty, type Sha256 } from "@cordon/model/ids";
import type { Level } from "@cordon/model/rule";
import type { FlowFinding } from "./flows.ts";
import type { BurstFinding } from "./questions.ts";
import type { RequestFinding } from "./requests.ts";
import type { UrlFinding } from "./urls.ts";

/** Of the detections' form. */
const VERSION = 1;
const QUOTE_MAX = 200;

interface Kind {
  readonly title: string;
  readonly techniques: readonly string[];
  readonly tactics: readonly string[];
}

const OTHER: Kind = { title: "Attack in a web request", techniques: ["T1190"], tactics: ["initial-access"] };
const KINDS: Readonly<Record<string, Kind>> = {
  sqli: { ...OTHER, title: "SQL injection in a web request" },
  xss: { title: "Script injection in a web request", techniques: ["T1189"], tactics: ["initial-access"] },
  "path-traversal": { ...OTHER, title: "Path traversal in a web request" },
  cmdi: {
    title: "Command injection in a web request",
    techniques: ["T1190", "T1059"],
    tactics: ["initial-access", "execution"],
  },
  template: { ...OTHER, title: "Template injection in a web request" },
  xxe: { ...OTHER, title: "External XML entity in a web request" },
  lookup: { ...OTHER, title: "JNDI lookup in a web request" },
  ssrf: { ...OTHER, title: "Address of an inner service in a web request" },
};
const BURST: Kind = {
  title: "Burst of generated domain names",
  techniques: ["T1568.002"],
  tactics: ["command-and-control"],
};

const URL_KIND: Kind = {
  title: "Address that reads like known bad ones",
  techniques: ["T1204.001"],
  tactics: ["execution"],
};

export interface Made {
  readonly who: string;
  readonly hash: (text: string) => Sha256;
}

export function requestDetection(event: Event, found: RequestFinding, made: Made): Detection {
  const { attack, part, verdict, reasons, level, answer, repeats } = found;
  const kind = KINDS[attack] ?? OTHER;
  const quote = reasons[0]?.quote ?? part.text;
  const because = `the ${part.where} reads as ${attack}: ${cut(quote, 80)}; ${answer}`;
  const matched: MatchedField[] = [
    { selection: "content", field: "because", value: because },
    { selection: "content", field: part.where, pointer: part.pointer, value: cut(part.text, QUOTE_MAX) },
    ...reasons.map(({ what, quote: span }) => ({ selection: "sign", field: what, value: cut(span, QUOTE_MAX) })),
    { selection: "content", field: "class", value: attack },
    { selection: "content", field: "p", value: Number(verdict.p.toPrecision(3)) },
    { selection: "content", field: "answer", value: answer },
    ...(verdict.read.layers.length === 0
      ? []
      : [{ selection: "content", field: "disguise", value: verdict.read.layers.join(", ") }]),
    ...(repeats === 0 ? [] : [{ selection: "content", field: "before", value: repeats }]),
  ];
  return detection(event, { rule: `content:${attack}`, kind, level, matched, events: [event.id], p: verdict.p }, made);
}

export function burstDetection(event: Event, found: BurstFinding, made: Made): Detection {
  const { names, events, missing, odd, all, p, found: reached } = found;
  const level: Level = reached === undefined ? "medium" : "high";
  const because = `${odd} of ${all} names asked for within ten minutes look generated, ${missing} of them do not exist`;
  const matched: MatchedField[] = [
    { selection: "content", field: "because", value: reached === undefined ? because : `${because}; ${reached} does` },
    { selection: "content", field: "names", value: names.join(" ") },
    ...found.why.map((mark) => ({ selection: "sign", field: "shape", value: mark })),
    { selection: "content", field: "p", value: Number(p.toPrecision(3)) },
  ];
  return detection(event, { rule: "content:generated-names", kind: BURST, level, matched, events, p }, made);
}

export function urlDetection(event: Event, found: UrlFinding, made: Made): Detection {
  const { sent, p, level, reasons, repeats, withheld } = found;
  const { host } = sent.parts;
  const where = sent.by === "mail" ? "a link of a reported mail" : "an address asked for";
  const matched: MatchedField[] = [
    {
      selection: "content",
      field: "because",
      value: `${where} at ${cut(host, 80)} reads like known bad ones: ${reasons.slice(0, 3).join("; ")}`,
    },
    {
      ...{ selection: "content", field: "url", value: cut(sent.url, QUOTE_MAX) },
      ...(sent.pointer === undefined ? {} : { pointer: sent.pointer }),
    },
    ...reasons.map((reason) => ({ selection: "sign", field: "address", value: reason })),
    { selection: "content", field: "p", value: Number(p.toPrecision(3)) },
    ...(repeats === 0 ? [] : [{ selection: "content", field: "before", value: repeats }]),
    ...(withheld === 0 ? [] : [{ selection: "content", field: "withheld", value: withheld }]),
  ];
  const rule = "content:bad-url";
  // One event may hold several: each is a detection of its own.
  return detection(
    event,
    { rule, kind: URL_KIND, level, matched, events: [event.id], p, about: sent.parts.domain },
    made,
  );
}

export function flowDetection(event: Event, found: FlowFinding, made: Made): Detection {
  const { flow, p, calibrated, level, family, reasons, beyond, repeats, withheld, model } = found;
  const place = `${flow.destination}${Number.isNaN(flow.port) ? "" : `:${flow.port}`}`;
  const from = `${cut(flow.source, 60)} to ${cut(place, 80)}`;
  const why = reasons.length === 0 ? "all of it together" : reasons.slice(0, 3).join("; ");
  const field = (name: string, value: MatchedField["value"]): MatchedField => ({
    selection: "content",
    field: name,
    value,
  });
  const matched: MatchedField[] = [
    field("because", `connection from ${from} is like those of ${kindWords(family.name)} that were learnt: ${why}`),
    ...reasons.map((reason) => ({ selection: "sign", field: "flow", value: reason })),
    field("class", family.name),
    field("p", Number(p.toPrecision(3))),
    field("model", model.slice(0, ID_SHOWN)),
    ...(calibrated ? [] : [field("chance", "not calibrated: too few labelled connections")]),
    ...(beyond === undefined ? [] : [field("not sure", `beyond what the model learnt: ${beyond}`)]),
    ...(repeats === 0 ? [] : [field("before", repeats)]),
    ...(withheld === 0 ? [] : [field("withheld", withheld)]),
  ];
  const { title, techniques, tactics } = family;
  const kind = { title, techniques, tactics };
  return detection(event, { rule: `content:flow-${family.name}`, kind, level, matched, events: [event.id], p }, made);
}

const ID_SHOWN = 12;
const kindWords = (name: string): string => (name === "attack" ? "attacks" : `attacks of the kind "${name}"`);

interface What {
  readonly rule: string;
  readonly kind: Kind;
  readonly level: Level;
  readonly matched: readonly MatchedField[];
  readonly events: readonly string[];
  readonly p: number;
  readonly about?: string;
}

function detection(
  event: Event,
  { rule, kind, level, matched, events, p, about }: What,
  { who, hash }: Made,
): Detection {
  const ids = [...new Set([...events, event.id])].map(eventId);
  return {
    id: detectionId(
      `det-${hash([rule, who, ...ids, ...(about === undefined ? [] : [about])].join("\n")).slice(0, 32)}`,
    ),
    rule: {
      id: rule,
      title: kind.title,
      level,
      source: "content",
      version: hash(JSON.stringify([VERSION, rule, kind])),
    },
    severity: level,
    // A model's chance is not a rule's precision: never more than an unproven rule is worth.
    confidence: Math.round(60 * p),
    ...{ techniques: kind.techniques, tactics: kind.tactics, time: event.time, evidence: nonEmpty(ids) ?? [event.id] },
    ...{
      entities: event.entities,
      dedupKey: [rule, who, ...(about === undefined ? [] : [about])].join("|"),
      input: event.provenance.input,
    },
    ...{ position: event.provenance.position, matched },
  };
}

const cut = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most)}...`);
