/**
 * How a noun rests in a text column: compact JSON beside a number that says which form it has.
 * Loads trust our own writing and check the form only: a full parse of every incident on every list would cost more
 * than the query, and the file is guarded by the same permissions as the code.
 */
import { AppError } from "@cordon/model/error";
import { numberOf, type Row, textOf } from "./sqlite.ts";

/** Raised when a noun changes so that old rows need a conversion; `read` then converts by form. */
export const FORM = 1;

export function pack(value: unknown): string {
  return JSON.stringify(value);
}

/** The one place where stored text becomes a noun again. */
export function unpack<T>(row: Row): T {
  const form = numberOf(row, "form");
  if (form !== FORM) {
    throw new AppError("data-newer", `a stored row has form ${form}, this Cordon reads form ${FORM}`, {
      fix: "start the Cordon that wrote this data folder",
    });
  }
  try {
    return JSON.parse(textOf(row, "body")) as T;
  } catch (cause) {
    throw new AppError("data-corrupt", "a stored row holds broken JSON", { cause, fix: "restore from a backup" });
  }
}
