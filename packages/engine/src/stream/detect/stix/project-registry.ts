/**
 * Registry keys of an event. Sysmon writes key and value name as one path: both readings are given, the key that holds the
 * value, and the path as it was written. A user's hive is also what that user calls HKEY_CURRENT_USER.
 */
import type { Event } from "@cordon/model/event";
import type { JsonObject } from "@cordon/model/json";
import { type ReadField, readProperties, textOf } from "./event-fields.ts";
import { withHive } from "./forms.ts";
import type { Objects } from "./objects.ts";
import { REGISTRY_VALUE } from "./project-table.ts";

const USER_HIVE = /^HKEY_USERS\\S-1-5-21-[0-9-]+\\/i;

export function addRegistryKeys(objects: Objects, event: Event, read: ReadField): void {
  const written = textOf(read("TargetObject"));
  const keys = event.entities.filter(({ kind }) => kind === "regkey").map(({ value, raw }) => raw ?? value);
  const paths = new Set([...(written === undefined ? [] : [written]), ...keys].map(withHive));
  if (paths.size === 0) return;
  const facts = readProperties(REGISTRY_VALUE, read);
  const name = textOf(read("ObjectValueName"));
  for (const path of paths) {
    if (facts === undefined && name === undefined) {
      addKey(objects, path, {});
      continue;
    }
    const cut = path.lastIndexOf("\\");
    const split = name === undefined && cut > 0;
    const value = { name: name ?? path.slice(cut + 1), ...facts };
    addKey(objects, split ? path.slice(0, cut) : path, { values: [value] });
    if (split) addKey(objects, path, {});
  }
}

function addKey(objects: Objects, key: string, more: JsonObject): void {
  objects.add({ type: "windows-registry-key", key, ...more });
  if (USER_HIVE.test(key)) {
    objects.add({ type: "windows-registry-key", key: key.replace(USER_HIVE, "HKEY_CURRENT_USER\\"), ...more });
  }
}
