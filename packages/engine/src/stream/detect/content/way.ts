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
import type { UrlJudge } from "../../../learning/url/url-model.ts";
import type { Way } from "../join-ways.ts";
import { type BurstFinding, type QuestionState, Questions } from "./questions.ts";
import { type RequestFinding, type RequestState, Requests } from "./requests.ts";
import { sentBy } from "./sent.ts";
import { urlsOf } from "./sent-urls.ts";
import { type UrlFinding, type UrlState, Urls } from "./urls.ts";

export interface ContentParts {
  readonly web: Heads;
  /** Undefined where another way judges names (behaviour knows what is usual for the host): one burst is said once. */
  readonly domains: DomainModel | undefined;
  /** Undefined where the operator has no model of addresses: none ships. */
  readonly urls?: UrlJudge | undefined;
  /** The operator's own domains: what leads there did not leave. */
  readonly ownDomains?: readonly string[];
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

const URL_KIND: Kind = {
  title: "Address that reads like known bad ones",
  techniques: ["T1204.001"],
  tactics: ["execution"],
};

export function makeContentWay({ web, domains, urls, ownDomains = [], views, hash }: ContentParts): Way {
  let requests = new Requests(web);
  const ask = (): Questions | undefined => (domains === undefined ? undefined : new Questions(domains));
  let questions = ask();
  const own = new Set(ownDomains.map((domain) => domain.toLowerCase()));
  const fetch = (): Urls | undefined => (urls === undefined ? undefined : new Urls(urls));
  let fetched = fetch();

  const look = (event: Event): readonly Detection[] => {
    const view = views.get(event.shape) ?? views.get(event.source) ?? PLAIN_VIEW;
    const all = lookAtSent(event, view);
    return fetched === undefined ? all : [...all, ...lookAtUrls(event, view, fetched)];
  };
  const lookAtUrls = (event: Event, view: FieldView, seen: Urls): readonly Detection[] => {
    const who = senderOf(event);
    return urlsOf(event, view, own).flatMap((sent) => {
      const found = seen.see(sent, who, event.time);
      return found === undefined ? [] : [urlDetection(event, found, { who, hash })];
    });
  };
  const lookAtSent = (event: Event, view: FieldView): readonly Detection[] => {
    const sent = sentBy(event, view);
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
      JSON.stringify({
        ...{ version: SNAPSHOT, requests: requests.state(), questions: questions?.state() ?? [] },
        urls: fetched?.state(),
      }),
    restore: (snapshot) => {
      requests = new Requests(web);
      questions = ask();
      fetched = fetch();
      const state = snapshot === undefined ? undefined : stateOf(snapshot);
      if (state !== undefined) {
        requests.restore(state.requests);
        questions?.restore(state.questions);
        if (state.urls !== undefined) fetched?.restore(state.urls);
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

function urlDetection(event: Event, found: UrlFinding, made: Made): Detection {
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
      version: hash(JSON.stringify([SNAPSHOT, rule, kind])),
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

interface State {
  readonly requests: RequestState;
  readonly questions: QuestionState;
  readonly urls: UrlState | undefined;
}

function stateOf(snapshot: string): State | undefined {
  try {
    const { version, requests, questions, urls } = JSON.parse(snapshot) as { version?: unknown } & Partial<State>;
    if (version !== SNAPSHOT || !Array.isArray(requests?.said) || !Array.isArray(requests.usual)) return undefined;
    if (!Array.isArray(questions)) return undefined;
    const whole = urls === undefined || [urls.judged, urls.said, urls.entities, urls.days].every(Array.isArray);
    return whole ? { requests, questions, urls } : undefined;
  } catch {
    return undefined;
  }
}
