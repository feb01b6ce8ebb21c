/** Windows shortcuts ([MS-SHLLINK]): target, arguments, working folder, icon. A damaged part is left empty. */
import { makeReader, type Reader } from "./bytes.ts";

const TEXT_MAX = 32_768;
const FLAGS = { idList: 1, linkInfo: 2, name: 4, relative: 8, folder: 16, argument: 32, icon: 64, unicode: 128 };

export interface LnkFacts {
  readonly target: string;
  readonly relative: string;
  readonly arguments: string;
  readonly argumentsAt: number;
  readonly folder: string;
  readonly icon: string;
  readonly showMinimised: boolean;
}

export function parseLnk(bytes: Uint8Array): LnkFacts | undefined {
  const reader = makeReader(bytes);
  if (reader.u32(0) !== 0x4c || reader.u32(4) !== 0x00021401) return undefined;
  const flags = reader.u32(20);
  let at = 0x4c;
  if ((flags & FLAGS.idList) !== 0) at += 2 + reader.u16(at);
  let target = "";
  if ((flags & FLAGS.linkInfo) !== 0) {
    target = targetOf(reader, at);
    at += Math.max(4, reader.u32(at));
  }
  const texts: Record<string, { text: string; at: number }> = {};
  for (const part of ["name", "relative", "folder", "argument", "icon"] as const) {
    if ((flags & FLAGS[part]) === 0) continue;
    const count = Math.min(reader.u16(at), TEXT_MAX);
    const wide = (flags & FLAGS.unicode) !== 0;
    texts[part] = { text: wide ? reader.utf16(at + 2, count) : reader.ascii(at + 2, count), at: at + 2 };
    at += 2 + count * (wide ? 2 : 1);
  }
  const text = (part: string): string => texts[part]?.text ?? "";
  return {
    target: target || text("relative"),
    relative: text("relative"),
    arguments: text("argument"),
    argumentsAt: texts.argument?.at ?? 0,
    folder: text("folder"),
    icon: text("icon"),
    showMinimised: reader.u32(60) === 7,
  };
}

function targetOf(reader: Reader, at: number): string {
  const local = reader.u32(at + 16);
  const suffix = reader.u32(at + 24);
  const share = reader.u32(at + 20);
  const base =
    (reader.u32(at + 8) & 1) !== 0
      ? reader.ascii(at + local, 1024)
      : share === 0
        ? ""
        : `${reader.ascii(at + share + reader.u32(at + share + 8), 1024)}\\`;
  return base + (suffix === 0 ? "" : reader.ascii(at + suffix, 1024));
}
