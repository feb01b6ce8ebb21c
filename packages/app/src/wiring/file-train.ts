/**
 * Training of the model of files on labelled files of the operator's.
 * Enters: paths of benign and of malicious files. Leaves: the bytes of a model file, its card, and figures of held-out folds.
 *
 * FT3. Files are read, never run and never sent anywhere; archives are files, their members are not rows of their own.
 * FT4. The same files give the same model file: no clock, no path of this machine, no rules and no lists (file-vector.ts FV3).
 */
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { makeRuntime } from "@cordon/adapters/runtime";
import { type Examined, examineFile } from "@cordon/engine/file/examine";
import { FILE_MARKS, fileVector } from "@cordon/engine/file/file-vector";
import { type FileRow, trainFiles } from "@cordon/engine/learning/evaluate/file-training";
import { fileModelToContent } from "@cordon/engine/learning/model-file/file-model-file";
import { writeModel } from "@cordon/engine/learning/model-file/model-file";
import { AppError } from "@cordon/model/error";
import type { JsonObject } from "@cordon/model/json";
import { filesBelow } from "./file-examine.ts";
import type { TrainedModel } from "./mail-train.ts";
import { metricsJson, modelCard } from "./model-card.ts";
import { type Labelled, realOf, requireEnough } from "./training-sources.ts";

const SEED = 1;

interface Read {
  readonly rows: FileRow[];
  readonly lineage: JsonObject[];
  readonly unread: { where: string; reason: string }[];
  /** Content that was seen, with its class. */
  readonly seen: Map<string, "good" | "bad">;
  copies: number;
  bothSides: number;
}

export function trainFileModel(labelled: Labelled, progress: (what: string) => void): TrainedModel {
  const into: Read = { rows: [], lineage: [], unread: [], seen: new Map(), copies: 0, bothSides: 0 };
  const places = [...labelled.good, ...labelled.bad].map(realOf);
  const twice = places.find((place, at) => places.indexOf(place) !== at);
  if (twice !== undefined) throw new AppError("bad-request", `${twice} is named twice`);
  for (const path of labelled.good) readSide(path, "good", { into, progress });
  for (const path of labelled.bad) readSide(path, "bad", { into, progress });
  const bad = into.rows.filter((row) => row.bad).length;
  const rows = { good: into.rows.length - bad, bad, copies: into.copies };
  requireEnough(rows, into.unread.length, { good: "benign", bad: "malicious files" });
  progress("folds");
  const { model, outcome } = trainFiles(into.rows, SEED);
  const facts: JsonObject = {
    ...{ trainedOn: "files of the operator's", seed: SEED, marks: FILE_MARKS.length, sources: into.lineage },
    ...{ benign: rows.good, malicious: rows.bad, copies: rows.copies, bothSides: into.bothSides },
    ...metricsJson(outcome),
  };
  const { bytes, id } = writeModel(fileModelToContent(model, facts), (all) => makeRuntime().sha256(all));
  const card = cardOf(into, { id, bytes: bytes.length, outcome });
  return { bytes, id, card, outcome, rows, unread: into.unread };
}

function readSide(
  path: string,
  side: "good" | "bad",
  { into, progress }: { into: Read; progress: (what: string) => void },
): void {
  const digests: string[] = [];
  for (const file of filesBelow([path])) {
    if (file.kind === "unread") {
      into.unread.push({ where: file.path, reason: file.reason });
      continue;
    }
    const digest = createHash("sha256").update(file.bytes).digest("hex");
    digests.push(digest);
    const before = into.seen.get(digest);
    if (before === undefined) into.rows.push(rowOf(examineFile(file.path, file.bytes), side === "bad"));
    else if (before === side) into.copies += 1;
    else into.bothSides += 1;
    into.seen.set(digest, before ?? side);
    progress(`${into.rows.length} files read`);
  }
  const all = createHash("sha256").update(digests.toSorted().join("\n"));
  into.lineage.push({ name: basename(path), class: side, files: digests.length, sha256: all.digest("hex") });
}

function rowOf(file: Examined, bad: boolean): FileRow {
  const values = fileVector(file);
  const imports = file.facts.pe?.imports.imphash;
  return { name: basename(file.name), bad, kind: file.kind, values, group: imports ?? values.join(",") };
}

function cardOf(
  { lineage, unread, bothSides }: Read,
  given: Pick<Parameters<typeof modelCard>[0], "id" | "bytes" | "outcome">,
): string {
  return modelCard({
    title: "Model of files, learnt from files of the operator's",
    ...given,
    learntFrom: [
      ...lineage.map(
        ({ name, class: side, files, sha256 }) =>
          `${side === "good" ? "benign" : "malicious"}: \`${String(name).replace(/[`|\n]/g, " ")}\`, ${files} files, SHA-256 of the list of their digests \`${sha256}\``,
      ),
      `${unread.length} files could not be read; ${bothSides} stand on both sides and count as benign`,
      `${FILE_MARKS.length} marks of headers, sections, imports, macros, scripts and hand-set signs; no names, no times, no hits of rules or lists`,
    ],
    uses: [
      "A second opinion beside the hand-set points of `cordon file examine` and of files in a running Cordon. It never lowers a verdict.",
      "Alone it raises a file to suspicious; to malicious only where points say suspicious by themselves.",
    ],
    limits: [
      "Figures are of files like those it learnt from, by chance folds; on files of other makers and years it is worse.",
      "Benign files of one fresh system are not the programs of the house: give those, too.",
      "Who may put files into the training may steer it.",
    ],
  });
}
