/** Templates to text: `{a|b}` is one of several (within one another too), `<slot>` is filled; the same draws give the same text. */
import type { Random } from "../../learning/random.ts";

export type Slots = Readonly<Record<string, () => string>>;

/** Alternatives within alternatives: two levels are used, more are a mistake of the template's. */
const LEVELS_MAX = 4;

export function fill(template: string, slots: Slots, random: Random): string {
  let text = template;
  for (let level = 0; level < LEVELS_MAX && text.includes("{"); level += 1)
    text = text.replace(/\{([^{}]*)\}/g, (_, choices: string) => pick(choices.split("|"), random));
  return text.replace(/<([a-z]+\d?)>/g, (whole, name: string) => slots[name]?.() ?? whole);
}

export function pick<T>(items: readonly T[], random: Random): T {
  const item = items[random.below(items.length)];
  if (item === undefined) throw new Error("a choice among nothing");
  return item;
}

export const digits = (count: number, random: Random): string =>
  Array.from({ length: count }, () => String(random.below(10))).join("");

export const letters = (count: number, random: Random, alphabet = "abcdefghijklmnopqrstuvwxyz"): string =>
  Array.from({ length: count }, () => alphabet[random.below(alphabet.length)] ?? "x").join("");
