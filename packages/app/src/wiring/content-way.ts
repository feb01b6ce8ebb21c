/** The way of knowing `content`, as configured, and the making of its two models from generated data and the operator's own. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { makeRuntime } from "@cordon/adapters/runtime";
import { type DomainModel, type LabelledName, trainDomains } from "@cordon/engine/learning/domains/domain-model";
import { generatedNames, USUAL, usualNames } from "@cordon/engine/learning/domains/generate-names";
import { readNames } from "@cordon/engine/learning/evaluate/dga-rows";
import { readPayloads } from "@cordon/engine/learning/evaluate/web-rows";
import {
  contentToDomains,
  contentToWeb,
  domainsToContent,
  webToContent,
} from "@cordon/engine/learning/model-file/heads-file";
import {
  type ModelContent,
  type ModelFile,
  readModel,
  writeModel,
} from "@cordon/engine/learning/model-file/model-file";
import type { UrlJudge } from "@cordon/engine/learning/url/url-model";
import { generatedPayloads } from "@cordon/engine/learning/web/generate-payloads";
import { trainWeb } from "@cordon/engine/learning/web/web-model";
import { makeContentWay } from "@cordon/engine/stream/detect/content/way";
import type { Way } from "@cordon/engine/stream/detect/join-ways";
import { AppError, messageOf } from "@cordon/model/error";
import type { Runtime } from "@cordon/model/ports/runtime";
import type { FieldView } from "@cordon/model/view";
import { type Config, configPath } from "../config.ts";
import { type Meters, raiseProblem } from "../meters.ts";
import { CONTENT } from "./content.ts";
import { readUrlJudge } from "./content-urls.ts";
import { dataFiles } from "./eval-data.ts";

interface ContentParts {
  readonly config: Config;
  readonly runtime: Runtime;
  readonly views: ReadonlyMap<string, FieldView>;
  readonly meters: Meters;
}

const SHIPPED = { web: "web-payloads.model", domains: "generated-names.model" } as const;

export interface OpenedContent {
  readonly way: Way;
  /** For whoever judges names. */
  readonly domains: DomainModel;
}

/** Names are judged by behaviour where that is on: it knows what is usual for the host. */
const namesAreBehaviours = ({ behaviour }: Config): boolean =>
  behaviour.enabled && !behaviour.off.includes("generated-domains");

/** Undefined when switched off, or when a model cannot be read: that is a problem to show, and everything else goes on. */
export function openContent({ config, runtime, views, meters }: ContentParts): OpenedContent | undefined {
  const { enabled, web, domains } = config.content;
  if (!enabled) return undefined;
  const read = (kind: keyof typeof SHIPPED, own: string | undefined): ModelFile => {
    const path = own === undefined ? join(CONTENT, "models", SHIPPED[kind]) : configPath(config, own);
    try {
      return readModel(readFileSync(path), (bytes) => runtime.sha256(bytes));
    } catch (cause) {
      throw new AppError("unavailable", `${path}: ${messageOf(cause)}`, { cause });
    }
  };
  try {
    const model = contentToDomains(read("domains", domains));
    const way = makeContentWay({
      ...{ web: contentToWeb(read("web", web)), domains: namesAreBehaviours(config) ? undefined : model, views },
      ...{ urls: openUrls({ config, runtime, meters }), ownDomains: config.mail.ownDomains },
      hash: (text) => runtime.sha256(text),
    });
    return { way, domains: model };
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

/** None ships. One that cannot be used is a problem of its own: requests and names are judged all the same. */
function openUrls({ config, runtime, meters }: Omit<ContentParts, "views">): UrlJudge | undefined {
  const { urls } = config.content;
  if (urls === undefined) return undefined;
  const path = configPath(config, urls);
  try {
    return readUrlJudge(path, runtime);
  } catch (error) {
    const reason = `addresses are not judged: ${path}: ${messageOf(error)}`;
    raiseProblem(meters, "content-urls", reason, "cordon content train urls --data FILE --to FILE");
    return undefined;
  }
}

type ContentModel = keyof typeof SHIPPED;

/** Of the generators: what ships is made with these and nothing else. */
const SEED = 1;
const PAYLOADS_EACH = 2_500;
const NAMES_EACH = 1_200;
const USUAL_COUNT = 24_000;
/**
 * Fewer and smaller rounds than the trainer's own: more of them know the generators better and real names worse. No families are
 * passed: usual names of a generator are told easily from families held out, real ones are not, and chances would come out too
 * high (docs/evaluation.md, "Generated names").
 */
const NAME_ROUNDS = { epochs: 4, alpha: 0.2 } as const;

interface Trained {
  readonly bytes: Uint8Array;
  readonly id: string;
  readonly rows: number;
  readonly own: number;
  readonly unread: readonly { readonly where: string; readonly reason: string }[];
}

/** Generated rows, and the operator's own where a path is given: own rows are learnt beside, so that no kind of attack is forgotten. */
export async function trainContent(
  kind: ContentModel,
  { path, progress }: { path?: string; progress: (what: string) => void },
): Promise<Trained> {
  const runtime = makeRuntime();
  const files = path === undefined ? [] : await dataFiles(path);
  const done = (content: ModelContent, rows: number, own: number, unread: Trained["unread"]): Trained => {
    const { bytes, id } = writeModel(content, (text) => runtime.sha256(text));
    return { bytes, id, rows, own, unread };
  };
  const about = (rows: number, own: number) => ({
    generated: rows - own,
    own,
    seed: SEED,
    trainedOn: own === 0 ? "generators" : "generators and own data",
  });
  if (kind === "web") {
    const own = files.length === 0 ? { rows: [], unread: [] } : await readPayloads(files);
    const rows = [...generatedPayloads(SEED, PAYLOADS_EACH), ...own.rows];
    const heads = trainWeb(rows, {}, (epoch) => progress(`round ${epoch + 1}`));
    return done(webToContent(heads, about(rows.length, own.rows.length)), rows.length, own.rows.length, own.unread);
  }
  const read = await Promise.all(files.map((file) => readNames(file)));
  const own = read.flatMap(({ rows }) => rows.map(({ name, generated }): LabelledName => ({ name, generated })));
  const made = [...generatedNames(SEED, NAMES_EACH), ...usualNames(SEED, USUAL_COUNT)];
  const rows = [...made.map(({ name, family }) => ({ name, generated: family !== USUAL })), ...own];
  const model = trainDomains(rows, NAME_ROUNDS, (epoch) => progress(`round ${epoch + 1}`));
  return done(
    domainsToContent(model, about(rows.length, own.length)),
    rows.length,
    own.length,
    read.flatMap(({ unread }) => unread),
  );
}
