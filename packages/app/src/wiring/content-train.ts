/** The making of the models of requests and names, from generated data and the operator's own. */
import { makeRuntime } from "@cordon/adapters/runtime";
import { type LabelledName, trainDomains } from "@cordon/engine/learning/domains/domain-model";
import { generatedNames, USUAL, usualNames } from "@cordon/engine/learning/domains/generate-names";
import { readNames } from "@cordon/engine/learning/evaluate/dga-rows";
import { readPayloads } from "@cordon/engine/learning/evaluate/web-rows";
import { domainsToContent, webToContent } from "@cordon/engine/learning/model-file/heads-file";
import { type ModelContent, writeModel } from "@cordon/engine/learning/model-file/model-file";
import { generatedPayloads } from "@cordon/engine/learning/web/generate-payloads";
import { trainWeb } from "@cordon/engine/learning/web/web-model";
import { dataFiles } from "./eval-data.ts";

type ContentModel = "web" | "domains";

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
