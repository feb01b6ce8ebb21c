/** A behaviour way as the product opens it, with the shipped model of names. */
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { contentToDomains } from "@cordon/engine/learning/model-file/heads-file";
import { readModel } from "@cordon/engine/learning/model-file/model-file";
import { type BehaviourParts, type BehaviourWay, makeBehaviourWay } from "@cordon/engine/stream/detect/behaviour/way";
import { sha256Of } from "@cordon/model/ids";

const MODEL = join(import.meta.dirname, "..", "content", "models", "generated-names.model");

const domains = contentToDomains(readModel(readFileSync(MODEL), (bytes) => sha256Of(hash("sha256", bytes))));

export const behaviourWay = (options: BehaviourParts["options"] = {}): BehaviourWay =>
  makeBehaviourWay({
    ...{ views: new Map(), hash: (text: string) => sha256Of(hash("sha256", text)) },
    options: { ...options, domains },
  });
