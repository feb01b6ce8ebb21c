/**
 * JSON objects built member by member from names that the writer of a log may choose.
 * A repeated name becomes an array in order of appearance. A value that is itself an array never occurs (arrays of the
 * wire are put item by item), so an array among the members always means "repeated".
 */
import type { Json } from "@cordon/model/json";

export type Members = { [key: string]: Json };

export function put(members: Members, key: string, value: Json): void {
  // Whatever plain objects inherit is not undefined, so the short way is safe for every name.
  if (members[key] === undefined) members[key] = value;
  else putAgain(members, key, value);
}

/** One more item of a name that is an array from the first item on. */
export function putItem(members: Members, key: string, value: Json): void {
  if (Object.hasOwn(members, key)) putAgain(members, key, value);
  else put(members, key, [value]);
}

/**
 * The name is there already, or only inherited: `__proto__`, `constructor` and their like become own members, never the
 * prototype, never a setter.
 */
function putAgain(members: Members, key: string, value: Json): void {
  const known = Object.hasOwn(members, key) ? members[key] : undefined;
  if (Array.isArray(known)) known.push(value);
  else {
    const next: Json = known === undefined ? value : [known, value];
    Object.defineProperty(members, key, { value: next, enumerable: true, writable: true, configurable: true });
  }
}
