/** The way of knowing `behaviour`, as configured: who is a peer of whom comes from the owner's tags. */
import type { DomainModel } from "@cordon/engine/learning/domains/domain-model";
import { type BehaviourWay, makeBehaviourWay } from "@cordon/engine/stream/detect/behaviour/way";
import type { Inventory } from "@cordon/model/asset";
import type { Runtime } from "@cordon/model/ports/runtime";
import type { FieldView } from "@cordon/model/view";
import type { Config } from "../config.ts";

export interface BehaviourParts {
  readonly config: Config;
  readonly runtime: Runtime;
  readonly views: ReadonlyMap<string, FieldView>;
  readonly inventory: Inventory;
  /** What names look like; undefined where nothing is known of that. */
  readonly domains: DomainModel | undefined;
}

/** A tag `peer:accounting` or `department:accounting` puts an asset into that group. */
const PEER_TAG = /^(?:peer|department|role):/;
/** A tag `timezone:Europe/Berlin` says by which clock an account's hours are usual. */
const ZONE_TAG = "timezone:";

/** Tag of an address or machine that looks for hosts, ports and weaknesses as its work. */
const SCANNER_TAG = "scanner";

const MIB = 1_024 * 1_024;

/** Undefined when the owner has switched it off. */
export function openBehaviour(parts: BehaviourParts): BehaviourWay | undefined {
  const { config, runtime, views, inventory, domains } = parts;
  const { enabled, entitiesMax, packedMiB, alertsPer100, off } = config.behaviour;
  if (!enabled) return undefined;
  return makeBehaviourWay({
    views,
    hash: (text) => runtime.sha256(text),
    options: {
      ...{ entitiesMax, bytesMax: packedMiB * MIB, off },
      ...(domains === undefined ? {} : { domains }),
      // Moves records in an index only: nobody outside can know which names meet there.
      seed: Math.floor(runtime.random() * 2 ** 32),
      key: keyOf(runtime),
      share: alertsPer100 / 100,
      zoneOf: (key) =>
        inventory
          .find(key)
          ?.tags.find((tag) => tag.startsWith(ZONE_TAG))
          ?.slice(ZONE_TAG.length),
      isScanner: (key) => inventory.find(key)?.tags.includes(SCANNER_TAG) === true,
      peerOf: (key) => inventory.find(key)?.tags.find((tag) => PEER_TAG.test(tag)),
    },
  });
}

/** Two words that nobody outside can guess; what is remembered from an earlier start brings its own. */
function keyOf(runtime: Runtime): readonly [number, number] {
  const digits = runtime.sha256(`${runtime.id()} ${runtime.random()} ${runtime.random()}`);
  return [Number.parseInt(digits.slice(0, 8), 16), Number.parseInt(digits.slice(8, 16), 16)];
}
