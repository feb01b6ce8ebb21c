/**
 * What a script hides: base64 (also as PowerShell's UTF-16), character codes, joined pieces, gzip.
 * Enters: text. Leaves: the text and what was found inside it, each a layer with how it was reached.
 * FD1. At most LAYERS_MAX layers of LAYER_CHARS characters each; patterns are linear; nothing is executed.
 */
import { latin1 } from "./bytes.ts";
import { inflateRaw } from "./inflate.ts";

export interface Layer {
  readonly how: string;
  readonly text: string;
  /** In the layer above. */
  readonly offset: number;
}

const LAYERS_MAX = 12;
const DEPTH_MAX = 4;
const LAYER_CHARS = 2 ** 20;
const FINDS_MAX = 20;

export function layersOf(text: string): readonly Layer[] {
  const layers: Layer[] = [{ how: "as written", text: text.slice(0, LAYER_CHARS), offset: 0 }];
  const depths = [0];
  for (let at = 0; at < layers.length && layers.length < LAYERS_MAX; at += 1) {
    const depth = depths[at] ?? 0;
    if (depth >= DEPTH_MAX) continue;
    for (const inner of insideOf(layers[at]?.text ?? "")) {
      if (layers.length >= LAYERS_MAX || layers.some((known) => known.text === inner.text)) continue;
      layers.push(inner);
      depths.push(depth + 1);
    }
  }
  return layers;
}

function insideOf(text: string): readonly Layer[] {
  return [...encoded(text), ...characterCodes(text), ...joined(text)];
}

function encoded(text: string): readonly Layer[] {
  const found: Layer[] = [];
  for (const match of text.matchAll(/[A-Za-z0-9+/]{24,}={0,2}/g)) {
    if (found.length >= FINDS_MAX) break;
    const bytes = fromBase64(match[0]);
    const inner = readable(bytes) ?? unpacked(bytes);
    if (inner !== undefined) found.push({ how: inner.how, text: inner.text, offset: match.index });
  }
  return found;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES = new Map(Array.from(DIGITS, (mark, at) => [mark, at]));

export function fromBase64(text: string): Uint8Array {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const mark of text.slice(0, 2 * LAYER_CHARS)) {
    const value = VALUES.get(mark);
    if (value === undefined) continue;
    bits = ((bits << 6) | value) & 0xffffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes.push((bits >> held) & 0xff);
  }
  return Uint8Array.from(bytes);
}

interface Inner {
  readonly how: string;
  readonly text: string;
}

function readable(bytes: Uint8Array): Inner | undefined {
  const head = bytes.subarray(0, 512);
  if (head.length < 12) return undefined;
  const wide = head.filter((byte, at) => at % 2 === 1 && byte === 0).length > head.length * 0.45;
  const text = wide ? new TextDecoder("utf-16le").decode(bytes) : latin1(bytes);
  const good = Array.from(text.slice(0, 512)).filter((mark) => /[\x20-\x7e\s]/.test(mark)).length;
  if (good < Math.min(512, text.length) * 0.95) return undefined;
  return { how: wide ? "base64 (UTF-16)" : "base64", text: text.slice(0, LAYER_CHARS) };
}

function unpacked(bytes: Uint8Array): Inner | undefined {
  const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!zipped && bytes.length < 40) return undefined;
  const { bytes: out } = inflateRaw(zipped ? bytes.subarray(10) : bytes, LAYER_CHARS);
  const inner = out.length < 40 ? undefined : readable(out);
  return inner === undefined ? undefined : { how: `base64, ${zipped ? "gzip" : "deflate"}`, text: inner.text };
}

/** `[char]105+[char]101`, `Chr(105) & Chr(101)`, `String.fromCharCode(105,101)`, `105,101,120 | % {[char]$_}`. */
function characterCodes(text: string): readonly Layer[] {
  const found: Layer[] = [];
  const runs =
    /(?:(?:\[char\]|chrw?\$?\s?\(|,|fromCharCode\(|\()\s?(?:0x[0-9a-f]{2}|\d{2,3})\s?\)?[\s&+_]{0,4}){8,20000}/gi;
  for (const match of text.matchAll(runs)) {
    if (found.length >= FINDS_MAX) break;
    const codes = [...match[0].matchAll(/0x[0-9a-f]{2}|\d{2,3}/gi)].map(([code]) => Number(code));
    const inner = codes.every((code) => code < 256) ? readable(Uint8Array.from(codes)) : undefined;
    if (inner !== undefined) found.push({ how: "character codes", text: inner.text, offset: match.index });
  }
  return found;
}

/** `"po"+"wer"+"shell"`, carets of the command shell, back ticks of PowerShell: one layer for all of them. */
function joined(text: string): readonly Layer[] {
  const plain = text
    .replace(/["']\s{0,4}[+&]\s{0,4}["']/g, "")
    .replace(/\^(?=[\w"'|&<> -])/g, "")
    .replace(/`(?=[a-z])/gi, "");
  return text.length - plain.length < 8 ? [] : [{ how: "joined pieces", text: plain, offset: 0 }];
}
