/**
 * Members of a tar archive (v7, ustar, pax, GNU long names).
 * Enters: the archive's bytes. Leaves: its files in their order, each a view of the archive, and whether the list is whole.
 *
 * TR1. Nothing throws; a header whose checksum does not hold ends the list, and `whole` is false.
 * TR2. Nothing is copied or written: a member is a view of the archive, names are shown and hashed, never opened.
 * TR3. Links, folders and devices hold no bytes and are no members. Of a sparse file the bytes are given that are there.
 */

import type { ArchiveMember } from "./archive-member.ts";
import { latin1 } from "./bytes.ts";

const BLOCK = 512;
/** What a collection of mails may hold; whoever examines files takes fewer. */
const MEMBERS_MAX = 500_000;
/** A long name, or a member's attributes. */
const SAID_BYTES_MAX = 2 ** 20;
const NAME_MAX = 4_096;

export interface TarList {
  readonly members: readonly ArchiveMember[];
  readonly whole: boolean;
}

/** What stands before a header and is meant for it. */
interface Said {
  readonly name?: string;
  readonly size?: number;
}

export function tarMembers(bytes: Uint8Array): TarList {
  const members: ArchiveMember[] = [];
  let said: Said = {};
  let forAll: Said = {};
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const head = bytes.subarray(at, at + BLOCK);
    if (head.every((byte) => byte === 0)) return { members, whole: true };
    if (!isTarHeader(head) || members.length >= MEMBERS_MAX) return { members, whole: false };
    const kind = String.fromCharCode(head[156] ?? 0);
    const known = { ...forAll, ...said };
    const isSaid = "LKxg".includes(kind);
    const size = holdsBytes(kind) ? ((isSaid ? undefined : known.size) ?? numberAt(head, 124, 12)) : 0;
    const from = at + BLOCK;
    if (size === undefined || from + size > bytes.length) return { members, whole: false };
    const body = bytes.subarray(from, from + size);
    at = from + Math.ceil(size / BLOCK) * BLOCK;
    if (isSaid) {
      const found = saidBy(kind, body.subarray(0, SAID_BYTES_MAX));
      if (kind === "g") forAll = { ...forAll, ...found };
      else said = { ...said, ...found };
      continue;
    }
    const name = known.name ?? nameOf(head);
    said = {};
    if (isFile(kind) && !name.endsWith("/")) members.push(memberOf(name, from, body));
  }
  // Without the two empty blocks at the end: cut where a member ended, or written by a program that leaves them out.
  return { members, whole: members.length > 0 };
}

/** The checksum of the header holds: also the oldest form, which has no magic. */
export function isTarHeader(head: Uint8Array): boolean {
  if (head.length < BLOCK) return false;
  const stated = numberAt(head, 148, 8);
  let sum = 0;
  let signed = 0;
  for (let at = 0; at < BLOCK; at += 1) {
    const byte = at >= 148 && at < 156 ? 32 : (head[at] ?? 0);
    sum += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  return stated !== undefined && head[0] !== 0 && (stated === sum || stated === signed);
}

const isFile = (kind: string): boolean => kind === "0" || kind === "\0" || kind === "7" || kind === "S";
/** Links, devices and folders have none behind them, whatever their size says. */
const holdsBytes = (kind: string): boolean => !"123456".includes(kind);

const memberOf = (name: string, offset: number, body: Uint8Array): ArchiveMember => ({
  name,
  offset,
  packed: body.length,
  size: body.length,
  encrypted: false,
  bomb: false,
  bytes: (max) => body.subarray(0, max),
});

function nameOf(head: Uint8Array): string {
  const name = textAt(head, 0, 100);
  const prefix = textAt(head, 257, 6).startsWith("ustar") && head[262] === 0 ? textAt(head, 345, 155) : "";
  return prefix === "" ? name : `${prefix}/${name}`;
}

function textAt(bytes: Uint8Array, from: number, length: number): string {
  const part = bytes.subarray(from, from + length);
  const end = part.indexOf(0);
  return textOf(end < 0 ? part : part.subarray(0, end));
}

/** UTF-8 where it is, else one character per byte. */
function textOf(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  return text.includes("\ufffd") ? latin1(bytes) : text;
}

/** Octal digits, or (first bit set) a whole number in base 256. */
function numberAt(head: Uint8Array, from: number, length: number): number | undefined {
  const first = head[from] ?? 0;
  if ((first & 0x80) !== 0) {
    let value = first & 0x7f;
    for (let at = 1; at < length; at += 1) value = value * 256 + (head[from + at] ?? 0);
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const text = textAt(head, from, length).trim();
  return /^[0-7]*$/.test(text) ? Number.parseInt(text || "0", 8) : undefined;
}

function saidBy(kind: string, body: Uint8Array): Said {
  if (kind === "L") return { name: textAt(body, 0, body.length).slice(0, NAME_MAX) };
  return kind === "K" ? {} : paxOf(body);
}

/** Lines of `length key=value`; the length counts itself. */
function paxOf(body: Uint8Array): Said {
  let said: Said = {};
  for (let at = 0; at < body.length; ) {
    const digits = /^\d{1,7} /.exec(latin1(body.subarray(at, at + 8)))?.[0];
    const length = digits === undefined ? 0 : Number(digits);
    if (digits === undefined || length <= digits.length || at + length > body.length) return said;
    const [, key = "", value = ""] =
      /^([^=]*)=([\s\S]*)\n$/.exec(textOf(body.subarray(at + digits.length, at + length))) ?? [];
    if (key === "path") said = { ...said, name: value.slice(0, NAME_MAX) };
    if (key === "size" && /^\d{1,15}$/.test(value)) said = { ...said, size: Number(value) };
    at += length;
  }
  return said;
}
