/** What was found in a file, one line each, for people. The texts are the file's: whoever shows them escapes them. */
import type { Examined } from "@cordon/engine/file/examine";

const NAMES_SHOWN = 12;
const LINES_MAX = 60;
const LAYER_CHARS = 120;

export function factLines({ facts }: Pick<Examined, "facts">): readonly string[] {
  const lines: string[] = [];
  if (facts.pe !== undefined) {
    const { imports, apis, version, certificate } = facts.pe;
    lines.push(
      `imports ${imports.functions} of ${imports.libraries.length} libraries, imphash ${imports.imphash ?? "-"}, ${certificate === undefined ? "no certificate" : "a certificate (not checked)"}`,
    );
    for (const [family, names] of Object.entries(apis))
      lines.push(`${family}: ${names.slice(0, NAMES_SHOWN).join(", ")}`);
    const told = [version.CompanyName, version.ProductName, version.OriginalFilename].filter(
      (one) => one !== undefined,
    );
    if (told.length > 0) lines.push(`says it is: ${told.join(", ")}`);
  }
  if (facts.elf !== undefined) lines.push(`needs ${facts.elf.needed.slice(0, NAMES_SHOWN).join(", ") || "nothing"}`);
  if (facts.lnk !== undefined) lines.push(`starts ${facts.lnk.target} ${facts.lnk.arguments}`);
  for (const module of facts.office?.modules ?? [])
    lines.push(`macro ${module.name}: ${module.source.length} characters`);
  for (const { how, text } of facts.layers ?? [])
    lines.push(`inside (${how}): ${text.replace(/\s+/g, " ").slice(0, LAYER_CHARS)}`);
  return lines.slice(0, LINES_MAX);
}
