/**
 * What is attached, by its first bytes and its name. Enters: parts. Leaves: one fact sheet each.
 * AT1. Nothing is unpacked or run: archives are judged by their lists of names. Looking into files is another's work; whoever
 *      can do it hands in `FileJudge`, and its words join the verdict.
 */
import { bytesToBinary } from "./body-text.ts";
import type { MailPart } from "./message.ts";

export interface FileOpinion {
  readonly verdict: "malicious" | "suspicious" | "clean" | "unknown";
  readonly reasons: readonly string[];
}

/** The static analysis of files, where there is one. */
export type FileJudge = (bytes: Uint8Array, name: string) => FileOpinion;

export interface Attachment {
  readonly name: string;
  readonly declared: string;
  /** By content: `pe`, `zip`, `ole`, `pdf`, `html`, ...; `data` where nothing is recognised. */
  readonly actual: string;
  readonly size: number;
  readonly executable: boolean;
  /** Two endings, the last of them a program's: `invoice.pdf.exe`. */
  readonly doubleEnding: boolean;
  /** The content is a program or a page, and name or type say otherwise. */
  readonly disguised: boolean;
  readonly encrypted: boolean;
  readonly macros: boolean;
  /** Names of archive members that are programs or archives. */
  readonly inside: readonly string[];
  readonly smuggling: boolean;
  readonly opinion: FileOpinion | undefined;
}

const LOOK_BYTES = 2 ** 20;
const INSIDE_MAX = 50;
const PROGRAM =
  /\.(?:exe|scr|com|pif|bat|cmd|js|jse|vbs|vbe|wsf|wsh|hta|msi|jar|ps1|lnk|cpl|dll|iso|img|vhdx?|chm|reg|url|one|xll|ade|mde|inf|scf)$/i;
const ARCHIVE = /\.(?:zip|rar|7z|gz|tgz|tar|ace|arj|cab|lzh|z|xz|bz2)$/i;
const HARMLESS = /\.(?:pdf|docx?|xlsx?|pptx?|txt|jpe?g|png|gif|rtf|csv|html?)$/i;

const MAGIC: readonly (readonly [string, string])[] = [
  ["MZ", "pe"],
  ["PK\x03\x04", "zip"],
  ["PK\x05\x06", "zip"],
  ["\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"],
  ["%PDF", "pdf"],
  ["Rar!", "rar"],
  ["7z\xbc\xaf\x27\x1c", "7z"],
  ["\x1f\x8b", "gzip"],
  ["\x7fELF", "elf"],
  ["\x89PNG", "png"],
  ["GIF8", "gif"],
  ["\xff\xd8\xff", "jpeg"],
  ["{\\rtf", "rtf"],
  ["L\x00\x00\x00\x01\x14\x02\x00", "lnk"],
  ["\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", "onenote"],
  ["ITSF", "chm"],
];

export function attachmentOf(part: MailPart, judge?: FileJudge): Attachment {
  const head = bytesToBinary(part.bytes.subarray(0, LOOK_BYTES));
  const name = part.name ?? "";
  const actual = actualType(head, part.bytes);
  const members = actual === "zip" ? zipNames(head) : { names: [], encrypted: false };
  const program = actual === "pe" || actual === "elf" || actual === "lnk" || actual === "chm";
  return {
    name,
    declared: part.type,
    actual,
    size: part.bytes.length,
    executable: program || PROGRAM.test(name),
    doubleEnding: PROGRAM.test(name) && HARMLESS.test(name.replace(PROGRAM, "")),
    disguised:
      (program && !PROGRAM.test(name)) || (actual === "html" && /\.(?:pdf|docx?|xlsx?|png|jpe?g)$/i.test(name)),
    encrypted:
      members.encrypted ||
      (actual === "pdf" && /\/Encrypt\b/.test(head)) ||
      (actual === "ole" && head.includes("E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e")),
    macros:
      members.names.some((each) => /vbaProject\.bin$/i.test(each)) ||
      (actual === "ole" && /V\0B\0A\0|_\0V\0B\0A\0/.test(head)),
    inside: members.names.filter((each) => PROGRAM.test(each) || ARCHIVE.test(each)).slice(0, INSIDE_MAX),
    smuggling: (actual === "html" || actual === "svg") && smuggles(head),
    opinion: part.bytes.length === 0 ? undefined : judge?.(part.bytes, name),
  };
}

function actualType(head: string, bytes: Uint8Array): string {
  const found = MAGIC.find(([mark]) => head.startsWith(mark));
  if (found !== undefined) return found[1];
  if (/^\s*(?:\xef\xbb\xbf)?(?:<\?xml[^>]{0,200}\?>\s*)?<svg[\s>]/i.test(head.slice(0, 1_024))) return "svg";
  if (/<(?:!doctype html|html|script|body|head)[\s>]/i.test(head.slice(0, 4_096))) return "html";
  return bytes.subarray(0, 512).every((byte) => byte >= 9 && byte !== 127) ? "text" : "data";
}

/** Names from local headers; bit 0 of their flags: encrypted. */
function zipNames(head: string): { readonly names: readonly string[]; readonly encrypted: boolean } {
  const names: string[] = [];
  let encrypted = false;
  const two = (at: number): number => head.charCodeAt(at) + 256 * head.charCodeAt(at + 1);
  for (let at = head.indexOf("PK\x03\x04"); at >= 0 && names.length < 1_000; at = head.indexOf("PK\x03\x04", at + 4)) {
    if (at + 30 > head.length) break;
    if ((two(at + 6) & 1) === 1) encrypted = true;
    names.push(head.slice(at + 30, at + 30 + Math.min(two(at + 26), 512)));
  }
  return { names, encrypted };
}

/** A page that builds a file out of its own text and hands it over: no gateway sees the file. */
export function smuggles(html: string): boolean {
  const makes = /new\s+Blob\s*\(|msSaveOrOpenBlob|createObjectURL|\bdownload\s*=|navigator\.msSave/i.test(html);
  const decodes = /\batob\s*\(|fromCharCode|Uint8Array|unescape\s*\(|[A-Za-z0-9+/]{2000}/.test(html);
  return makes && decodes;
}
