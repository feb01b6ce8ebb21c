/** PDF, HTML and shortcuts: what they start by themselves, carry or hide. Enters: bytes or facts. Leaves: signs. */
import { latin1, makeReader } from "./bytes.ts";
import { inflateRaw } from "./inflate.ts";
import type { LnkFacts } from "./lnk.ts";
import { fromBase64 } from "./script-layers.ts";
import { examineScript } from "./script-signs.ts";
import { type Sign, sign } from "./sign.ts";

const TEXT_MAX = 8 * 2 ** 20;
const STREAMS_MAX = 300;
const STREAM_BYTES_MAX = 256 * 1024;

export interface PdfFacts {
  readonly javascript: boolean;
  readonly openAction: boolean;
  readonly launch: boolean;
  readonly embeddedFiles: number;
  readonly encrypted: boolean;
  readonly signs: readonly Sign[];
}

export function examinePdf(bytes: Uint8Array): PdfFacts {
  const own = latin1(bytes.subarray(0, TEXT_MAX));
  // Names may be written with hexadecimal codes (/J#61vaScript); objects may lie in packed streams.
  const text = [own, ...objectStreams(own, bytes)]
    .join("\n")
    .replace(/#([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  const has = (pattern: RegExp): boolean => pattern.test(text);
  const javascript = has(/\/(?:JavaScript|JS)\b/);
  const openAction = has(/\/OpenAction\b|\/AA\s{0,4}<</);
  const launch = has(/\/S\s{0,4}\/Launch\b/);
  const names = [...text.matchAll(/\/(?:F|UF)\s{0,4}\(([^()\n]{1,200}\.(\w{2,4}))\)/g)].slice(0, 100);
  const program = names.find(([, , ending]) => PROGRAM_ENDING.test(`.${ending}`));
  const embeddedFiles = [...text.matchAll(/\/EmbeddedFile\b/g)].length;
  const signs: Sign[] = [];
  if (launch)
    signs.push(sign("pdf-launch", /\/S\s{0,4}\/Launch[\s\S]{0,80}/.exec(text)?.[0] ?? "", own.indexOf("/Launch")));
  if (javascript && openAction)
    signs.push(
      sign(
        "pdf-javascript-on-open",
        "JavaScript that runs when the document opens",
        own.search(/\/(?:JavaScript|JS)\b/),
      ),
    );
  if (embeddedFiles > 0 && program?.[1] !== undefined) signs.push(sign("pdf-embedded-program", program[1]));
  return { javascript, openAction, launch, embeddedFiles, encrypted: has(/\/Encrypt\b/), signs };
}

function objectStreams(text: string, bytes: Uint8Array): readonly string[] {
  const found: string[] = [];
  for (const match of text.matchAll(/\/ObjStm\b[\s\S]{0,400}?stream\r?\n/g)) {
    if (found.length >= STREAMS_MAX) break;
    const at = match.index + match[0].length;
    // zlib: two bytes of header.
    found.push(latin1(inflateRaw(bytes.subarray(at + 2, at + STREAM_BYTES_MAX), STREAM_BYTES_MAX).bytes));
  }
  return found;
}

export const PROGRAM_ENDING =
  /\.(?:exe|scr|com|pif|cpl|dll|msi|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|lnk|jar|iso|img|vhdx?)$/i;

const SMUGGLES = /new\s+Blob\b[\s\S]{0,4000}?(?:createObjectURL|msSaveOrOpenBlob|msSaveBlob)/;
const DELIVERS = /\.download\s?=|msSaveOrOpenBlob|msSaveBlob|\bdownload\s?=\s?["'][^"']{1,120}["']/;
const LONG = /[A-Za-z0-9+/]{4000,}/;

export function examineHtml(text: string): readonly Sign[] {
  const own = text.slice(0, TEXT_MAX);
  const scripts = [...own.matchAll(/<script\b[^>]{0,400}>([\s\S]{0,400000}?)<\/script/gi)]
    .slice(0, 50)
    .map(([, code = ""]) => code)
    .join("\n");
  const signs: Sign[] = [];
  const long = LONG.exec(own);
  const blob = SMUGGLES.exec(scripts);
  if (blob !== null && DELIVERS.test(own) && long !== null) {
    const head = fromBase64(long[0].slice(0, 64));
    const inside =
      makeReader(head).u16(0) === 0x5a4d ? "a program" : makeReader(head).u16(0) === 0x4b50 ? "a ZIP" : "a file";
    signs.push(sign("html-smuggling", `builds ${inside} of its own text and hands it over`, long.index));
  }
  // A page's own library may hold any word; only what acts through the shell counts, so pages are asked when they can.
  if (/ActiveXObject|WScript\.Shell|vbscript|<hta:application/i.test(own)) signs.push(...examineScript(own).signs);
  return signs;
}

const INTERPRETER =
  /(?:^|[\\/"])(?:cmd|powershell|pwsh|mshta|wscript|cscript|rundll32|regsvr32|certutil|bitsadmin|msiexec|curl|conhost|forfiles)(?:\.exe)?["']?$/i;
const DOCUMENT_ICON =
  /(?:acrord32|winword|excel|msedge|chrome|wordpad|imageres|shell32)\.(?:exe|dll)|\.(?:pdf|docx?|xlsx?|jpe?g|png)$/i;

export function lnkSigns(facts: LnkFacts): readonly Sign[] {
  const { target, icon } = facts;
  const line = `${target} ${facts.arguments}`;
  const signs: Sign[] = [];
  const starts = INTERPRETER.test(target.trim()) || /%comspec%/i.test(target);
  const acts =
    /https?:\/\/|\s[-/](?:e(?:nc?|ncod\w{0,11})|w(?:in\w{0,9})?)\s|\.(?:ps1|vbs|js|hta|bat|dll)\b|javascript:|\/c\s.{0,200}(?:&&?|\|)/i.test(
      facts.arguments,
    );
  if (starts && acts) signs.push(sign("lnk-interpreter", line, facts.argumentsAt));
  if (/\s{60}/.test(facts.arguments))
    signs.push(sign("lnk-hidden-arguments", "arguments behind more than 60 blanks", facts.argumentsAt));
  if (/https?:\/\/|\\\\[\w.-]{3,}@(?:ssl|\d+)/i.test(line)) signs.push(sign("lnk-remote", line, facts.argumentsAt));
  if (starts && DOCUMENT_ICON.test(icon)) signs.push(sign("lnk-borrowed-icon", `starts ${target}, looks like ${icon}`));
  return [...signs, ...examineScript(line).signs];
}
