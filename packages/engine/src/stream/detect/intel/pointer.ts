/** Where in a record a value stands. Enters: raw and the spellings of the value. Leaves: a JSON pointer to the first place. */
import type { Json, JsonObject } from "@cordon/model/json";

/** Places looked at: hits are rare, records of 2,000 fields rarer. */
const LOOKED_MAX = 4_000;
const DEPTH_MAX = 32;

/** A place that is the value goes before a place that holds it somewhere. */
export function pointerTo(raw: JsonObject, spellings: readonly (string | undefined)[]): string | undefined {
  const wanted = spellings.flatMap((text) => (text === undefined || text === "" ? [] : [text.toLowerCase()]));
  let within: string | undefined;
  let looked = 0;
  const look = (value: Json, path: string, depth: number): string | undefined => {
    looked += 1;
    if (looked > LOOKED_MAX || depth > DEPTH_MAX) return undefined;
    if (typeof value === "object" && value !== null) {
      for (const [key, member] of Object.entries(value)) {
        const found = look(member, `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`, depth + 1);
        if (found !== undefined) return found;
      }
      return undefined;
    }
    const text = String(value).toLowerCase();
    if (wanted.includes(text)) return path;
    if (within === undefined && wanted.some((one) => text.includes(one))) within = path;
    return undefined;
  };
  return look(raw, "", 0) ?? within;
}
