/**
 * Linux audit records: `[node=H ]type=T msg=audit(SEC.MS:SERIAL): k=v ...`. Enters: one line, or the lines of one serial.
 * Leaves: one object under auditd's names, its time, and for EXECVE the arguments joined to one command line.
 *
 * A1. Values that the kernel hex-encodes (no quotes) are decoded; hex numbers such as SYSCALL a0..a3 are not.
 * A2. Long arguments come in pieces (`a1_len`, `a1[0]`, `a1[1]`), also over several EXECVE lines: the pieces are joined.
 * A3. The enriched part after 0x1D (`UID="root"`) keeps its upper-case names.
 * A4. `msg='op=.. acct="x" res=success'` is opened: its pairs join the record's own, which win.
 * A5. Of several lines `type` is the list of their types. A field that lines tell differently is the list of its values, but
 *     a0..a3 are the arguments of EXECVE where there is one (those of SYSCALL become `syscall_a0`..), and each PATH record
 *     stays an object of the list `PATH`, so that a name keeps its own inode, mode and nametype.
 * A6. SOCKADDR is decoded to `saddr_fam`, `laddr`, `lport` or `path`, the names of auditd's own enrichment.
 * A7. `SYSCALL`, the name of the call, joins a record of x86-64 or ARM64 that has only the number.
 * A8. `path_created` and `path_deleted` are the names of PATH records with that nametype, below `cwd` where they are relative:
 *     the first PATH of such a call is the folder.
 */
import type { Json, JsonObject } from "@cordon/model/json";
import { type Instant, instant } from "@cordon/model/time";
import { FIELDS_MAX, setOwn } from "./decoded.ts";
import { type KeyValue, keyValuePairs } from "./key-value.ts";
import { socketAddress } from "./socket-address.ts";
import { syscallName } from "./syscall-names.ts";

interface AuditRecord {
  readonly raw: JsonObject;
  readonly time: Instant;
  readonly remarks: readonly string[];
}

const HEAD = /(?:node=(\S{1,255}) )?type=([A-Z0-9_[\]]{1,64}) msg=audit\((\d{1,12})\.(\d{1,3}):(\d{1,20})\):? ?/;
/** Lines of one event that are read: the framing gives no more, and the kernel writes a PATH line per path component at most. */
const LINES_MAX = 64;

interface Line {
  readonly node: string | undefined;
  readonly type: string;
  readonly seconds: string;
  readonly ms: string;
  readonly serial: string;
  readonly pairs: readonly KeyValue[];
  /** After 0x1D. */
  readonly enriched: readonly KeyValue[];
}

export function parseAudit(text: string): AuditRecord | undefined {
  const lines = text.includes("\n") ? text.split("\n") : [text];
  const first = parseLine(lines[0] ?? "", true);
  if (first === undefined) return undefined;
  const rest = lines.slice(1, LINES_MAX).map((line) => parseLine(line, false));
  const all = [first, ...rest.filter((line) => line !== undefined)];
  const raw: Record<string, Json> = {};
  if (first.node !== undefined) raw.node = first.node;
  const types = [...new Set(all.map(({ type }) => type))];
  raw.type = types.length === 1 ? first.type : types;
  raw.msg = `audit(${first.seconds}.${first.ms}:${first.serial})`;
  raw.serial = first.serial;
  addLines(raw, all);
  nameSyscall(raw);
  return {
    raw,
    time: instant(Number(first.seconds) * 1_000 + Number(first.ms.padEnd(3, "0"))),
    remarks: remarksOf(raw, all, lines.filter((line) => line.trim() !== "").length),
  };
}

function remarksOf(raw: JsonObject, all: readonly Line[], lines: number): readonly string[] {
  const remarks: string[] = [];
  if (Object.keys(raw).length >= FIELDS_MAX) remarks.push(`cut: fields beyond ${FIELDS_MAX}`);
  if (all.length < lines) remarks.push(`${lines - all.length} of ${lines} lines are no audit records`);
  if (all.some(({ serial }) => serial !== all[0]?.serial)) remarks.push("records of several serials in one");
  return remarks;
}

/** The first line begins with its head; the others may have what a syslog relay put before it. */
function parseLine(text: string, atStart: boolean): Line | undefined {
  const head = HEAD.exec(text);
  if (head === null || (atStart && head.index > 0)) return undefined;
  const [whole, node, type = "", seconds = "0", ms = "0", serial = ""] = head;
  const body = text.slice(head.index + whole.length).replace(/[\r\n]+$/, "");
  const mark = body.indexOf("\u001d");
  return {
    node,
    type,
    seconds,
    ms,
    serial,
    pairs: keyValuePairs(mark < 0 ? body : body.slice(0, mark)),
    enriched: mark < 0 ? [] : keyValuePairs(body.slice(mark + 1)),
  };
}

function addLines(raw: Record<string, Json>, all: readonly Line[]): void {
  const execve = all.filter(({ type }) => type === "EXECVE");
  const paths: JsonObject[] = [];
  const records = all.length === 1 ? all : all.filter(({ type }) => type !== "EXECVE");
  for (const line of records) {
    const { type } = line;
    if (type === "PATH" && all.length > 1) paths.push(fieldsOf(line));
    else if (type !== "EXECVE") join(raw, fieldsOf(line), type === "SYSCALL" && execve.length > 0 ? "syscall_" : "");
  }
  if (execve.length > 0) addArguments(raw, execve);
  if (paths.length === 0) return;
  raw.PATH = paths;
  addNamed(raw, paths, { nametype: "CREATE", key: "path_created" });
  addNamed(raw, paths, { nametype: "DELETE", key: "path_deleted" });
}

interface Kind {
  readonly nametype: string;
  readonly key: string;
}

/** A8. */
function addNamed(raw: Record<string, Json>, paths: readonly JsonObject[], { nametype, key }: Kind): void {
  const folder = typeof raw.cwd === "string" && raw.cwd.startsWith("/") ? raw.cwd.replace(/\/$/, "") : undefined;
  const names = paths
    .filter((path) => path.nametype === nametype && typeof path.name === "string" && path.name !== "(null)")
    .map(({ name }) => String(name))
    .map((name) => (name.startsWith("/") || folder === undefined ? name : `${folder}/${name.replace(/^\.\//, "")}`));
  if (names.length > 0) raw[key] = names.length === 1 ? (names[0] ?? null) : names;
}

/** A7. */
function nameSyscall(raw: Record<string, Json>): void {
  const { arch, syscall, SYSCALL } = raw;
  if (typeof arch !== "string" || typeof syscall !== "string" || SYSCALL !== undefined) return;
  const name = syscallName(arch, syscall);
  if (name !== undefined) raw.SYSCALL = name;
}

/** `prefix`: set before a0..a3, which another record of the event claims. */
function join(raw: Record<string, Json>, fields: JsonObject, prefix: string): void {
  for (const name of Object.keys(fields)) {
    const value = fields[name] ?? null;
    const key = prefix !== "" && /^a[0-3]$/.test(name) ? `${prefix}${name}` : name;
    const known = Object.hasOwn(raw, key) ? raw[key] : undefined;
    if (known === undefined) setOwn(raw, key, value);
    else if (Array.isArray(known) ? !known.includes(value) : known !== value) {
      setOwn(raw, key, [...(Array.isArray(known) ? known : [known]), value]);
    }
  }
}

function fieldsOf(line: Line): JsonObject {
  const fields: Record<string, Json> = {};
  addPairs(fields, line.pairs);
  if (typeof fields.saddr === "string") {
    for (const [key, value] of Object.entries(socketAddress(fields.saddr) ?? {})) fields[key] ??= value;
  }
  // `SADDR={ saddr_fam=inet laddr=.. lport=.. }`: its pairs are read, the brace is none.
  addPairs(
    fields,
    line.enriched.filter(({ value }) => value !== "{"),
  );
  return fields;
}

/** Fields the kernel or user space writes through the untrusted-string encoder: quoted, or bare hex when it has odd bytes. */
const ENCODED = new Set(
  "comm exe name cwd proctitle cmd path data key acct dir file device vm ocomm old_name new_name ruleset exename sw comm_name old-disk new-disk".split(
    " ",
  ),
);

function addPairs(raw: Record<string, Json>, pairs: readonly KeyValue[]): void {
  for (const { key, value, quote } of pairs) {
    if (quote === "'" && key === "msg") addPairs(raw, keyValuePairs(value));
    else if (!Object.hasOwn(raw, key)) {
      const text = quote === "" && ENCODED.has(key) ? (fromHex(value) ?? value) : value;
      // A rule with several keys writes them with 0x01 between them.
      setOwn(raw, key, key === "key" && text.includes("\u0001") ? text.split("\u0001") : text);
    }
  }
}

/** Upper-case hex of at least one byte; NULs between arguments become spaces. */
function fromHex(value: string): string | undefined {
  if (value.length < 2 || value.length % 2 !== 0 || !/^[0-9A-F]+$/.test(value)) return undefined;
  const bytes = new Uint8Array(value.length / 2);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = Number.parseInt(value.slice(2 * i, 2 * i + 2), 16);
  return new TextDecoder("utf-8").decode(bytes).replace(/\0+$/, "").replaceAll("\0", " ");
}

/** Arguments of one process that are joined; the kernel splits beyond that anyway. */
const ARGUMENTS_MAX = 1_000;

function addArguments(raw: Record<string, Json>, execve: readonly Line[]): void {
  const pieces = new Map<string, KeyValue[]>();
  for (const { pairs } of execve) {
    for (const pair of pairs) {
      const name = /^(a\d{1,4})(?:\[\d{1,4}\])?$/.exec(pair.key)?.[1];
      if (name !== undefined) pieces.set(name, [...(pieces.get(name) ?? []), pair]);
      else if (!Object.hasOwn(raw, pair.key)) setOwn(raw, pair.key, pair.value);
    }
  }
  const words: string[] = [];
  for (const [name, parts] of pieces) {
    if (words.length >= ARGUMENTS_MAX) break;
    const text = parts.map(({ value }) => value).join("");
    // Decoded as a whole: a piece may end within a character.
    const word = parts.every(({ quote }) => quote === "") ? (fromHex(text) ?? text) : text;
    setOwn(raw, name, word);
    words.push(word);
  }
  if (words.length > 0) raw.command_line = words.join(" ");
}
