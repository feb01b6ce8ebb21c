/** Every way of knowing beside the rules, opened on one data folder: indicators, STIX patterns, content, behaviour, senders of mail. */
import { sayOnce } from "@cordon/engine/stream/detect/intel/said-once";
import type { Inventory } from "@cordon/model/asset";
import type { Runtime } from "@cordon/model/ports/runtime";
import type { Config } from "../config.ts";
import type { Meters } from "../meters.ts";
import { openBehaviour } from "./behaviour.ts";
import { openContent } from "./content-way.ts";
import { openIntel } from "./intel.ts";
import { openSenders } from "./senders.ts";
import { openStix } from "./stix.ts";
import type { Stores } from "./stores.ts";

interface WaysWorld {
  readonly config: Config;
  readonly runtime: Runtime;
  readonly meters: Meters;
  readonly stores: Stores;
  readonly inventory: Inventory;
  readonly input: "files-once" | "live";
  readonly log: (level: "warn" | "info", message: string) => void;
  /** Further files of indicators and of STIX indicators, for this run. */
  readonly intel: readonly string[];
  readonly stix: readonly string[];
}

export async function openWays({ stores, inventory, ...world }: WaysWorld) {
  const { config, runtime, meters, input } = world;
  const { mappings, state } = stores;
  const intel = await openIntel({
    ...{ config, runtime, meters, events: stores.events, worklist: state.worklist, kv: state.kv },
    ...{ files: world.intel, input },
  });
  const stix = openStix({
    ...{ config, runtime, views: mappings.views, meters, input },
    ...{ files: world.stix, more: intel.patterns() },
  });
  intel.onPatterns((patterns) => stix.follow(patterns));
  const content = openContent({ config, runtime, views: mappings.views, meters, log: world.log });
  const behaviour = openBehaviour({ config, runtime, views: mappings.views, inventory, domains: content?.domains });
  const senders = openSenders();
  const further = [behaviour, content?.way, senders.way].filter((way) => way !== undefined);
  return {
    intel,
    stix,
    content,
    behaviour,
    senders,
    ways: [...sayOnce(intel.way, stix.way, stix.equalities), ...further],
  };
}
