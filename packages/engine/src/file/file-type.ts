/**
 * What a file is, by its content; its name is only asked where content cannot tell (scripts).
 * Enters: name and bytes. Leaves: one kind.
 */
import { bzip2Begins } from "./bunzip2.ts";
import { codesOf, findBytes, latin1, makeReader } from "./bytes.ts";
import { isTarHeader } from "./tar.ts";

export type FileKind =
  | ("pe" | "dos" | "elf" | "macho" | "ole" | "zip" | "ooxml" | "rtf" | "lnk" | "pdf" | "html" | "script")
  | ("gzip" | "bzip2" | "tar" | "7z" | "rar" | "iso" | "cab" | "class" | "image" | "text" | "empty" | "data");

export type ScriptLanguage = "powershell" | "javascript" | "vbscript" | "batch" | "shell" | "python" | "php";

const MAGICS: readonly (readonly [string, FileKind])[] = [
  ["\x7fELF", "elf"],
  ["\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"],
  ["L\0\0\0\x01\x14\x02\0", "lnk"],
  ["{\\rtf", "rtf"],
  ["\x1f\x8b\x08", "gzip"],
  ["7z\xbc\xaf\x27\x1c", "7z"],
  ["Rar!\x1a\x07", "rar"],
  ["MSCF\0\0\0\0", "cab"],
  ["\x89PNG\r\n\x1a\n", "image"],
  ["\xff\xd8\xff", "image"],
  ["GIF8", "image"],
  ["\xcf\xfa\xed\xfe", "macho"],
  ["\xce\xfa\xed\xfe", "macho"],
  ["\xfe\xed\xfa\xcf", "macho"],
  ["\xfe\xed\xfa\xce", "macho"],
];
const ISO_AT = 0x8001;
const HEAD = 4096;
const TAR_BLOCK = 512;

export function kindOf(name: string, bytes: Uint8Array): FileKind {
  if (bytes.length === 0) return "empty";
  const starts = (text: string): boolean => codesOf(text).every((code, at) => bytes[at] === code);
  const known = MAGICS.find(([magic]) => starts(magic));
  if (known !== undefined) return known[1];
  if (starts("MZ")) return peOrDos(bytes);
  if (bzip2Begins(bytes)) return "bzip2";
  if (starts("PK\x03\x04") || starts("PK\x05\x06")) return isOoxml(bytes) ? "ooxml" : "zip";
  // A Java class and a Mach-O of several architectures share a magic; few architectures, but class versions from 43 on.
  if (starts("\xca\xfe\xba\xbe")) return makeReader(bytes, false).u32(4) < 30 ? "macho" : "class";
  // Before documents: what an archive begins with may be one.
  if (isTarHeader(bytes.subarray(0, TAR_BLOCK))) return "tar";
  if (findBytes(bytes, codesOf("%PDF-"), 0, 1029) !== -1) return "pdf";
  if (findBytes(bytes, codesOf("CD001"), ISO_AT, ISO_AT + 5) === ISO_AT) return "iso";
  return textKind(name, bytes);
}

function peOrDos(bytes: Uint8Array): FileKind {
  const reader = makeReader(bytes);
  return reader.u32(reader.u32(0x3c)) === 0x4550 ? "pe" : bytes.length < 64 ? "data" : "dos";
}

const isOoxml = (bytes: Uint8Array): boolean =>
  findBytes(bytes, codesOf("[Content_Types].xml"), 0, HEAD) !== -1 ||
  findBytes(bytes, codesOf("[Content_Types].xml"), Math.max(0, bytes.length - 65_536)) !== -1;

function textKind(name: string, bytes: Uint8Array): FileKind {
  const head = bytes.subarray(0, HEAD);
  const zeros = head.reduce((sum, byte) => sum + Number(byte === 0), 0);
  const wide = isWide(bytes);
  const odd = head.reduce((sum, byte) => sum + Number(byte < 9 || (byte > 13 && byte < 27)), 0);
  if (!wide && (zeros > 0 || odd > head.length / 50)) return "data";
  const text = textOf(head);
  if (languageOf(name, text) !== undefined) return "script";
  if (/<(?:!doctype html|html|head|body|script)\b/i.test(text) || /\.(?:html?|hta|svg|xhtml)$/i.test(name))
    return "html";
  return "text";
}

export const isWide = (bytes: Uint8Array): boolean =>
  (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);

/** Text of a script in the encoding that its mark names; otherwise one character per byte. */
export function textOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  return latin1(bytes);
}

const BY_ENDING: readonly (readonly [RegExp, ScriptLanguage])[] = [
  [/\.(?:ps1|psm1|psd1)$/i, "powershell"],
  [/\.(?:js|jse|cjs|mjs|wsf|sct)$/i, "javascript"],
  [/\.(?:vbs|vbe|vba|bas)$/i, "vbscript"],
  [/\.(?:bat|cmd)$/i, "batch"],
  [/\.(?:sh|bash|zsh|command)$/i, "shell"],
  [/\.pyw?$/i, "python"],
  [/\.php\d?$/i, "php"],
];
const BY_CONTENT: readonly (readonly [RegExp, ScriptLanguage])[] = [
  [/^\ufeff?#!\s*\S*(?:\/|\s)(?:ba|da|z|k|a)?sh\b/, "shell"],
  [/^#!.{0,80}\bpython/, "python"],
  [/^#!.{0,80}\bnode\b/, "javascript"],
  [/^#!.{0,80}\bpwsh\b/, "powershell"],
  [/^\s{0,20}<\?php/i, "php"],
  [/^\s{0,20}@echo off/i, "batch"],
  [/\bpowershell(?:\.exe)?\s.{0,80}-e(?:nc|ncodedcommand)?\s/i, "batch"],
  [/\b(?:Invoke-Expression|New-Object\s+(?:System\.)?Net\.WebClient|\[Convert\]::FromBase64String)\b/i, "powershell"],
  [/\bCreateObject\s*\(\s*"[\w.]{3,40}"\s*\)/i, "vbscript"],
  [/\bnew ActiveXObject\s*\(/, "javascript"],
];

export function languageOf(name: string, head: string): ScriptLanguage | undefined {
  return (BY_ENDING.find(([ending]) => ending.test(name)) ?? BY_CONTENT.find(([mark]) => mark.test(head)))?.[1];
}
