/**
 * Office documents, old (OLE) and new (OOXML): macros, automatic start, DDE, templates and objects from elsewhere, sheets of commands.
 * Enters: streams or members. Leaves: macro sources and signs.
 */

import type { ArchiveMember } from "./archive-member.ts";
import { latin1 } from "./bytes.ts";
import { type OleStream, parseOle } from "./ole.ts";
import { examineScript } from "./script-signs.ts";
import { type Sign, sign } from "./sign.ts";
import { type VbaModule, vbaModules } from "./vba.ts";

const PART_MAX = 4 * 2 ** 20;
const PARTS_MAX = 400;

export interface OfficeFacts {
  readonly modules: readonly VbaModule[];
  readonly remote: readonly string[];
  readonly signs: readonly Sign[];
}

const AUTO_RUN =
  /\bsub\s+(?:auto_?(?:open|close|exec|new|exit)|document_?(?:open|close|new|beforeclose)|workbook_?(?:open|activate|beforeclose)|worksheet_activate|\w{1,40}_(?:mousehover|mousemove|layout|painted|gotfocus|click_auto))\b/i;
const RUNS =
  /\bshell\s?\(|\bshell\s+["\w]|wscript\.shell|shell\.application|win32_process|\.shellexecute\b|createobject\s?\([^)\n]{0,80}(?:script|shell)/i;
const DOWNLOADS =
  /urldownloadtofile|msxml2\.|winhttp\.winhttprequest|internetexplorer\.application|adodb\.stream|microsoft\.xmlhttp/i;
const HIDES = /(?:chrw?\$?\s?\(\s?\d{1,3}\s?\)[\s&_]{0,4}){6}|strreverse\s?\(|(?:"[^"\n]{1,4}"\s?&\s?){10}/i;

export function macroSigns(modules: readonly VbaModule[]): readonly Sign[] {
  const source = modules.map((module) => module.source).join("\n");
  const match = (id: Sign["id"], pattern: RegExp): readonly Sign[] => {
    const found = pattern.exec(source);
    return found === null ? [] : [sign(id, found[0].replace(/\s+/g, " "))];
  };
  const deeds = source === "" ? [] : examineScript(source).signs;
  return [
    ...match("macro-autorun", AUTO_RUN),
    ...match("macro-runs-programs", RUNS),
    ...match("macro-downloads", DOWNLOADS),
    ...match("macro-hides-text", HIDES),
    ...deeds,
  ];
}

export function examineOle(streams: readonly OleStream[]): OfficeFacts {
  const modules = vbaModules(streams);
  const signs: Sign[] = [...macroSigns(modules)];
  const document = streams.find(({ path }) => path === "WordDocument");
  const workbook = streams.find(({ path }) => path === "Workbook" || path === "Book");
  const words = document === undefined ? "" : latin1(document.bytes()).replaceAll("\0", "");
  const dde = /\x13\s?dde(?:auto)?\s[^\x15]{3,300}/i.exec(words);
  if (dde !== null) signs.push(sign("office-dde", dde[0].slice(1)));
  if (workbook !== undefined) signs.push(...commandSheet(workbook.bytes()));
  return { modules, remote: [], signs };
}

/** BIFF records: a sheet of type macro (BOUNDSHEET) and a name that starts by itself (built-in name Auto_Open in LBL). */
function commandSheet(bytes: Uint8Array): readonly Sign[] {
  let sheet = -1;
  let start = -1;
  for (let at = 0, left = 50_000; at + 4 <= bytes.length && left > 0; left -= 1) {
    const kind = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
    const size = (bytes[at + 2] ?? 0) | ((bytes[at + 3] ?? 0) << 8);
    if (kind === 0x85 && bytes[at + 9] === 1) sheet = at;
    if (kind === 0x18 && ((bytes[at + 4] ?? 0) & 0x20) !== 0 && [1, 2].includes(bytes[at + 19] ?? 0)) start = at;
    at += 4 + size;
  }
  return sheet >= 0 && start >= 0
    ? [sign("office-xlm-autorun", "a sheet of commands that starts by itself", sheet)]
    : [];
}

export function examineOoxml(members: readonly ArchiveMember[]): OfficeFacts {
  const parts = members.slice(0, PARTS_MAX);
  const signs: Sign[] = [];
  const remote: string[] = [];
  const modules: VbaModule[] = [];
  let commands = false;
  let starts = false;
  for (const member of parts) {
    if (/vbaProject\.bin$/i.test(member.name)) modules.push(...vbaModules(parseOle(member.bytes(PART_MAX)) ?? []));
    else if (/\.rels$/i.test(member.name)) signs.push(...relations(latin1(member.bytes(PART_MAX)), member, remote));
    else if (/macrosheets\/.{1,60}\.(?:xml|bin)$/i.test(member.name)) commands = true;
    else if (/^xl\/workbook\.xml$/i.test(member.name))
      starts = /_xlnm\.auto_open|auto_open/i.test(latin1(member.bytes(PART_MAX)));
    else if (/^word\/(?:document|header\d*|footer\d*)\.xml$/i.test(member.name))
      signs.push(...fields(latin1(member.bytes(PART_MAX)), member));
    else if (/externalLink\d+\.xml$/i.test(member.name))
      signs.push(...ddeLinks(latin1(member.bytes(PART_MAX)), member));
  }
  if (commands && starts) signs.push(sign("office-xlm-autorun", "a sheet of commands that starts by itself"));
  return { modules, remote, signs: [...signs, ...macroSigns(modules)] };
}

const OFFICE_OWN = /^https?:\/\/(?:[\w-]{1,60}\.){0,4}(?:microsoft|office|live|sharepoint)\.(?:com|net)(?:[/:]|$)/i;

function relations(text: string, member: ArchiveMember, remote: string[]): readonly Sign[] {
  const signs: Sign[] = [];
  for (const [one] of text.matchAll(/<Relationship\s[^>]{10,4000}>/gi)) {
    const target = /\bTarget="([^"]{1,2000})"/i.exec(one)?.[1] ?? "";
    const type = /\bType="[^"]{0,200}\/(\w{1,40})"/i.exec(one)?.[1] ?? "";
    if (!/TargetMode="External"/i.test(one) || type === "hyperlink") continue;
    remote.push(`${type}: ${target}`);
    if (!/^(?:https?|ftp|mhtml|\\\\|file:\/\/\w)/i.test(target) || OFFICE_OWN.test(target)) continue;
    if (type === "attachedTemplate") signs.push({ ...sign("office-remote-template", target), within: member.name });
    if (type === "oleObject" || type === "frame")
      signs.push({ ...sign("office-remote-object", target), within: member.name });
  }
  return signs;
}

function fields(text: string, member: ArchiveMember): readonly Sign[] {
  const plain = text.replace(/<w:instrText[^>]{0,100}>/g, "\x13").replace(/<[^>]{0,2000}>/g, "");
  const found = /\x13[\s\x13]{0,4}dde(?:auto)?[\s\x13][^<]{3,200}/i.exec(plain);
  return found === null ? [] : [{ ...sign("office-dde", found[0].replaceAll("\x13", "")), within: member.name }];
}

function ddeLinks(text: string, member: ArchiveMember): readonly Sign[] {
  const found = /<ddeLink\s[^>]{0,200}ddeService="(?:cmd|powershell|mshta|msexcel)[^>]{0,400}>/i.exec(text);
  return found === null ? [] : [{ ...sign("office-dde", found[0]), within: member.name }];
}
