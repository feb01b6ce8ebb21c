/**
 * The way of knowing `content`: what was sent, read by classifiers. Enters: events. Leaves: detections with the part, the
 * span, the signs and the chance behind each.
 *
 * CW1. Deterministic: the same events and models give the same detections, ids included; the clock is the events' own.
 * CW2. State (bursts, what was already said, usual sizes) is bounded and survives a restart by snapshot.
 * CW3. Quotes in a detection are data of whoever sent them: shortened here, escaped by whoever shows them.
 * CW4. Models may be exchanged between batches: a batch is judged by one, what is remembered stays.
 */
import type { Detection } from "@cordon/model/detection";
import type { Entity } from "@cordon/model/entity";
import type { Event } from "@cordon/model/event";
import type { Sha256 } from "@cordon/model/ids";
import { type FieldView, PLAIN_VIEW } from "@cordon/model/view";
import type { DomainModel } from "../../../learning/domains/domain-model.ts";
import type { FlowJudge } from "../../../learning/flow/flow-model.ts";
import type { Heads } from "../../../learning/heads/heads.ts";
import type { UrlJudge } from "../../../learning/url/url-model.ts";
import type { Way } from "../join-ways.ts";
import { type Beyond, type FlowState, Flows } from "./flows.ts";
import { type QuestionState, Questions } from "./questions.ts";
import { type RequestState, Requests } from "./requests.ts";
import { sentBy } from "./sent.ts";
import { urlsOf } from "./sent-urls.ts";
import { burstDetection, flowDetection, requestDetection, urlDetection } from "./tell.ts";
import { type UrlState, Urls } from "./urls.ts";

/** What is undefined is not judged. */
export interface ContentModels {
  readonly web?: Heads | undefined;
  /** Undefined where another way judges names (behaviour knows what is usual for the host): one burst is said once. */
  readonly domains?: DomainModel | undefined;
  /** Undefined where the operator has no model of addresses: none ships. */
  readonly urls?: UrlJudge | undefined;
  /** Undefined where the operator has no model of flows: none ships. */
  readonly flows?: FlowJudge | undefined;
}

export interface ContentParts extends ContentModels {
  /** The operator's own domains: what leads there did not leave. */
  readonly ownDomains?: readonly string[];
  readonly views: ReadonlyMap<string, FieldView>;
  readonly hash: (text: string) => Sha256;
}

export interface ContentWay extends Way {
  /** CW4 */
  use(models: ContentModels): void;
  /** How many of the latest flows lay beyond what the model of flows learnt. */
  beyond(): Beyond;
}

const SNAPSHOT = 1;

export function makeContentWay({ ownDomains = [], views, hash, ...given }: ContentParts): ContentWay {
  let models: ContentModels = given;
  const anew = () => ({
    requests: new Requests(models.web),
    questions: new Questions(models.domains),
    urls: new Urls(models.urls),
    flows: new Flows(models.flows),
  });
  let judges = anew();
  const own = new Set(ownDomains.map((domain) => domain.toLowerCase()));

  const look = (event: Event): readonly Detection[] => {
    const view = views.get(event.shape) ?? views.get(event.source) ?? PLAIN_VIEW;
    const all = lookAtSent(event, view);
    if (models.urls === undefined && models.flows === undefined) return all;
    const addresses = models.urls === undefined ? [] : lookAtUrls(event, view);
    return [...all, ...addresses, ...(models.flows === undefined ? [] : lookAtFlow(event))];
  };
  const lookAtUrls = (event: Event, view: FieldView): readonly Detection[] => {
    const who = senderOf(event);
    return urlsOf(event, view, own).flatMap((sent) => {
      const found = judges.urls.see(sent, who, event.time);
      return found === undefined ? [] : [urlDetection(event, found, { who, hash })];
    });
  };
  const lookAtFlow = (event: Event): readonly Detection[] => {
    const who = senderOf(event);
    const found = judges.flows.see(event, who);
    return found === undefined ? [] : [flowDetection(event, found, { who, hash })];
  };
  const lookAtSent = (event: Event, view: FieldView): readonly Detection[] => {
    const sent = sentBy(event, view);
    if (sent === undefined) return [];
    const who = senderOf(event);
    if (sent.kind === "request") {
      const found = judges.requests.see(sent, who, event.time);
      return found === undefined ? [] : [requestDetection(event, found, { who, hash })];
    }
    const found = judges.questions.see(sent, who, { time: event.time, event: event.id });
    return found === undefined ? [] : [burstDetection(event, found, { who, hash })];
  };

  return {
    name: "content",
    detect: (events) => events.flatMap(look),
    tick: () => [],
    finish: () => [],
    remembers: true,
    snapshot: () => {
      const { requests, questions, urls, flows } = judges;
      return JSON.stringify({
        ...{ version: SNAPSHOT, requests: requests.state(), questions: questions.state() },
        ...{ urls: urls.state(), flows: flows.state() },
      });
    },
    restore: (snapshot) => {
      judges = anew();
      const state = snapshot === undefined ? undefined : stateOf(snapshot);
      if (state !== undefined) {
        judges.requests.restore(state.requests);
        judges.questions.restore(state.questions);
        if (state.urls !== undefined) judges.urls.restore(state.urls);
        if (state.flows !== undefined) judges.flows.restore(state.flows);
      }
      return snapshot === undefined || state !== undefined;
    },
    use: (next) => {
      models = next;
      judges.requests.use(next.web);
      judges.questions.use(next.domains);
      judges.urls.use(next.urls);
      judges.flows.use(next.flows);
    },
    beyond: () => judges.flows.share,
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

interface State {
  readonly requests: RequestState;
  readonly questions: QuestionState;
  readonly urls: UrlState | undefined;
  readonly flows: FlowState | undefined;
}

function stateOf(snapshot: string): State | undefined {
  try {
    const { version, requests, questions, urls, flows } = JSON.parse(snapshot) as {
      version?: unknown;
    } & Partial<State>;
    if (version !== SNAPSHOT || !Array.isArray(requests?.said) || !Array.isArray(requests.usual)) return undefined;
    if (!Array.isArray(questions)) return undefined;
    const whole =
      (urls === undefined || [urls.judged, urls.said, urls.entities, urls.days].every(Array.isArray)) &&
      (flows === undefined || isFlowState(flows));
    return whole ? { requests, questions, urls, flows } : undefined;
  } catch {
    return undefined;
  }
}

const isFlowState = ({ window, said, sources, days, share }: Partial<FlowState>): boolean =>
  [said, sources, days, window?.sources, window?.destinations, window?.pairs].every(Array.isArray) &&
  typeof share?.flows === "number";
