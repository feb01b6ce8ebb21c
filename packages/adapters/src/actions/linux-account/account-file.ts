/**
 * One account as the system's files describe it.
 * In: lines of passwd(5) and shadow(5). Out: what is needed to lock it and to give it back. The hash never leaves here.
 */

export interface AccountState {
  readonly uid: number;
  /** A password that could be unlocked again: not empty, not `*`, not `!` alone. */
  readonly hasPassword: boolean;
  readonly locked: boolean;
  /** Days since 1970 as shadow(5) has it; "" = never. */
  readonly expire: string;
}

/** Expired on the first day there is: no login by any way that asks for the account, keys included. */
export const EXPIRED = "1";

export function readAccount(passwd: string, shadow: string, name: string): AccountState | undefined {
  const user = fieldsOf(passwd, name);
  const secret = fieldsOf(shadow, name);
  const uid = Number(user?.[2] ?? "");
  if (user === undefined || secret === undefined || !/^\d+$/.test(user[2] ?? "")) return undefined;
  const hash = secret[1] ?? "";
  const bare = hash.replace(/^!+/, "");
  return { uid, hasPassword: bare !== "" && bare !== "*", locked: hash.startsWith("!"), expire: secret[7] ?? "" };
}

function fieldsOf(text: string, name: string): readonly string[] | undefined {
  const line = text.split("\n").find((item) => item.startsWith(`${name}:`));
  return line?.split(":");
}
