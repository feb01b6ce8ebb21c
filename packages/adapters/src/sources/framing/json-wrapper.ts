/**
 * Recognises an object that only wraps records: its first member that is not part of an envelope is `Records`, `records`
 * or `value` and holds an array of objects. Any other member before it makes the object a record of its own.
 */

const WRAPPERS = new Set(["Records", "records", "value"]);
/** Members that pages of OData and cloud APIs put beside the array. */
const ENVELOPE = new Set(["nextLink", "nextToken", "NextToken", "count", "Count", "total"]);
const KEY_CHARS_MAX = 64;

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;

export interface WrapperWatch {
  /** False once the object in progress cannot be a wrapper any more: then neither method need be called. */
  readonly open: boolean;
  /** The object in progress wraps an empty array and nothing else: there is no record in it. */
  readonly emptyWrapper: boolean;
  begin(possible: boolean): void;
  /** A byte within a string, or the quote that ends it. */
  text(byte: number, inString: boolean): void;
  /** A byte outside of strings and its depth before it; true when the first element of a wrapped array begins here. */
  mark(byte: number, depth: number): boolean;
}

export function makeWrapperWatch(): WrapperWatch {
  let open = false;
  let empty = false;
  let key = "";
  let state: "key" | "in-key" | "after-key" | "envelope-value" | "wrapped-value" | "wrapped-array" = "key";

  const keyEnded = (): void => {
    state = "after-key";
    open = WRAPPERS.has(key) || ENVELOPE.has(key) || key.startsWith("@odata");
  };

  return {
    get open() {
      return open;
    },
    get emptyWrapper() {
      return open && empty;
    },
    begin(possible) {
      open = possible;
      empty = false;
      state = "key";
    },
    text(byte, inString) {
      if (state !== "in-key") return;
      if (!inString) keyEnded();
      else if (key.length < KEY_CHARS_MAX) key += String.fromCharCode(byte);
    },
    mark(byte, depth) {
      if (state === "wrapped-array") {
        if (byte === OPEN_OBJECT) return true;
        open = byte === CLOSE_ARRAY;
        empty = true;
        state = "envelope-value";
      } else if (state === "wrapped-value") {
        open = byte === OPEN_ARRAY;
        state = "wrapped-array";
      } else if (depth !== 1) {
        return false;
      } else if (state === "key" && byte === QUOTE) {
        key = "";
        state = "in-key";
      } else if (state === "after-key" && byte === COLON) {
        state = WRAPPERS.has(key) ? "wrapped-value" : "envelope-value";
      } else if (byte === COMMA) {
        state = "key";
      }
      return false;
    },
  };
}
