/**
 * The address bar as state. In: the text after `?`. Out: flat record of strings and lists, and back.
 * Q1. Reading what was written gives the same record; what a page does not know is dropped by that page's reader.
 */
export type SearchRecord = Readonly<Record<string, unknown>>;

export function parseSearchText(text: string): Record<string, string | string[]> {
  const out: Record<string, string | string[]> = Object.create(null);
  for (const [key, value] of new URLSearchParams(text)) {
    const before = out[key];
    if (before === undefined) out[key] = value;
    else out[key] = Array.isArray(before) ? [...before, value] : [before, value];
  }
  return { ...out };
}

export function searchTextOf(search: SearchRecord): string {
  const out = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item === undefined || item === null || item === "" || item === false) continue;
      out.append(key, String(item));
    }
  }
  const text = out.toString().replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%2F", "/");
  return text === "" ? "" : `?${text}`;
}

const asText = (value: unknown): string | undefined => {
  const one: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof one === "number") return String(one);
  return typeof one === "string" && one !== "" ? one : undefined;
};

export const readText = (search: SearchRecord, key: string): string | undefined => asText(search[key]);

export function readList(search: SearchRecord, key: string): readonly string[] | undefined {
  const value = search[key];
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  const list = all.map(asText).filter((item) => item !== undefined);
  return list.length === 0 ? undefined : list;
}

export function readNumber(search: SearchRecord, key: string): number | undefined {
  const text = asText(search[key]);
  const n = text === undefined ? Number.NaN : Number(text);
  return Number.isFinite(n) ? n : undefined;
}

export function readChoice<T extends string>(search: SearchRecord, key: string, from: readonly T[]): T | undefined {
  const text = asText(search[key]);
  return from.find((choice) => choice === text);
}

/** Drops the members that are undefined: what is not said does not stand in the address. */
export function defined<T extends object>(record: { readonly [K in keyof T]: T[K] | undefined }): Partial<T> {
  const out: Partial<T> = {};
  for (const key in record) if (record[key] !== undefined) out[key] = record[key];
  return out;
}
