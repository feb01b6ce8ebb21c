/**
 * What is wrong with a value, in our words: what is asked for, then what was given. Schemas that say it themselves are not
 * asked here. Where it stands, those say who know the place: `days: at most 3650; is 99999`.
 */
import { z } from "zod";

/** Given values longer than this are cut. */
const SHOWN_MAX = 60;

/** For everything that this process checks. */
export function sayFaultsInOurWords(): void {
  z.config({ localeError: faultWords });
}

type Fault = z.core.$ZodRawIssue;

export function faultWords(fault: Fault): string {
  switch (fault.code) {
    case "invalid_type":
      return fault.input === undefined
        ? `is missing: ${TYPES[fault.expected] ?? fault.expected} is needed`
        : `has to be ${TYPES[fault.expected] ?? fault.expected}; ${PLAIN.has(fault.expected) ? given(fault.input) : kindOf(fault.input)}`;
    case "too_big":
      return bound(fault.inclusive === false ? "less than" : "at most", String(fault.maximum), fault);
    case "too_small":
      if (fault.input === "" || (Array.isArray(fault.input) && fault.input.length === 0)) return "is empty";
      return bound(fault.inclusive === false ? "more than" : "at least", String(fault.minimum), fault);
    case "invalid_format":
      return `is not ${FORMATS[fault.format] ?? `of the form ${fault.pattern ?? fault.format}`}; ${given(fault.input)}`;
    case "not_multiple_of":
      return `has to be a multiple of ${fault.divisor}; ${given(fault.input)}`;
    case "unrecognized_keys":
      return `${fault.keys.map(quoted).join(", ")} ${fault.keys.length === 1 ? "is" : "are"} not known here`;
    case "invalid_value":
      return `has to be ${oneOf(fault.values)}; ${given(fault.input)}`;
    case "invalid_union":
      return fault.input === undefined
        ? "is missing"
        : `has none of the forms that are allowed; ${kindOf(fault.input)}`;
    case "invalid_key":
      return "has a name that is not allowed";
    case "invalid_element":
      return "has an element that is not allowed";
    default:
      return "is not valid";
  }
}

/** Where something else is due, text that was given may be a secret that was to be referred to: it is not repeated. */
const PLAIN: ReadonlySet<string> = new Set(["number", "int", "boolean", "string"]);

const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
  tuple: "a list",
  null: "null",
  never: "nothing",
};

const FORMATS: Readonly<Record<string, string>> = {
  url: "a web address",
  email: "a mail address",
  uuid: "a UUID",
  ipv4: "an IPv4 address",
  ipv6: "an IPv6 address",
  cidrv4: "an IPv4 network",
  cidrv6: "an IPv6 network",
  datetime: "a time (ISO 8601)",
  date: "a date (YYYY-MM-DD)",
  base64: "base64",
};

type Bound = Extract<Fault, { code: "too_big" | "too_small" }>;

function bound(how: string, limit: string, { origin, input }: Bound): string {
  if (typeof input === "string") return `${how} ${limit} characters; has ${input.length}`;
  if (Array.isArray(input)) return `${how} ${limit} elements; has ${input.length}`;
  return origin === "string" || origin === "array" ? `${how} ${limit}` : `${how} ${limit}; ${given(input)}`;
}

function oneOf(values: readonly unknown[]): string {
  const words = values.map(quoted);
  return words.length === 1 ? (words[0] ?? "") : `one of ${words.join(", ")}`;
}

function given(input: unknown): string {
  return typeof input === "object" && input !== null ? kindOf(input) : `is ${quoted(input)}`;
}

function kindOf(input: unknown): string {
  if (Array.isArray(input)) return "is a list";
  return `is ${input === null ? "null" : (TYPES[typeof input] ?? typeof input)}`;
}

function quoted(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}
