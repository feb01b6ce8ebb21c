/**
 * The way of knowing `content`, as configured: its models, shipped or the operator's own.
 *
 * CO1. An own model that was trained again judges from the next batch of events on; the old one goes on where the new file cannot
 *      be used (followed-model.ts). No event is judged by two, and what is remembered stays.
 * CO2. Where an own model of requests or names cannot be used from the start, the shipped one judges; of addresses and flows
 *      none ships. Either is a problem of its own: everything else is judged all the same.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DomainModel } from "@cordon/engine/learning/domains/domain-model";
import { contentToDomains, contentToWeb } from "@cordon/engine/learning/model-file/heads-file";
import { type ModelContent, type ModelFile, readModel } from "@cordon/engine/learning/model-file/model-file";
import { type ContentModels, type ContentWay, makeContentWay } from "@cordon/engine/stream/detect/content/way";
import { AppError, messageOf } from "@cordon/model/error";
import type { Runtime } from "@cordon/model/ports/runtime";
import type { FieldView } from "@cordon/model/view";
import { type Config, configPath } from "../config.ts";
import { type Meters, raiseProblem } from "../meters.ts";
import { CONTENT } from "./content.ts";
import { flowJudgeOf } from "./content-flows.ts";
import { urlJudgeOf } from "./content-urls.ts";
import { type FollowedAbout, type FollowedModel, followModel } from "./followed-model.ts";

interface ContentParts {
  readonly config: Config;
  readonly runtime: Runtime;
  readonly views: ReadonlyMap<string, FieldView>;
  readonly meters: Meters;
  readonly log: (level: "warn" | "info", message: string) => void;
}

export interface OpenedContent {
  readonly way: ContentWay;
  /** For whoever judges names; always the one in force. */
  readonly domains: DomainModel;
  /** CO1; between batches. */
  readonly look: () => void;
}

const SHIPPED = { web: "web-payloads.model", domains: "generated-names.model" } as const;
type Kind = "web" | "domains" | "urls" | "flows";

const about = (kind: Kind, judged: string, without: string): FollowedAbout => ({
  ...{ problem: `content-${kind}`, judged, without },
  fix: `cordon content train ${kind} ${kind in SHIPPED ? "" : "--data FILE "}--to FILE`,
});
const ABOUT = {
  web: about("web", "requests", "the shipped model judges requests"),
  domains: about("domains", "names", "the shipped model judges names"),
  urls: about("urls", "addresses", "addresses are not judged"),
  flows: about("flows", "connections", "connections are not judged"),
} satisfies Record<Kind, FollowedAbout>;

/** Names are judged by behaviour where that is on: it knows what is usual for the host. */
const namesAreBehaviours = ({ behaviour }: Config): boolean =>
  behaviour.enabled && !behaviour.off.includes("generated-domains");

/** Undefined when switched off, or when what ships cannot be read: that is a problem to show, and everything else goes on. */
export function openContent(parts: ContentParts): OpenedContent | undefined {
  const { config, runtime, meters } = parts;
  if (!config.content.enabled) return undefined;
  const shipped = <T>(name: keyof typeof SHIPPED, of: (content: ModelContent) => T): T => {
    const path = join(CONTENT, "models", SHIPPED[name]);
    try {
      return of(readModel(readFileSync(path), (bytes) => runtime.sha256(bytes)));
    } catch (cause) {
      throw new AppError("unavailable", `${path}: ${messageOf(cause)}`, { cause });
    }
  };
  try {
    const base = { web: shipped("web", contentToWeb), domains: shipped("domains", contentToDomains) };
    return followingContent(parts, base);
  } catch (error) {
    raiseProblem(
      meters,
      "content-models",
      `requests and names are not judged: ${messageOf(error)}`,
      "cordon content train",
    );
    return undefined;
  }
}

type Base = Required<{ [name in "web" | "domains"]: NonNullable<ContentModels[name]> }>;

function followingContent(parts: ContentParts, base: Base): OpenedContent {
  const { config, runtime, views, meters } = parts;
  const web = follow(parts, "web", contentToWeb);
  const domains = follow(parts, "domains", contentToDomains);
  const urls = follow(parts, "urls", urlJudgeOf);
  const flows = follow(parts, "flows", flowJudgeOf);
  const domainsNow = (): DomainModel => domains?.current() ?? base.domains;
  const now = (): ContentModels => ({
    web: web?.current() ?? base.web,
    domains: namesAreBehaviours(config) ? undefined : domainsNow(),
    ...{ urls: urls?.current(), flows: flows?.current() },
  });
  const way = makeContentWay({
    ...{ ...now(), views, ownDomains: config.mail.ownDomains },
    hash: (text) => runtime.sha256(text),
  });
  const all = [web, domains, urls, flows].filter((one) => one !== undefined);
  return {
    way,
    domains: {
      get heads() {
        return domainsNow().heads;
      },
      get letters() {
        return domainsNow().letters;
      },
    },
    look() {
      for (const one of all) one.look();
      way.use(now());
      tellBeyond(way, meters);
    },
  };
}

/** Undefined where the operator has none. */
function follow<T>(
  { config, runtime, meters, log }: ContentParts,
  kind: Kind,
  of: (file: ModelFile) => T,
): FollowedModel<T> | undefined {
  const own = config.content[kind];
  if (own === undefined) return undefined;
  return followModel({
    ...{ path: configPath(config, own), about: ABOUT[kind], meters, log },
    read: (bytes) => {
      const file = readModel(bytes, (content) => runtime.sha256(content));
      return { id: file.id, value: of(file) };
    },
  });
}

const BEYOND = "content-flows-beyond";
/** Fewer flows say nothing of a network. */
const FLOWS_MIN = 500;

/** A model that does not know most of what passes says so, not nothing. */
function tellBeyond(way: ContentWay, meters: Meters): void {
  const { flows, beyond, last } = way.beyond();
  if (flows < FLOWS_MIN || beyond <= flows / 2) {
    meters.problems.delete(BEYOND);
    return;
  }
  if (meters.problems.has(BEYOND)) return;
  const share = Math.round((100 * beyond) / flows);
  raiseProblem(
    meters,
    BEYOND,
    `${share} % of the latest ${flows} connections lie beyond what the model of flows learnt (the last: ${last}): it does not know this network`,
    "cordon content train flows --data FILE --to FILE, with connections of this network among the benign ones",
  );
}
