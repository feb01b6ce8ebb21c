/**
 * Linux audit writes one event as several lines of one serial (SYSCALL, EXECVE, CWD, PATH.., PROCTITLE): they become one frame.
 * In: frames of lines, in order. Out: frames; a group's body is its lines in order, offset and position those of the first.
 *
 * AG1. A group ends with its PROCTITLE or EOE line, at `GROUP_LINES_MAX` or `GROUP_BYTES_MAX`, after `LINES_APART` other
 *      lines, when more than `GROUPS_OPEN_MAX` are open, or with the input. A later line of that serial is a frame of its own.
 * AG2. Which lines form a group depends on the lines only, never on when they came, except where the caller flushes.
 * AG3. A line that is no audit record, and a group of one line, leave exactly as they came.
 */
import type { RecordFormat } from "@cordon/model/record";
import type { Frame } from "./frame.ts";

/** The kernel writes about one line per path component and argument piece; real groups have 3 to 12. */
const GROUP_LINES_MAX = 64;
const GROUP_BYTES_MAX = 256 * 1024;
/** Events of several CPUs are interleaved a few deep at most. */
const GROUPS_OPEN_MAX = 8;
const LINES_APART = 64;
/** Lines after which a reader may go on in the middle of open groups rather than keep an ever older mark. */
const QUIET_LINES_MAX = 1_024;
/** A relay's head, the node and the type stand before it. */
const HEAD_BYTES = 512;

const MARK = Buffer.from("msg=audit(");
const HEAD = /(?:node=(\S{1,255}) )?type=([A-Z0-9_[\]]{1,64}) msg=audit\(([\d.:]{1,40})\)/;
/** Written by programs, not by the kernel: complete in one line. */
const ALONE = /^(?:USER|CRED|ADD|DEL|GRP|ACCT|DAEMON|SERVICE|SYSTEM|CRYPTO|ROLE|CHGRP|CHUSER|VIRT|RESP|TRUSTED|LABEL)_/;
const LAST = new Set(["PROCTITLE", "EOE"]);

const LINES: ReadonlySet<RecordFormat> = new Set<RecordFormat>(["auto", "text", "syslog"]);

export interface Place {
  readonly offset: number;
  readonly line: number;
}

export interface AuditGroups {
  take(frame: Frame): readonly Frame[];
  /** Gives out what is open. */
  flush(): readonly Frame[];
  /** From where lines must be read again to find what is open; undefined when nothing is. */
  heldFrom(): Place | undefined;
}

interface Group {
  readonly frames: Frame[];
  bytes: number;
  /** Number of the last line that joined. */
  last: number;
}

export function makeAuditGroups(): AuditGroups {
  /** By serial, in the order of their first lines. */
  const open = new Map<string, Group>();
  let lines = 0;
  let quiet: (Place & { readonly since: number }) | undefined;

  const close = (key: string): readonly Frame[] => {
    const group = open.get(key);
    open.delete(key);
    if (open.size === 0) quiet = undefined;
    return group === undefined ? [] : [frameOf(group.frames)];
  };
  const closeOld = (): readonly Frame[] => {
    if (open.size === 0) return [];
    const out: Frame[] = [];
    for (const [key, { last }] of open) if (lines - last > LINES_APART) out.push(...close(key));
    return out;
  };
  const join = (key: string, frame: Frame): Group => {
    const group = open.get(key) ?? { frames: [], bytes: 0, last: 0 };
    if (group.frames.length === 0) open.set(key, group);
    group.frames.push(frame);
    group.bytes += frame.bytes.length + 1;
    group.last = lines;
    const [oldest] = open.values();
    const first = oldest?.frames[0] ?? frame;
    if (quiet === undefined || lines - quiet.since > QUIET_LINES_MAX) {
      quiet = { offset: first.offset, line: first.position, since: lines };
    }
    return group;
  };

  return {
    take(frame) {
      lines += 1;
      const head = LINES.has(frame.format) ? headOf(frame.bytes) : undefined;
      if (head === undefined) return open.size === 0 ? [frame] : [...closeOld(), frame];
      const { key, type } = head;
      if (ALONE.test(type) && !open.has(key)) return [...closeOld(), frame];
      const out: Frame[] = [];
      const known = open.get(key);
      if (known !== undefined && known.bytes + frame.bytes.length > GROUP_BYTES_MAX) out.push(...close(key));
      const group = join(key, frame);
      if (LAST.has(type) || group.frames.length >= GROUP_LINES_MAX) out.push(...close(key));
      const [oldest] = open.keys();
      if (open.size > GROUPS_OPEN_MAX && oldest !== undefined) out.push(...close(oldest));
      out.push(...closeOld());
      return out;
    },
    flush: () => [...open.keys()].flatMap(close),
    heldFrom: () => quiet,
  };
}

function headOf(bytes: Uint8Array): { readonly key: string; readonly type: string } | undefined {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_BYTES));
  if (!start.includes(MARK)) return undefined;
  const found = HEAD.exec(start.toString("latin1"));
  return found === null ? undefined : { key: `${found[1] ?? ""} ${found[3]}`, type: found[2] ?? "" };
}

const NEWLINE = Buffer.from("\n");

function frameOf(frames: readonly Frame[]): Frame {
  const [first, ...rest] = frames;
  // A group has at least the line that opened it.
  if (first === undefined) throw new RangeError("a group without lines");
  if (rest.length === 0) return first;
  const bytes = Buffer.concat(frames.flatMap((frame, i) => (i === 0 ? [frame.bytes] : [NEWLINE, frame.bytes])));
  const cut = frames.find((frame) => frame.meta?.cut !== undefined)?.meta?.cut;
  return { ...first, bytes, ...(cut !== undefined && { meta: { ...first.meta, cut } }) };
}
