/** What a feature says of a flow, as a reader would: "bytes out 48 MB in 3 s". */
import { DIRECTIONS, DYNAMIC, ENDING_WORDS, FLOW_NAMES, REGISTERED, SERVICES } from "./flow-vector.ts";

const UNITS = ["B", "kB", "MB", "GB", "TB"];
const BEFORE = "in the ten minutes before";

function bytesText(bytes: number): string {
  let [size, unit] = [bytes, 0];
  while (size >= 1_000 && unit < UNITS.length - 1) {
    size /= 1_000;
    unit += 1;
  }
  return `${short(size)} ${UNITS[unit]}`;
}

const short = (value: number): string => String(Number(value.toPrecision(3)));
const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** `within`: " in 3 s", or nothing. */
type Words = (value: number, within: string) => string;

const portWords =
  (name: string): Words =>
  (port) => {
    if (port >= REGISTERED && port === DYNAMIC) return `${name} ${DYNAMIC} or above`;
    if (port === REGISTERED) return `${name} ${REGISTERED} or above`;
    return port === 0 ? `${name} below ${REGISTERED}` : `${name} ${port}`;
  };
const coded =
  (name: string, words: readonly string[]): Words =>
  (code) =>
    `${name}: ${words[code] ?? code}`;

const WORDS: Readonly<Record<string, Words>> = {
  seconds: (value) => `lasted ${short(value)} s`,
  "bytes out": (value, within) => `bytes out ${bytesText(value)}${within}`,
  "bytes in": (value, within) => `bytes in ${bytesText(value)}${within}`,
  "packets out": (value, within) => `${short(value)} ${value === 1 ? "packet" : "packets"} out${within}`,
  "packets in": (value, within) => `${short(value)} ${value === 1 ? "packet" : "packets"} in${within}`,
  "bytes per packet out": (value) => `${short(value)} bytes in a packet out`,
  "bytes per packet in": (value) => `${short(value)} bytes in a packet in`,
  "bytes out per second": (value) => `${bytesText(value)} out per second`,
  "packets out per second": (value) => `${short(value)} packets out per second`,
  "share of bytes out": (value) => `${percent(value)} of its bytes went out`,
  "source's flows": (value) => `its source made ${value} flows ${BEFORE}`,
  "source's share of failed flows": (value) => `${percent(value)} of its source's flows failed ${BEFORE}`,
  "source's destinations": (value) => `its source called about ${value} destinations ${BEFORE}`,
  "source's places": (value) => `its source called about ${value} places (address and port) ${BEFORE}`,
  "source's bytes out": (value) => `its source sent ${bytesText(value)} ${BEFORE}`,
  "destination's flows": (value) => `its destination got ${value} flows ${BEFORE}`,
  "destination's sources": (value) => `about ${value} sources called its destination ${BEFORE}`,
  "flows to the same place": (value) => `${value} flows of its source to the same place ${BEFORE}`,
  "seconds since the last": (value) => `${short(value)} s after the last to the same place`,
  "unevenness of pauses": (value) => `pauses to the same place differ by ${percent(value)}`,
  port: portWords("port"),
  "source port": portWords("source port"),
  service: coded("service", SERVICES),
  ending: coded("ending", ENDING_WORDS),
  direction: coded("direction", DIRECTIONS),
  "tcp flags": (value) =>
    `tcp flags ${[..."FSRPAU"].filter((_, bit) => (value & (1 << bit)) !== 0).join("") || "none"}`,
};

/** `row`: as `flowVector` gives it. */
export function flowWords(name: string, row: ArrayLike<number>): string {
  const value = row[FLOW_NAMES.indexOf(name)] ?? Number.NaN;
  if (Number.isNaN(value)) return `${name} not known`;
  const seconds = row[0] ?? Number.NaN;
  const within = Number.isNaN(seconds) ? "" : ` in ${short(seconds)} s`;
  return WORDS[name]?.(value, within) ?? `${name} ${short(value)}`;
}
