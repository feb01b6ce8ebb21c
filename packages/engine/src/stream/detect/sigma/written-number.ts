/**
 * Numbers that YAML reads otherwise than they stand: `0x17` without quotes is 23, `1.10` is 1.1. In a log they are most often
 * texts, so the author hears of it. Looks at lines, because values no longer know how they were written.
 */
const WRITTEN = /^\s+(?:- |[^#'"]*?:\s+)(0x[0-9a-f]+|0o[0-7]+|\d+\.\d*0)\s*(?:#.*)?$/gim;
const REMARKS_MAX = 5;

export function numberRemarks(text: string): readonly string[] {
  const detection = text.search(/^detection\s*:/m);
  if (detection < 0) return [];
  const written = new Set([...text.slice(detection).matchAll(WRITTEN)].map(([, number = ""]) => number));
  return [...written].slice(0, REMARKS_MAX).map((one) => `\`${one}\` without quotes is the number ${Number(one)}`);
}
