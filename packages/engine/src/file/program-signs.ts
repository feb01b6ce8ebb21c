/** What the facts of programs (Windows, Linux, macOS) say for malice. Enters: facts. Leaves: signs with offsets. */
import { findBytes, makeReader } from "./bytes.ts";
import type { ElfFacts } from "./elf.ts";
import type { MachoFacts } from "./macho.ts";
import { type PeFacts, type PeSection, parsePe } from "./pe.ts";
import { type Sign, sign } from "./sign.ts";

const DENSE = 7.2;
const DAY = 86_400;
const EXECUTES = 0x20000000;
const WRITES = 0x80000000;
const PACKERS =
  /^(?:UPX[0-2!]|\.?(?:aspack|adata|petite|nsp[0-2]|mpress[12]|vmp[0-2]|themida|winlice|enigma[12]|perplex|upack|yoda))$/i;
const INJECTION = [
  ["VirtualAllocEx", "WriteProcessMemory", "CreateRemoteThread"],
  ["NtUnmapViewOfSection", "WriteProcessMemory", "SetThreadContext"],
  ["VirtualAllocEx", "WriteProcessMemory", "QueueUserAPC"],
];
/** What others import: families an analyst asks for. */
export const API_FAMILIES: Readonly<Record<string, RegExp>> = {
  "process injection":
    /^(?:VirtualAllocEx|WriteProcessMemory|CreateRemoteThread(?:Ex)?|QueueUserAPC|SetThreadContext|NtUnmapViewOfSection)$/,
  download: /^(?:URLDownloadToFile[AW]?|InternetOpenUrl[AW]?|InternetReadFile|WinHttpReadData|HttpSendRequest[AW]?)$/,
  "keys and screen": /^(?:SetWindowsHookEx[AW]?|GetAsyncKeyState|GetKeyboardState|BitBlt)$/,
  credentials: /^(?:CredEnumerate[AW]|LsaRetrievePrivateData|CryptUnprotectData|MiniDumpWriteDump)$/,
  services: /^(?:CreateService[AW]|ChangeServiceConfig[AW]|StartService[AW])$/,
  registry: /^Reg(?:SetValue|CreateKey)(?:Ex)?[AW]$/,
  privileges: /^(?:AdjustTokenPrivileges|ImpersonateLoggedOnUser|DuplicateTokenEx)$/,
  "debugger checks": /^(?:IsDebuggerPresent|CheckRemoteDebuggerPresent|NtQueryInformationProcess)$/,
  encryption: /^(?:Crypt(?:Encrypt|GenKey|ImportKey)|BCryptEncrypt)$/,
};

export const API_FAMILY_NAMES: readonly string[] = Object.keys(API_FAMILIES);

export function apiFamilies({ imports }: PeFacts): Readonly<Record<string, readonly string[]>> {
  const names = imports.libraries.flatMap(({ functions }) => functions);
  return Object.fromEntries(
    Object.entries(API_FAMILIES).flatMap(([family, pattern]) => {
      const own = [...new Set(names.filter((name) => pattern.test(name)))];
      return own.length === 0 ? [] : [[family, own]];
    }),
  );
}

export function peSigns(facts: PeFacts, bytes: Uint8Array, now?: number): readonly Sign[] {
  const { sections, imports, entry, isDll } = facts;
  const signs: Sign[] = [];
  const own = sections.find(
    ({ address, virtualSize, rawSize }) => entry >= address && entry < address + Math.max(virtualSize, rawSize),
  );
  const names = new Set(imports.libraries.flatMap(({ functions }) => functions));
  const triad = INJECTION.find((all) => all.every((name) => names.has(name)));
  if (triad !== undefined && imports.functions < 400) signs.push(sign("pe-injection-imports", triad.join(", ")));
  const packer = sections.find(({ name }) => PACKERS.test(name));
  if (packer !== undefined) signs.push(sign("pe-packer-name", `section ${packer.name}`, packer.offset));
  if (own !== undefined && own.entropy > DENSE && imports.functions < 15 && !facts.dotNet && names.size > 0)
    signs.push(
      sign(
        "pe-packed",
        `entropy ${own.entropy.toFixed(2)} where it starts (${own.name}), ${imports.functions} imports`,
        own.offset,
      ),
    );
  if (own !== undefined && isBoth(own))
    signs.push(sign("pe-entry-writable", `starts in ${own.name}, which may be written and run`, own.offset));
  if (own === undefined && entry !== 0 && sections.length > 0 && entry >= (sections[0]?.address ?? 0))
    signs.push(sign("pe-entry-outside", `starts at ${hex(entry)}, in no section`));
  const runs = ["WinExec", "ShellExecuteA", "ShellExecuteW", "CreateProcessA", "CreateProcessW"].find((name) =>
    names.has(name),
  );
  if (
    runs !== undefined &&
    (names.has("URLDownloadToFileA") || names.has("URLDownloadToFileW")) &&
    imports.functions < 200
  )
    signs.push(sign("pe-download-and-run", `URLDownloadToFile and ${runs}`));
  signs.push(...embedded(facts, bytes));
  if (
    now !== undefined &&
    facts.timestamp > now / 1000 + 2 * DAY &&
    facts.timestamp < 0xf0000000 &&
    !isDll &&
    facts.certificate === undefined
  )
    signs.push(sign("pe-time-in-future", `compiled "${new Date(facts.timestamp * 1000).toISOString().slice(0, 10)}"`));
  return signs;
}

const isBoth = ({ flags }: PeSection): boolean => Math.floor(flags / EXECUTES) % 2 === 1 && flags >= WRITES;
const hex = (value: number): string => `0x${value.toString(16)}`;

/** Installers carry programs behind their end by design: only what resources and short overlays hide counts. */
function embedded({ resources, overlay, certificate }: PeFacts, bytes: Uint8Array): readonly Sign[] {
  const reader = makeReader(bytes);
  const starts = (offset: number): boolean =>
    reader.u16(offset) === 0x5a4d && parsePe(reader.slice(offset, 8192)) !== undefined;
  const own = resources.find(({ offset }) => starts(offset));
  if (own !== undefined && certificate === undefined)
    return [sign("pe-embedded-program", "a program inside a resource", own.offset)];
  if (overlay !== undefined && certificate === undefined && starts(overlay.offset))
    return [sign("pe-embedded-program", "a program behind the end", overlay.offset)];
  return [];
}

const USUAL_INTERPRETER =
  /^(?:\/(?:usr\/)?lib(?:64|32|x32)?\/[\w.+/-]{1,200}|\/system\/bin\/linker(?:64)?|\/libexec\/[\w.-]{1,60}|\/nix\/store\/[\w./+-]{1,200}|\/tools\/[\w./-]{1,100})$/;
const STRANGE_PATH = /(?:^|:)\/(?:tmp|dev\/shm|var\/tmp)\//;

export function elfSigns(facts: ElfFacts): readonly Sign[] {
  const signs: Sign[] = [];
  const { interpreter, segments, sections, runPaths } = facts;
  const load = segments.filter(({ type }) => type === 1);
  const both = load.find(({ flags }) => (flags & 3) === 3);
  if (facts.packerMark !== undefined && sections.length === 0)
    signs.push(sign("elf-packer-name", "UPX, and no section table", facts.packerMark));
  if (sections.length === 0 && facts.entropy > 7.4 && load.length > 0 && load.length <= 4)
    signs.push(sign("elf-packed", `entropy ${facts.entropy.toFixed(2)}, no section table`));
  if (interpreter !== undefined && interpreter !== "" && !USUAL_INTERPRETER.test(interpreter))
    signs.push(sign("elf-strange-interpreter", interpreter));
  const path = runPaths.find((one) => STRANGE_PATH.test(one));
  if (path !== undefined) signs.push(sign("elf-strange-path", path));
  if (both !== undefined) signs.push(sign("elf-writable-code", "a part of it may be written and run", both.offset));
  return signs;
}

export function machoSigns(parts: readonly MachoFacts[]): readonly Sign[] {
  const own = parts.find(({ segments }) => segments.some(({ protection }) => (protection & 6) === 6));
  return own === undefined ? [] : [sign("macho-writable-code", "a segment may be written and run", own.offset)];
}

/** Is it a program's first bytes? */
export const isProgram = (bytes: Uint8Array): boolean =>
  (bytes[0] === 0x4d && bytes[1] === 0x5a && parsePe(bytes) !== undefined) ||
  findBytes(bytes, [0x7f, 0x45, 0x4c, 0x46], 0, 4) === 0;
