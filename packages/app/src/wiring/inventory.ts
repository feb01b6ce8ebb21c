/** What the owner told us about assets, from the configuration. */
import type { Asset, Inventory } from "@cordon/model/asset";
import { canonicalise } from "@cordon/model/canonical";
import { ENTITY_KINDS, entityKey } from "@cordon/model/entity";
import { AppError } from "@cordon/model/error";
import type { Config } from "../config.ts";

/** Throws AppError `config-invalid` naming the entry. */
export function makeInventory(config: Config): Inventory {
  const assets = new Map<string, Asset>();
  for (const [index, entry] of config.assets.entries()) {
    const at = entry.match.indexOf(":");
    const kind = ENTITY_KINDS.find((each) => each === entry.match.slice(0, at));
    const canonical = kind === undefined ? undefined : canonicalise(kind, entry.match.slice(at + 1));
    if (kind === undefined || canonical === undefined)
      throw new AppError(
        "config-invalid",
        `${config.file ?? "configuration"}: assets.${index}.match: "${entry.match}" is not kind:value of a known kind`,
        {
          fix: `kinds: ${ENTITY_KINDS.join(", ")}`,
        },
      );
    const key = entityKey({ kind, value: canonical.value });
    assets.set(key, {
      key,
      criticality: entry.criticality as Asset["criticality"],
      protected: entry.protected,
      tags: entry.tags,
      ...(entry.owner === undefined ? {} : { owner: entry.owner }),
      ...(entry.department === undefined ? {} : { department: entry.department }),
      ...(entry.region === undefined ? {} : { region: entry.region }),
      ...(entry.platform === undefined ? {} : { platform: entry.platform }),
      ...(entry.account === undefined ? {} : { account: entry.account }),
    });
  }
  return { find: (key) => assets.get(key), list: () => [...assets.values()] };
}
