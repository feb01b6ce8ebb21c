/**
 * Numbers of an examined file that a forest learns from. Enters: what `examine.ts` found. Leaves: values in the order of `FILE_MARKS`.
 *
 * FV1. Nothing that names a file: no hashes, no name, no time of making, no strings of it.
 * FV2. What a kind of file cannot have is NaN, not 0.
 * FV3. No hits of rules and nothing of lists: those change from house to house and day to day, a model must not rest on them.
 */
import type { ElfFacts } from "./elf.ts";
import type { Examined } from "./examine.ts";
import type { PeFacts, PeSection } from "./pe.ts";
import { API_FAMILY_NAMES } from "./program-signs.ts";
import { POINTS, type SignId } from "./sign.ts";

type Measure<T> = (of: T) => number;

const log = (value: number): number => Math.log1p(Math.max(0, value));
const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
const most = (values: readonly number[]): number => (values.length === 0 ? Number.NaN : Math.max(...values));
const mean = (values: readonly number[]): number =>
  values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;

const KINDS = [
  "pe",
  "elf",
  "macho",
  "ole",
  "ooxml",
  "rtf",
  "lnk",
  "pdf",
  "html",
  "script",
  "zip",
  "text",
  "data",
] as const;

const ANY: Readonly<Record<string, Measure<Examined>>> = {
  ...Object.fromEntries(KINDS.map((kind) => [`kind ${kind}`, (file: Examined) => Number(file.kind === kind)])),
  size: ({ size }) => log(size),
  entropy: ({ facts }) => facts.entropy,
  points: ({ signs }) => [...new Set(signs.map(({ id }) => id))].reduce((sum, id) => sum + POINTS[id], 0),
  unreadable: ({ unreadable }) => Number(unreadable !== undefined),
  members: ({ facts }) => (facts.members === undefined ? Number.NaN : log(facts.members.length)),
  layers: ({ facts }) => (facts.layers === undefined ? Number.NaN : facts.layers.length),
  macros: ({ facts }) => (facts.office === undefined ? Number.NaN : log(facts.office.modules.length)),
  remote: ({ facts }) => (facts.office === undefined ? Number.NaN : facts.office.remote.length),
};

const READ = 0x40000000;
const WRITE = 0x80000000;
const RUN = 0x20000000;
const may = ({ flags }: PeSection, wanted: number): boolean => (flags & wanted) !== 0;
const hardened =
  (bit: number): Measure<PeFacts> =>
  ({ dllCharacteristics }) =>
    Number((dllCharacteristics & bit) !== 0);

const PE: Readonly<Record<string, Measure<PeFacts>>> = {
  "64 bits": ({ bits }) => Number(bits === 64),
  library: ({ isDll }) => Number(isDll),
  "window or console": ({ subsystem }) => subsystem,
  sections: ({ sections }) => sections.length,
  "highest entropy of a section": ({ sections }) => most(sections.map(({ entropy }) => entropy)),
  "mean entropy of sections": ({ sections }) => mean(sections.map(({ entropy }) => entropy)),
  "sections that grow when loaded": ({ sections }) =>
    sections.filter(({ virtualSize, rawSize }) => rawSize === 0 || virtualSize > 4 * rawSize).length,
  "sections to write and run": ({ sections }) => sections.filter((one) => may(one, WRITE) && may(one, RUN)).length,
  "sections to run": ({ sections }) => sections.filter((one) => may(one, RUN) && may(one, READ)).length,
  "sections with usual names": ({ sections }) =>
    share(
      sections.filter(({ name }) => /^\.(?:text|rdata|data|rsrc|reloc|pdata|idata|edata|bss|tls)$/.test(name)).length,
      sections.length,
    ),
  "entry in the first section": ({ sections, entry }) =>
    Number(
      sections[0] !== undefined &&
        entry >= sections[0].address &&
        entry < sections[0].address + sections[0].virtualSize,
    ),
  "libraries used": ({ imports }) => log(imports.libraries.length),
  "functions used": ({ imports }) => log(imports.functions),
  "functions offered": ({ exports }) => log(exports?.names.length ?? 0),
  resources: ({ resources }) => log(resources.length),
  "size of resources": ({ resources }) => log(resources.reduce((sum, { size }) => sum + size, 0)),
  "says its version": ({ version }) => Number(Object.keys(version).length > 0),
  "bytes of a certificate": ({ certificate }) => Number(certificate !== undefined),
  "bytes behind the end": ({ overlay }) => log(overlay?.size ?? 0),
  "entropy behind the end": ({ overlay }) => overlay?.entropy ?? Number.NaN,
  "tools in the Rich header": ({ rich }) => rich.length,
  "checksum is set": ({ checksum }) => Number(checksum !== 0),
  ".NET": ({ dotNet }) => Number(dotNet),
  "random addresses": hardened(0x40),
  "no code in data": hardened(0x100),
  "guarded calls": hardened(0x4000),
  cut: ({ cut }) => Number(cut),
};

const ELF: Readonly<Record<string, Measure<ElfFacts>>> = {
  "libraries used (ELF)": ({ needed }) => log(needed.length),
  "symbols used (ELF)": ({ imported }) => log(imported.length),
  "sections (ELF)": ({ sections }) => sections.length,
  "highest entropy of a section (ELF)": ({ sections }) => most(sections.map(({ entropy }) => entropy)),
  "without symbols (ELF)": ({ stripped }) => Number(stripped),
  "without interpreter (ELF)": ({ interpreter }) => Number(interpreter === undefined),
  "segments to write and run (ELF)": ({ segments }) => segments.filter(({ flags }) => (flags & 3) === 3).length,
};

const SIGNS = Object.keys(POINTS) as SignId[];

export const FILE_MARKS: readonly string[] = [
  ...Object.keys(ANY),
  ...Object.keys(PE),
  ...API_FAMILY_NAMES.map((name) => `functions: ${name}`),
  ...Object.keys(ELF),
  ...SIGNS.map((id) => `sign: ${id.replaceAll("-", " ")}`),
];

export function fileVector(file: Examined): Float64Array {
  const { pe, elf } = file.facts;
  const of = <T>(measures: Readonly<Record<string, Measure<T>>>, facts: T | undefined): readonly number[] =>
    Object.values(measures).map((measure) => (facts === undefined ? Number.NaN : measure(facts)));
  const shown = new Set(file.signs.map(({ id }) => id));
  return Float64Array.from([
    ...of(ANY, file),
    ...of(PE, pe),
    ...API_FAMILY_NAMES.map((name) => (pe === undefined ? Number.NaN : (pe.apis[name]?.length ?? 0))),
    ...of(ELF, elf),
    ...SIGNS.map((id) => Number(shown.has(id))),
  ]);
}
