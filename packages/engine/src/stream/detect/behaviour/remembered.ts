/** What is remembered of one entity: plain data, and the same as bytes. */
import type { Tally } from "../../../learning/behaviour/count-tail.ts";
import { Packer } from "../../../learning/behaviour/pack.ts";
import { type Packable, PackError } from "../../../learning/behaviour/pack-format.ts";
import { Unpacker } from "../../../learning/behaviour/unpack.ts";
import type { ValueCounts } from "../../../learning/behaviour/value-counts.ts";
import type { Window } from "./window.ts";

export interface Remembered {
  readonly key: string;
  readonly first: number;
  last: number;
  /** Events, and days with events. */
  n: number;
  days: number;
  day: number;
  peer: string;
  readonly counts: Record<string, ValueCounts>;
  readonly tallies: Record<string, Tally>;
  readonly windows: Record<string, Window>;
  /** When something was said last, and other single times and numbers. */
  readonly marks: Record<string, number>;
  readonly notes: Record<string, string>;
  /** Surprises that make its risk. */
  readonly risk: (readonly [detector: string, at: number, bits: number, event: string])[];
}

/** Without what it is: `ws1` of `host:ws1`. */
export const nameOf = ({ key }: Pick<Remembered, "key">): string => key.slice(key.indexOf(":") + 1);

/** Names that detectors use often. Only ever added to at the end: saved bytes name them by number (PK2). */
const WORDS = `d p c b t Tt country network device agent host action domain destination program folder parent starter ending
forwards instance-network failures accounts accounts-day sources new-hosts listed refused prompts generated missing odd
changed folders endings sent drift hours longest-pause place-at place sprayed opened sign-ins was-interactive sent-day
sent-all sent-rare sent-last heard longest-gap people services user ip group
hosts_0 hosts_1 hosts_2 hosts_3 hosts_4 hosts_5 hosts_6 hosts_7 ports_0 ports_1 ports_2 ports_3 ports_4 ports_5 ports_6 ports_7
password-spray brute-force credential-stuffing mfa-fatigue impossible-travel off-hours dormant-account first-country
first-network first-device new-host lateral-fan-out service-account-use rare-process rare-parent mass-file-change beaconing
port-scan host-scan exfiltration slow-drift dns-tunnel generated-domains rare-action privilege-change new-credential
cloud-enumeration instance-credentials mail-forwarding log-silence entity-risk
place-north place-east place-km place-id place-session presence heard-at longest-missed asked flow-anomaly scan-day scan-days scan-first
names names-both names-odd names-missing sent-days sent-growth`;
const NAMES = WORDS.split(/\s+/).map((word) => word.replace("_", " "));

const packer = new Packer(NAMES);
const unpacker = new Unpacker(NAMES);

/** The bytes are lent until the next call. */
export function packEntity(about: Remembered): Uint8Array {
  const { key, first, last, n, days, day, peer, counts, tallies, windows, marks, notes, risk, ...rest } = about;
  // A field that is added and not packed would be forgotten: the compiler asks here.
  const none: Record<string, never> = rest;
  const open: Record<string, Packable> = {};
  for (const name in windows) {
    const window = windows[name];
    if (window !== undefined) open[name] = [window.total, window.values, window.times, window.hits, window.ids];
  }
  return packer.pack([key, [first, last, n, days, day], peer, counts, tallies, open, marks, notes, risk, none]);
}

/** The key alone tells whether the record is the one that is looked for. */
export function unpackEntity(record: Uint8Array): Remembered {
  const list = unpacker.unpack(record);
  if (!Array.isArray(list) || typeof list[0] !== "string" || list.length !== 10)
    throw new PackError("not what is remembered of an entity");
  const [key, times, peer, counts, tallies, open, marks, notes, risk] = list as unknown as Packed;
  const [first, last, n, days, day] = times;
  const windows: Record<string, Window> = {};
  for (const name in open) {
    const [total, values, at, hits, ids] = open[name] ?? [0, [], [], [], []];
    windows[name] = { values, times: at, hits, ids, total };
  }
  return { key, first, last, n, days, day, peer, counts, tallies, windows, marks, notes, risk };
}

/** As `packEntity` wrote it. */
type Packed = readonly [
  key: string,
  times: readonly [number, number, number, number, number],
  peer: string,
  counts: Record<string, ValueCounts>,
  tallies: Record<string, Tally>,
  open: Readonly<Record<string, readonly [number, number[], number[], number[], string[]]>>,
  marks: Record<string, number>,
  notes: Record<string, string>,
  risk: Remembered["risk"],
];
