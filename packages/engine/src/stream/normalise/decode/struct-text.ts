/**
 * Structures as Athena, Presto and Java print them: `{type=IAMUser, arn=arn:.., list=[a, b], inner={x=1}}`. Enters: text.
 * Leaves: an object of texts, or undefined where it is no such text. `null` is absent.
 */
import type { Json, JsonObject } from "@cordon/model/json";
import { setOwn } from "./decoded.ts";

/** As deep as a caller's identity nests, and some more. */
const DEPTH_MAX = 8;

export function objectOfStruct(text: string, depth = 0): JsonObject | undefined {
  const body = text.trim();
  if (depth > DEPTH_MAX || !body.startsWith("{") || !body.endsWith("}")) return undefined;
  const made: Record<string, Json> = {};
  for (const part of parts(body.slice(1, -1))) {
    const equals = part.indexOf("=");
    if (equals < 1 || !/^[\w.:-]+$/.test(part.slice(0, equals))) return undefined;
    const value = readValue(part.slice(equals + 1), depth);
    if (value !== null) setOwn(made, part.slice(0, equals), value);
  }
  return made;
}

function readValue(text: string, depth: number): Json {
  if (text === "null" || text === "") return null;
  if (text.startsWith("{")) return objectOfStruct(text, depth + 1) ?? text;
  if (!text.startsWith("[") || !text.endsWith("]") || depth > DEPTH_MAX) return text;
  return parts(text.slice(1, -1)).map((item) => readValue(item, depth + 1));
}

/** Split at commas that stand in no inner bracket. */
function parts(text: string): readonly string[] {
  const found: string[] = [];
  let open = 0;
  let from = 0;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (char === "{" || char === "[") open += 1;
    else if (char === "}" || char === "]") open -= 1;
    else if (char === "," && open === 0) {
      found.push(text.slice(from, i).trim());
      from = i + 1;
    }
  }
  const last = text.slice(from).trim();
  return last === "" ? found : [...found, last];
}
