/**
 * JSON objects built member by member from names that the writer of a log may choose.
 * A repeated name becomes an array in order of appearance. A value that is itself an array never occurs (arrays of the
 * wire are put item by item), so an array among the members always means "repeated".
 */
import type { Json } from "@cordon/model/json";

export type Members = { [key: string]: Json };

const inherited: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

export function put(members: Members, key: string, value: Json): void {
  if (inherited.has(key)) {
    putInherited(members, key, value);
    return;
  }
  const known = members[key];
  if (known === undefined) members[key] = value;
  else if (Array.isArray(known)) known.push(value);
  else members[key] = [known, value];
}

/** One more item of a name that is an array from the first item on. */
export function putItem(members: Members, key: string, value: Json): void {
  if (Object.hasOwn(members, key)) put(members, key, value);
  else put(members, key, [value]);
}

/** `__proto__`, `constructor` and their like become own members: never the prototype, never a setter. */
function putInherited(members: Members, key: string, value: Json): void {
  const known = Object.hasOwn(members, key) ? members[key] : undefined;
  const next: Json = known === undefined ? value : Array.isArray(known) ? [...known, value] : [known, value];
  Object.defineProperty(members, key, { value: next, enumerable: true, writable: true, configurable: true });
}
