/**
 * The model of addresses: its training on the operator's own or a public list, and its reading. None ships: no labelled
 * addresses are ours to learn from, and made ones would teach the maker's taste.
 *
 * TU1. Figures come from folds that no address of the judged domain was in; the model itself learns from all.
 * TU2. The same files give the same model: no clock, no path of this machine.
 */
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { basename } from "node:path";
import { makeRuntime } from "@cordon/adapters/runtime";
import type { DataFile, SuiteOutcome } from "@cordon/engine/learning/evaluate/suite";
import { crossedUrls } from "@cordon/engine/learning/evaluate/urls";
import { readUrls, type UrlList } from "@cordon/engine/learning/evaluate/urls-data";
import { type ModelFile, writeModel } from "@cordon/engine/learning/model-file/model-file";
import { contentToUrls, urlsToContent } from "@cordon/engine/learning/model-file/urls-file";
import { makeUrlJudge, trainUrls, type UrlJudge } from "@cordon/engine/learning/url/url-model";
import type { JsonObject } from "@cordon/model/json";
import { dataFiles } from "./eval-data.ts";
import type { TrainedModel } from "./mail-train.ts";
import { metricsJson, modelCard } from "./model-card.ts";
import { requireEnough } from "./training-sources.ts";

const SEED = 1;

/** Throws where the file is of another kind, or asks what this version does not know. */
export function urlJudgeOf(file: ModelFile): UrlJudge {
  const judge = makeUrlJudge(contentToUrls(file));
  // A model that cannot judge an ordinary address cannot judge any: said now, not at the first event.
  judge.chance("http://example.com/");
  return judge;
}

export async function trainUrlModel(paths: readonly string[], progress: (what: string) => void): Promise<TrainedModel> {
  const runtime = makeRuntime();
  const sources = await Promise.all(paths.map(sourceOf));
  progress("reading");
  const list = await readUrls(sources.flatMap(({ files }) => files));
  const bad = list.urls.filter((url) => url.bad).length;
  const rows = { good: list.urls.length - bad, bad, copies: list.copies };
  requireEnough(rows, list.unread.length, { good: "ordinary", bad: "bad addresses" });
  const run = {
    seed: SEED,
    progress: (done: number, all: number, what: string) => progress(`${what} (${done} of ${all} done)`),
  };
  const outcome = crossedUrls(list, run);
  progress("the model of all rows");
  const model = trainUrls(list.urls, SEED);
  const lineage = sources.map(({ name, files, digests }) => lineageOf(name, files.length, digests));
  const facts: JsonObject = {
    ...{ trainedOn: "labelled addresses", seed: SEED, sources: lineage, contradictions: list.contradictions },
    ...{ ordinary: rows.good, bad: rows.bad, copies: rows.copies, cut: model.cut },
    ...metricsJson(outcome),
  };
  const { bytes, id } = writeModel(urlsToContent(model, facts), (content) => runtime.sha256(content));
  const card = cardOf(list, { id, bytes: bytes.length, lineage, outcome, rows, cut: model.cut });
  return { bytes, id, outcome, rows, unread: list.unread, card };
}

interface Source {
  readonly name: string;
  readonly files: readonly DataFile[];
  readonly digests: Map<string, string>;
}

async function sourceOf(path: string): Promise<Source> {
  const name = basename(path.replace(/\/+$/, ""));
  const digests = new Map<string, string>();
  const all = await dataFiles(path);
  // A folder's own name may be what tells the class of its lists.
  const within = statSync(path).isDirectory() ? `${name}/` : "";
  const files = all.map((file): DataFile => {
    const shown = `${within}${file.path}`;
    return {
      path: shown,
      bytes: async () => {
        const bytes = await file.bytes();
        digests.set(shown, createHash("sha256").update(bytes).digest("hex"));
        return bytes;
      },
    };
  });
  return { name, files, digests };
}

function lineageOf(name: string, files: number, digests: ReadonlyMap<string, string>): JsonObject {
  const all = createHash("sha256");
  for (const [path, digest] of [...digests].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    all.update(`${digest}  ${path}\n`);
  return { name, files, read: digests.size, sha256: all.digest("hex") };
}

/** Fewer kinds of page than this share of ordinary addresses with a path: the list holds front pages. */
const WITH_PATH_MIN = 0.3;
const FRONT_PAGES =
  "Most of its ordinary addresses are front pages without a path: addresses with a path will look bad to it. Better ordinary addresses are those that your own users fetch.";

function cardOf(
  { urls, contradictions, notes, unread }: UrlList,
  given: {
    readonly id: string;
    readonly bytes: number;
    readonly lineage: readonly JsonObject[];
    readonly outcome: SuiteOutcome;
    readonly rows: TrainedModel["rows"];
    readonly cut: number;
  },
): string {
  const { id, bytes, outcome, rows, cut } = given;
  const ordinary = urls.filter(({ bad }) => !bad);
  const withPath = ordinary.filter(({ url }) => /^(?:[a-z]+:\/\/)?[^/]+\/./i.test(url)).length;
  return modelCard({
    title: "Model of web addresses, learnt from labelled lists of the operator's choice",
    ...{ id, bytes, outcome },
    learntFrom: [
      ...given.lineage.map(
        ({ name, files, read, sha256 }) =>
          `\`${String(name).replace(/[`|\n]/g, " ")}\`: ${read} of ${files} files, SHA-256 of the list of their digests \`${sha256}\``,
      ),
      `${rows.good} ordinary and ${rows.bad} bad addresses (${rows.copies} equal ones left out, ${contradictions} under both labels left out, ${unread.length} not read); where there are more than 60,000, so many are drawn`,
      ...notes,
    ],
    uses: [
      `A hint beside other evidence: addresses fetched and links of reported mails from a chance of ${cut} on, as \`informational\` or \`low\`, never more by itself.`,
      "Not for blocking by itself.",
    ],
    limits: [
      ...(withPath < WITH_PATH_MIN * ordinary.length ? [FRONT_PAGES] : []),
      "Letters only: nothing is visited or looked up. A bad page at an ordinary address looks ordinary.",
      "The chance holds where as many are bad as in the lists; in usual traffic far fewer are, so read it as an order.",
      "Lists age, and differ by who collected them: on another list it is worse than the figures say.",
      "Letters are kept as hashes with weights: short ones can be guessed by who has the file. Who may put addresses into the lists may steer it.",
    ],
  });
}
