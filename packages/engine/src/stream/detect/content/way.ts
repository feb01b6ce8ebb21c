/**
 * The way of knowing `content`: what was sent, read by classifiers. Enters: events. Leaves: detections with the part, the
 * span, the signs and the chance behind each.
 *
 * CW1. Deterministic: the same events and models give the same detections, ids included; the clock is the events' own.
 * CW2. State (bursts, what was already said, usual sizes) is bounded and survives a restart by snapshot.
 * CW3. Quotes in a detection are data of whoever sent them: shortened here, escaped by whoever shows them.
 */
import type { Detection, MatchedField } from "@cordon/model/detection";
import type { Entity } from "@cordon/model/entity";
import type { Event } from "@cordon/model/event";
import { detectionId, eventId, nonEmpty, type Sha256 } from "@cordon/model/ids";
import type { Level } from "@cordon/model/rule";
import { type FieldView, PLAIN_VIEW } from "@cordon/model/view";
import type { DomainModel } from "../../../learning/domains/domain-model.ts";
import type { Heads } from "../../../learning/heads/heads.ts";
import type { Way } from "../join-ways.ts";
import { type BurstFinding, type QuestionState, Questions } from "./questions.ts";
import { type RequestFinding, type RequestState, Requests } from "./requests.ts";
import { sentBy } from "./sent.ts";

export interface ContentParts {
  readonly web: Heads;
  /** Undefined where another way judges names (behaviour knows what is usual for the host): one burst is said once. */
  readonly domains: DomainModel | undefined;
  readonly views: ReadonlyMap<string, FieldView>;
  readonly hash: (text: string) => Sha256;
}

const SNAPSHOT = 1;
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

export function makeContentWay({ web, domains, views, hash }: ContentParts): Way {
  let requests = new Requests(web);
  const ask = (): Questions | undefined => (domains === undefined ? undefined : new Questions(domains));
  let questions = ask();

  const look = (event: Event): readonly Detection[] => {
    const sent = sentBy(event, views.get(event.shape) ?? views.get(event.source) ?? PLAIN_VIEW);
    if (sent === undefined) return [];
    const who = senderOf(event);
    if (sent.kind === "request") {
      const found = requests.see(sent, who, event.time);
      return found === undefined ? [] : [requestDetection(event, found, { who, hash })];
    }
    const found = questions?.see(sent, who, { time: event.time, event: event.id });
    return found === undefined ? [] : [burstDetection(event, found, { who, hash })];
  };

  return {
    name: "content",
    detect: (events) => events.flatMap(look),
    tick: () => [],
    finish: () => [],
    remembers: true,
    snapshot: () =>
      JSON.stringify({ version: SNAPSHOT, requests: requests.state(), questions: questions?.state() ?? [] }),
    restore: (snapshot) => {
      requests = new Requests(web);
      questions = ask();
      const state = snapshot === undefined ? undefined : stateOf(snapshot);
      if (state !== undefined) {
        requests.restore(state.requests);
        questions?.restore(state.questions);
      }
      return snapshot === undefined || state !== undefined;
    },
  };
}

/** The client: where the request came from; for name queries the host that asked. */
function senderOf({ entities, provenance }: Event): string {
  const by = (role: string, kind: string): Entity | undefined =>
    entities.find((one) => one.role === role && one.kind === kind);
  const found =
    by("src", "ip") ?? by("device", "host") ?? by("src", "host") ?? by("src", "domain") ?? by("actor", "host");
  return found === undefined ? provenance.input : `${found.kind}:${found.value}`;
}

interface Made {
  readonly who: string;
  readonly hash: (text: string) => Sha256;
}

function requestDetection(event: Event, found: RequestFinding, made: Made): Detection {
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

function burstDetection(event: Event, found: BurstFinding, made: Made): Detection {
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

interface What {
  readonly rule: string;
  readonly kind: Kind;
  readonly level: Level;
  readonly matched: readonly MatchedField[];
  readonly events: readonly string[];
  readonly p: number;
}

function detection(event: Event, { rule, kind, level, matched, events, p }: What, { who, hash }: Made): Detection {
  const ids = [...new Set([...events, event.id])].map(eventId);
  return {
    id: detectionId(`det-${hash([rule, who, ...ids].join("\n")).slice(0, 32)}`),
    rule: {
      id: rule,
      title: kind.title,
      level,
      source: "content",
      version: hash(JSON.stringify([SNAPSHOT, rule, kind])),
    },
    severity: level,
    // A model's chance is not a rule's precision: never more than an unproven rule is worth.
    confidence: Math.round(60 * p),
    ...{ techniques: kind.techniques, tactics: kind.tactics, time: event.time, evidence: nonEmpty(ids) ?? [event.id] },
    ...{ entities: event.entities, dedupKey: `${rule}|${who}`, input: event.provenance.input },
    ...{ position: event.provenance.position, matched },
  };
}

const cut = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most)}...`);

function stateOf(snapshot: string): { requests: RequestState; questions: QuestionState } | undefined {
  try {
    const state = JSON.parse(snapshot) as { version?: unknown; requests?: RequestState; questions?: QuestionState };
    if (state.version !== SNAPSHOT || !Array.isArray(state.requests?.said) || !Array.isArray(state.requests.usual))
      return undefined;
    return Array.isArray(state.questions) ? { requests: state.requests, questions: state.questions } : undefined;
  } catch {
    return undefined;
  }
}
