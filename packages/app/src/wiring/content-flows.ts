/**
 * The model of flows: its training on labelled flows of the operator's or of a public set, and its reading. None ships: a network
 * is known by its own flows, and labelled ones of anybody's are not ours.
 *
 * TW1. Files are read by the product's own sources and mappings, and flows by the product's own reader: a model asks in the
 *      stream what it learnt from.
 * TW2. Figures come from flows that the judging forest never learnt, in parts by host, file or time (flow-split.ts).
 * TW3. The same files give the same model: no clock, no path of this machine.
 * TW4. A file that is damaged or holds no flow is named with its reason; where one path gives nothing at all, nothing is learnt.
 */
import { makeRuntime } from "@cordon/adapters/runtime";
import type { SuiteOutcome } from "@cordon/engine/learning/evaluate/suite";
import { familyOf } from "@cordon/engine/learning/flow/attack-class";
import { type FlowJudge, makeFlowJudge } from "@cordon/engine/learning/flow/flow-model";
import { trainFlows } from "@cordon/engine/learning/flow/flow-training";
import { FLOW_NAMES } from "@cordon/engine/learning/flow/flow-vector";
import { contentToFlows, flowsToContent } from "@cordon/engine/learning/model-file/flow-file";
import { type ModelFile, writeModel } from "@cordon/engine/learning/model-file/model-file";
import { AppError } from "@cordon/model/error";
import type { JsonObject } from "@cordon/model/json";
import { type FlowReading, type FlowRequest, readFlows } from "./content-flows-read.ts";
import type { TrainedModel } from "./mail-train.ts";
import { metricsJson, modelCard } from "./model-card.ts";
import { requireEnough } from "./training-sources.ts";

const SEED = 1;
/** One benign flow in a thousand: a busy host has as many an hour. */
const BUDGET = 0.001;
/** Published sets name some forty; more is a column of names or numbers. */
const KINDS_MAX = 200;

/** Throws where the file is of another kind, or asks what this version does not know. */
export const flowJudgeOf = (file: ModelFile): FlowJudge => makeFlowJudge(file.id, contentToFlows(file));

export async function trainFlowModel(request: FlowRequest): Promise<TrainedModel> {
  const { progress, budget = BUDGET } = request;
  const read = await readFlows(request);
  const { flows, copies, unread } = read;
  const bad = flows.filter((flow) => flow.bad).length;
  const rows = { good: flows.length - bad, bad, copies };
  const kinds = new Set(flows.map(({ kind }) => kind)).size;
  if (kinds > KINDS_MAX)
    throw new AppError(
      "bad-request",
      `${kinds} different kinds of attack, at most ${KINDS_MAX}: is it a column of labels?`,
      {
        fix: "--label COLUMN names the one that is",
      },
    );
  const [first] = unread;
  if (flows.length === 0 && first !== undefined)
    throw new AppError("too-few", `no connection with a label: ${first.where}: ${first.reason}`);
  requireEnough(rows, unread.length, { good: "benign", bad: "attacking flows" });
  const training = { seed: SEED, budget, split: request.split, progress };
  const { model, outcome, way } = trainFlows(flows, training);
  const told = { ...outcome, notes: [...outcome.notes, ...read.notes] };
  const facts: JsonObject = {
    ...{ trainedOn: "labelled flows", seed: SEED, budget, split: way, sources: read.lineage, formats: read.formats },
    ...{ benign: rows.good, attacks: rows.bad, copies, bothLabels: read.bothLabels, unlabelled: read.unlabelled },
    ...metricsJson(outcome),
  };
  const { bytes, id } = writeModel(flowsToContent(model, facts), (all) => makeRuntime().sha256(all));
  const card = cardOf(read, { id, bytes: bytes.length, outcome: told, rows, budget });
  return { bytes, id, outcome: told, rows, unread, card };
}

function cardOf(
  { lineage, formats, unlabelled, bothLabels, untimed, unread, notes, flows }: FlowReading,
  given: {
    readonly id: string;
    readonly bytes: number;
    readonly outcome: SuiteOutcome;
    readonly rows: TrainedModel["rows"];
    readonly budget: number;
  },
): string {
  const { id, bytes, outcome, rows, budget } = given;
  const kinds = [...new Set(flows.flatMap(({ bad, kind }) => (bad ? [kind] : [])))].toSorted();
  const plain = (text: string): string => text.replace(/[`|\n]/g, " ");
  return modelCard({
    title: "Model of flows, learnt from labelled flows of the operator's choice",
    ...{ id, bytes, outcome },
    learntFrom: [
      ...lineage.map(
        ({ name, files, sha256 }) =>
          `\`${plain(String(name))}\`: ${files} files, SHA-256 of the list of their digests \`${sha256}\``,
      ),
      `${rows.good} benign and ${rows.bad} attacking flows, each vector once (${rows.copies} equal ones left out, ${bothLabels} stand under both labels and count on both sides, ${unlabelled} without a label left out, ${unread.length} files or rows not read), as ${formats.join(", ")}`,
      `kinds of attack: ${kinds.map((kind) => `${plain(kind)} (${familyOf(kind).name})`).join(", ")}`,
      `what it asks: ${FLOW_NAMES.join("; ")}. No address, name, identifier, user or absolute time`,
      ...(untimed === 0
        ? []
        : [`${untimed} flows had no time or no addresses: nothing that came before was counted for them`]),
      ...notes,
    ],
    uses: [
      `A hint beside other evidence: connections over a cut that ${budget} of the benign flows not learnt from reach, as \`informational\`, from three of a source and kind on \`low\`, from twenty \`medium\`, never more by itself.`,
      "Not for blocking by itself.",
    ],
    limits: [
      "It knows the attacks it learnt. `unseen` in the figures says what it finds of a kind that it never learnt; `flow-anomaly` (docs/behaviour.md) looks for what is new.",
      "Beyond what it learnt (numbers twice as large or half as small, another protocol, what every learnt flow said is missing) it says so and raises `informational` at most.",
      "Flows of a laboratory differ from those of a house in much that is no attack: put benign flows of your own network beside them.",
      "Inwards and outwards counts: where a set's attacks all come from one side, that is learnt, too.",
      "The chance holds where as many flows attack as in the files; in usual traffic far fewer do, so read it as an order.",
      "Who may put flows into the files may steer it.",
    ],
  });
}
