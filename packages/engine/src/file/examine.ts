/**
 * One file examined: what it is, what it holds, what speaks against it.
 * Enters: name and bytes, and what the caller knows besides (hashes' reputation, rule hits, the time).
 * Leaves: facts with offsets, signs, members of archives examined in turn, and the verdict.
 *
 * FX1. Hostile bytes never throw: a parser's failure becomes `unreadable` and the rest is still judged.
 * FX2. Bounds: BYTES_MAX of a file, DEPTH_MAX levels, MEMBERS_MAX members, UNPACKED_MAX bytes over all levels.
 * FX3. What was not read is said in `limits`, never passed over.
 */
import type { ArchiveMember } from "./archive-member.ts";
import { bunzip2 } from "./bunzip2.ts";
import { entropyOf } from "./bytes.ts";
import { examineHtml, examinePdf, lnkSigns, type PdfFacts, PROGRAM_ENDING } from "./document-signs.ts";
import { type ElfFacts, parseElf } from "./elf.ts";
import { type FileKind, kindOf, textOf } from "./file-type.ts";
import { inflateRaw } from "./inflate.ts";
import { type LnkFacts, parseLnk } from "./lnk.ts";
import { type MachoFacts, parseMacho } from "./macho.ts";
import { examineOle, examineOoxml, type OfficeFacts } from "./office.ts";
import { parseOle } from "./ole.ts";
import { type PeFacts, parsePe } from "./pe.ts";
import { apiFamilies, elfSigns, isProgram, machoSigns, peSigns } from "./program-signs.ts";
import type { Layer } from "./script-layers.ts";
import { examineScript } from "./script-signs.ts";
import { type Sign, sign } from "./sign.ts";
import { tarMembers } from "./tar.ts";
import { type FileVerdict, judgeFile, type Reputation, type RuleHit } from "./verdict.ts";
import { zipMembers } from "./zip.ts";

/** Larger files are read up to here: what malware carries stands at the front or in the tables. */
export const BYTES_MAX = 128 * 2 ** 20;
const DEPTH_MAX = 3;
const MEMBERS_MAX = 200;
const UNPACKED_MAX = 256 * 2 ** 20;
const MEMBER_BYTES_MAX = 32 * 2 ** 20;
const ODD_KINDS: ReadonlySet<FileKind> = new Set(["7z", "rar", "iso", "cab", "dos", "class", "rtf"]);

export interface FileFacts {
  readonly entropy: number;
  readonly pe?: PeFacts & { readonly apis: Readonly<Record<string, readonly string[]>> };
  readonly elf?: ElfFacts;
  readonly macho?: readonly MachoFacts[];
  readonly office?: Omit<OfficeFacts, "signs">;
  readonly lnk?: LnkFacts;
  readonly pdf?: Omit<PdfFacts, "signs">;
  readonly layers?: readonly Layer[];
  readonly members?: readonly { readonly name: string; readonly size: number; readonly encrypted: boolean }[];
}

export interface Examined {
  readonly name: string;
  readonly kind: FileKind;
  readonly size: number;
  readonly facts: FileFacts;
  readonly signs: readonly Sign[];
  readonly hits: readonly RuleHit[];
  readonly verdict: FileVerdict;
  /** Why it could not be read as a whole. */
  readonly unreadable?: string;
  readonly limits: readonly string[];
}

export interface Known {
  /** ms since 1970; without it no compile time is too late. */
  readonly now?: number;
  readonly reputation?: (bytes: Uint8Array) => readonly Reputation[];
  readonly rules?: (bytes: Uint8Array) => readonly RuleHit[];
}

interface Found {
  readonly facts: Omit<FileFacts, "entropy">;
  readonly signs: readonly Sign[];
  readonly hits?: readonly RuleHit[];
  readonly reputation?: readonly Reputation[];
  readonly unreadable?: string;
}

interface Budget {
  left: number;
  readonly limits: string[];
}

interface Task {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly depth: number;
}

export function examineFile(name: string, bytes: Uint8Array, known: Known = {}): Examined {
  const limits: string[] = [];
  if (bytes.length > BYTES_MAX) limits.push(`only the first ${BYTES_MAX} of ${bytes.length} bytes were read`);
  const own = bytes.subarray(0, BYTES_MAX);
  const kind = kindOf(name, own);
  const found = inspect({ name, bytes: own, depth: 0 }, known, { left: UNPACKED_MAX, limits });
  const hits = found.hits ?? [];
  const verdict = judgeFile({
    signs: found.signs,
    hits,
    reputation: found.reputation ?? [],
    ...(found.unreadable === undefined ? {} : { unreadable: found.unreadable }),
  });
  return {
    name,
    kind,
    size: bytes.length,
    facts: { entropy: entropyOf(own), ...found.facts },
    signs: found.signs,
    hits,
    verdict,
    ...(found.unreadable === undefined ? {} : { unreadable: found.unreadable }),
    limits,
  };
}

function inspect(task: Task, known: Known, budget: Budget): Found {
  const kind = kindOf(task.name, task.bytes);
  let found: Found;
  try {
    found = byKind(kind, task, { known, budget });
  } catch (error) {
    // A bug of ours in front of a hostile file: the file is unknown, the process goes on.
    found = {
      facts: {},
      signs: [],
      unreadable: `read as ${kind}: ${error instanceof Error ? error.message : "failed"}`,
    };
  }
  return {
    ...found,
    signs: [...lies(task.name, task.bytes), ...found.signs],
    hits: [...(known.rules?.(task.bytes) ?? []), ...(found.hits ?? [])],
    reputation: [...(known.reputation?.(task.bytes) ?? []), ...(found.reputation ?? [])],
  };
}

const DOCUMENT_NAME = /\.(?:pdf|docx?|xlsx?|pptx?|jpe?g|png|gif|txt|csv|html?|mp[34])$/i;

function lies(name: string, bytes: Uint8Array): readonly Sign[] {
  return DOCUMENT_NAME.test(name) && isProgram(bytes) ? [sign("name-lies", `${name} is a program`, 0)] : [];
}

interface Around {
  readonly known: Known;
  readonly budget: Budget;
}

function byKind(kind: FileKind, task: Task, around: Around): Found {
  const { bytes } = task;
  switch (kind) {
    case "pe":
      return inspectPe(bytes, around.known.now);
    case "elf": {
      const elf = parseElf(bytes);
      return elf === undefined ? damaged("ELF") : { facts: { elf }, signs: elfSigns(elf) };
    }
    case "macho": {
      const macho = parseMacho(bytes);
      return macho.length === 0 ? damaged("Mach-O") : { facts: { macho }, signs: machoSigns(macho) };
    }
    case "ole":
      return inspectOle(bytes);
    case "ooxml": {
      const members = zipMembers(bytes);
      const { signs, ...office } = examineOoxml(members);
      return joined({ facts: { office }, signs }, inspectMembers(task, members, around));
    }
    case "zip":
      return inspectMembers(task, zipMembers(bytes), around);
    case "tar": {
      const { members, whole } = tarMembers(bytes);
      if (!whole) around.budget.limits.push(`${task.name}: the list of members is damaged or cut`);
      return inspectMembers(task, members, around);
    }
    case "gzip":
      return inspectGzip(task, around);
    case "bzip2":
      return inspectBzip2(task, around);
    case "lnk": {
      const lnk = parseLnk(bytes);
      return lnk === undefined ? damaged("shortcut") : { facts: { lnk }, signs: lnkSigns(lnk) };
    }
    case "pdf": {
      const { signs, ...pdf } = examinePdf(bytes);
      return { facts: { pdf }, signs };
    }
    case "html":
      return { facts: {}, signs: examineHtml(textOf(bytes)) };
    case "script": {
      const { layers, signs } = examineScript(textOf(bytes));
      return { facts: { layers: layers.slice(1) }, signs };
    }
    default:
      return ODD_KINDS.has(kind)
        ? { facts: {}, signs: [], unreadable: `${kind}: not opened` }
        : { facts: {}, signs: [], ...opaque(kind) };
  }
}

const opaque = (kind: FileKind) => (kind === "data" ? { unreadable: "of no known kind" } : {});
const damaged = (what: string): Found => ({ facts: {}, signs: [], unreadable: `damaged ${what}` });

const joined = (a: Found, b: Found): Found => ({
  ...b,
  ...a,
  facts: { ...b.facts, ...a.facts },
  signs: [...a.signs, ...b.signs],
});

function inspectPe(bytes: Uint8Array, now: number | undefined): Found {
  const pe = parsePe(bytes);
  if (pe === undefined) return damaged("PE");
  return { facts: { pe: { ...pe, apis: apiFamilies(pe) } }, signs: peSigns(pe, bytes, now) };
}

function inspectOle(bytes: Uint8Array): Found {
  const streams = parseOle(bytes);
  if (streams === undefined) return damaged("OLE file");
  const { signs, ...office } = examineOle(streams);
  const members = streams.slice(0, MEMBERS_MAX).map(({ path, size }) => ({ name: path, size, encrypted: false }));
  return { facts: { office, members }, signs };
}

function inspectGzip(task: Task, around: Around): Found {
  const { bytes, depth, name } = task;
  const flags = bytes[3] ?? 0;
  if (depth >= DEPTH_MAX || (flags & 4) !== 0) return { facts: {}, signs: [], unreadable: "gzip: not opened" };
  let at = 10;
  // The file's name, a comment: each ends with a zero.
  for (const flag of [8, 16]) if ((flags & flag) !== 0) at = bytes.indexOf(0, at) + 1;
  const inner = inflateRaw(bytes.subarray(at), roomOf(around)).bytes;
  return inspectUnpacked(inner, { ...task, name: name.replace(/\.gz$/i, "").replace(/\.tgz$/i, ".tar") }, around);
}

function inspectBzip2(task: Task, around: Around): Found {
  if (task.depth >= DEPTH_MAX) return { facts: {}, signs: [], unreadable: "bzip2: not opened" };
  const { bytes, whole } = bunzip2(task.bytes, roomOf(around));
  if (!whole) around.budget.limits.push(`${task.name}: only ${bytes.length} bytes were unpacked`);
  const name = task.name.replace(/\.bz2$/i, "").replace(/\.tbz2?$/i, ".tar");
  return inspectUnpacked(bytes, { ...task, name }, around);
}

const roomOf = ({ budget }: Around): number => Math.min(MEMBER_BYTES_MAX, budget.left);

function inspectUnpacked(bytes: Uint8Array, { name, depth }: Task, { known, budget }: Around): Found {
  budget.left -= bytes.length;
  return inspect({ name, bytes, depth: depth + 1 }, known, budget);
}

const DOUBLE =
  /\.(?:pdf|docx?|xlsx?|pptx?|jpe?g|png|txt|csv|html?|mp[34])[ _.]{0,80}\.(?:exe|scr|com|pif|bat|cmd|js|jse|vbs|vbe|wsf|hta|lnk|ps1)$/i;

function inspectMembers({ depth }: Task, members: readonly ArchiveMember[], { known, budget }: Around): Found {
  const signs: Sign[] = [];
  const hits: RuleHit[] = [];
  const reputation: Reputation[] = [];
  const listed = members.map(({ name, size, encrypted }) => ({ name, size, encrypted }));
  if (members.length > MEMBERS_MAX) budget.limits.push(`only ${MEMBERS_MAX} of ${members.length} members were read`);
  for (const member of members.slice(0, MEMBERS_MAX)) {
    signs.push(...memberSigns(member));
    if (member.encrypted || member.bomb || depth >= DEPTH_MAX || budget.left <= 0) {
      if (!member.encrypted || PROGRAM_ENDING.test(member.name)) budget.limits.push(`${member.name}: not opened`);
      continue;
    }
    const bytes = member.bytes(Math.min(MEMBER_BYTES_MAX, budget.left));
    budget.left -= bytes.length;
    const within = member.name;
    const inner = inspect({ name: member.name, bytes, depth: depth + 1 }, known, budget);
    signs.push(
      ...inner.signs.map((one) => ({ ...one, within: one.within === undefined ? within : `${within}!${one.within}` })),
    );
    hits.push(...(inner.hits ?? []).map((one) => ({ ...one, within })));
    reputation.push(...(inner.reputation ?? []));
  }
  return {
    facts: { members: listed.slice(0, MEMBERS_MAX) },
    signs,
    hits,
    reputation,
    ...(members.length === 0 ? { unreadable: "an archive without a readable list of members" } : {}),
  };
}

function memberSigns({ name, offset, encrypted, bomb, size, packed }: ArchiveMember): readonly Sign[] {
  const signs: Sign[] = [];
  if (DOUBLE.test(name)) signs.push(sign("archive-double-extension", name, offset));
  if (/(?:^|[\\/])\.\.[\\/]|^[\\/]|^[a-z]:[\\/]/i.test(name)) signs.push(sign("archive-path-escape", name, offset));
  if (bomb) signs.push(sign("archive-bomb", `${name}: ${packed} bytes would become ${size}`, offset));
  if (encrypted && PROGRAM_ENDING.test(name)) signs.push(sign("archive-program-encrypted", name, offset));
  return signs;
}
