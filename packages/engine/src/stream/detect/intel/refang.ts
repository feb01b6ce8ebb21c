/** Text that was made harmless for mail and reports, back as it was: `hxxp://evil[.]example` -> `http://evil.example`. */

const REPLACED: readonly (readonly [RegExp, string])[] = [
  [/^h(?:xx|tt|XX|\*\*)ps?(?=\[?:)/i, ""],
  [/\[(?:\.|dot)\]|\((?:\.|dot)\)|\{(?:\.|dot)\}/gi, "."],
  [/\[(?:@|at)\]|\((?:@|at)\)/gi, "@"],
  [/\[:\/\/\]/g, "://"],
  [/\[:\]/g, ":"],
  [/\[\/\]/g, "/"],
];

export function refang(text: string): string {
  const trimmed = text.trim();
  if (!/[[({*]|^h[xt*]/i.test(trimmed)) return trimmed;
  const [scheme, ...rest] = REPLACED;
  const found = scheme?.[0].exec(trimmed)?.[0];
  let plain = found === undefined ? trimmed : `${/s$/i.test(found) ? "https" : "http"}${trimmed.slice(found.length)}`;
  for (const [pattern, by] of rest) plain = plain.replace(pattern, by);
  return plain;
}
