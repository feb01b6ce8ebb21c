/**
 * Flows of a made-up office by seed, ordinary ones and attacks of several kinds. Ours: they are told
 * apart more easily than real ones, and say whether the path works, not what a model is worth.
 */
import { makeRandom, type Random } from "@cordon/engine/learning/random";
import { HOUR, MINUTE, SECOND } from "@cordon/model/time";

export interface MadeFlow {
  readonly time: number;
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly port: number;
  readonly protocol: "tcp" | "udp";
  readonly service: string;
  /** As Zeek has it. */
  readonly state: "SF" | "S0" | "REJ" | "RSTO" | "S1";
  readonly seconds: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
  readonly packetsOut: number;
  readonly packetsIn: number;
  /** "" for ordinary ones. */
  readonly kind: string;
}

export const ATTACKS = ["port-scan", "host-scan", "ssh-brute-force", "dos", "c2-beacon", "exfiltration"] as const;
export type MadeAttack = (typeof ATTACKS)[number];

export interface Office {
  readonly seed: number;
  readonly start: number;
  readonly hours: number;
  readonly hosts: number;
  /** Each once or more, at times and by hosts that the seed chooses. */
  readonly attacks: readonly MadeAttack[];
  /** Third part of the addresses: two offices share none. */
  readonly net: number;
}

type Draft = Omit<MadeFlow, "sourcePort">;

const size = (random: Random, median: number, spread: number): number =>
  Math.max(1, Math.round(median * Math.exp(spread * random.normal())));
const packetsOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / 900));

function draft(part: Omit<Draft, "packetsOut" | "packetsIn">): Draft {
  const silent = part.state === "S0" || part.state === "REJ";
  return {
    ...part,
    packetsOut: silent ? 1 : packetsOf(part.bytesOut) + 2,
    packetsIn: part.state === "S0" ? 0 : silent ? 1 : packetsOf(part.bytesIn) + 2,
  };
}

const failed = (
  time: number,
  state: "S0" | "REJ",
): Pick<Draft, "time" | "state" | "seconds" | "bytesOut" | "bytesIn"> => ({
  ...{ time, state, seconds: 0, bytesOut: 0, bytesIn: 0 },
});

/** What a host does by itself: pages, names, mail, files, its vendor's telemetry, and sometimes a large upload. */
function ordinary(random: Random, office: Office, host: number): Draft[] {
  const source = `10.${office.net}.1.${10 + host}`;
  const end = office.start + office.hours * HOUR;
  const drafts: Draft[] = [];
  const base = { source, protocol: "tcp", kind: "" } as const;
  const web = (time: number): Draft =>
    draft({
      ...{ ...base, time, destination: `198.51.100.${1 + random.below(60)}`, port: 443, service: "ssl" },
      ...{ state: random.next() < 0.96 ? "SF" : "RSTO", seconds: size(random, 4, 1.4) },
      ...{ bytesOut: size(random, 2_500, 1.1), bytesIn: size(random, 25_000, 1.5) },
    });
  for (let time = office.start + random.below(10 * MINUTE); time < end; time += size(random, 3 * MINUTE, 1)) {
    const names = 1 + random.below(3);
    for (let name = 0; name < names; name += 1)
      drafts.push(
        draft({
          ...{
            ...base,
            time: time - 20,
            protocol: "udp",
            destination: `10.${office.net}.0.2`,
            port: 53,
            service: "dns",
          },
          ...{ state: "SF", seconds: 0.02, bytesOut: 30 + random.below(40), bytesIn: 60 + random.below(300) },
        }),
      );
    const pages = 1 + random.below(8);
    for (let page = 0; page < pages; page += 1) drafts.push(web(time + random.below(8 * SECOND)));
    if (random.next() < 0.05)
      drafts.push(
        draft({
          ...{ ...base, ...failed(time, random.next() < 0.5 ? "S0" : "REJ"), service: "" },
          ...{ destination: `198.51.100.${1 + random.below(200)}`, port: random.next() < 0.7 ? 443 : 80 },
        }),
      );
    if (random.next() < 0.25)
      drafts.push(
        draft({
          ...{
            ...base,
            time,
            destination: `10.${office.net}.0.${5 + random.below(3)}`,
            port: 445,
            service: "smb",
            state: "SF",
          },
          ...{ seconds: size(random, 20, 1), bytesOut: size(random, 40_000, 1.8), bytesIn: size(random, 90_000, 1.8) },
        }),
      );
    if (random.next() < 0.02)
      drafts.push(
        draft({
          ...{ ...base, time, destination: "203.0.113.10", port: 443, service: "ssl", state: "SF" },
          ...{ seconds: size(random, 60, 0.6), bytesOut: size(random, 8e6, 1), bytesIn: size(random, 60_000, 0.6) },
        }),
      );
  }
  const step = 300 * SECOND;
  for (let time = office.start + random.below(step); time < end; time += step + random.below(20 * SECOND))
    drafts.push(
      draft({
        ...{ ...base, time, destination: "203.0.113.20", port: 443, service: "ssl", state: "SF" },
        ...{ seconds: 1 + random.next(), bytesOut: size(random, 1_500, 0.3), bytesIn: size(random, 4_000, 0.3) },
      }),
    );
  return drafts;
}

/** An administrator's station: asks every host for its state, and signs in by ssh. */
function administrator(random: Random, office: Office): Draft[] {
  const base = { source: `10.${office.net}.0.9`, protocol: "tcp", kind: "" } as const;
  const drafts: Draft[] = [];
  for (let time = office.start; time < office.start + office.hours * HOUR; time += 15 * MINUTE)
    for (let host = 0; host < office.hosts; host += 1)
      drafts.push(
        draft({
          ...{ ...base, destination: `10.${office.net}.1.${10 + host}`, port: 5_985, service: "http" },
          ...(random.next() < 0.06
            ? failed(time + host * 300, "S0")
            : {
                ...{ time: time + host * 300, state: "SF" as const, seconds: 0.4 + random.next() },
                ...{ bytesOut: size(random, 900, 0.3), bytesIn: size(random, 6_000, 0.6) },
              }),
        }),
        ...(random.next() < 0.03
          ? [
              draft({
                ...{ ...base, time: time + host, destination: `10.${office.net}.0.${5 + random.below(3)}`, port: 22 },
                ...{ service: "ssh", state: "SF", seconds: size(random, 300, 1), bytesOut: size(random, 20_000, 1) },
                bytesIn: size(random, 90_000, 1),
              }),
            ]
          : []),
      );
  return drafts;
}

type Attack = (
  random: Random,
  at: { readonly time: number; readonly office: Office; readonly host: string },
) => Draft[];

const times = (count: number, make: (at: number) => Draft): Draft[] =>
  Array.from({ length: count }, (_, at) => make(at));

const MAKE: Readonly<Record<MadeAttack, Attack>> = {
  "port-scan": (random, { time, office, host }) => {
    const [destination, pause] = [`10.${office.net}.0.${5 + random.below(3)}`, 50 + random.below(400)];
    return times(150 + random.below(300), (at) =>
      draft({
        ...{
          source: host,
          protocol: "tcp",
          kind: "port-scan",
          destination,
          service: "",
          port: 1 + random.below(9_000),
        },
        ...failed(time + at * pause, random.next() < 0.8 ? "REJ" : "S0"),
      }),
    );
  },
  "host-scan": (random, { time, office, host }) => {
    const [port, pause] = [[22, 23, 445, 3_389][random.below(4)] ?? 445, 100 + random.below(900)];
    return times(120 + random.below(130), (at) =>
      draft({
        ...{
          source: host,
          protocol: "tcp",
          kind: "host-scan",
          destination: `10.${office.net}.2.${at}`,
          service: "",
          port,
        },
        ...failed(time + at * pause, random.next() < 0.9 ? "S0" : "REJ"),
      }),
    );
  },
  "ssh-brute-force": (random, { time, office, host }) => {
    const [destination, pause] = [`10.${office.net}.0.${5 + random.below(3)}`, 1_000 + random.below(3_000)];
    return times(120 + random.below(150), (at) =>
      draft({
        ...{
          source: host,
          protocol: "tcp",
          kind: "ssh-brute-force",
          destination,
          service: "ssh",
          port: 22,
          state: "SF",
        },
        ...{ time: time + at * pause, seconds: 1.5 + random.next(), bytesOut: size(random, 1_900, 0.1) },
        bytesIn: size(random, 2_400, 0.1),
      }),
    );
  },
  dos: (random, { time, office }) => {
    const [destination, slow] = [`10.${office.net}.0.80`, random.next() < 0.5];
    return times(300 + random.below(300), (at) =>
      draft({
        ...{
          source: `198.18.${office.net}.${60 + random.below(40)}`,
          protocol: "tcp",
          kind: "dos",
          destination,
          port: 80,
        },
        ...(slow
          ? { ...failed(time + at * 40, "S0"), service: "" }
          : {
              ...{ time: time + at * 60, state: "SF" as const, service: "http", seconds: 0.1 + random.next() },
              ...{ bytesOut: size(random, 350, 0.1), bytesIn: size(random, 600, 0.3) },
            }),
      }),
    );
  },
  "c2-beacon": (random, { time, host }) => {
    const [pause, jitter] = [(20 + random.below(70)) * SECOND, 0.05 + 0.2 * random.next()];
    const [destination, port] = [`192.0.2.${10 + random.below(200)}`, [443, 8_443, 80][random.below(3)] ?? 443];
    let at = time;
    return times(90 + random.below(60), () => {
      at += Math.round(pause * (1 + jitter * (random.next() - 0.5)));
      return draft({
        ...{
          source: host,
          protocol: "tcp",
          kind: "c2-beacon",
          destination,
          port,
          service: port === 80 ? "http" : "ssl",
        },
        ...{ time: at, state: "SF", seconds: 0.2 + random.next() / 2, bytesOut: size(random, 420, 0.1) },
        bytesIn: size(random, 260, 0.15),
      });
    });
  },
  exfiltration: (random, { time, host }) => {
    const destination = `192.0.2.${10 + random.below(200)}`;
    return times(25 + random.below(25), (at) =>
      draft({
        ...{ source: host, protocol: "tcp", kind: "exfiltration", destination, port: random.next() < 0.7 ? 443 : 22 },
        ...{
          service: "ssl",
          time: time + at * size(random, 15 * SECOND, 0.4),
          state: "SF",
          seconds: size(random, 12, 0.5),
        },
        ...{ bytesOut: size(random, 4e7, 0.5), bytesIn: size(random, 40_000, 0.5) },
      }),
    );
  },
};

export function madeFlows(office: Office): readonly MadeFlow[] {
  const random = makeRandom(office.seed);
  const drafts = administrator(random, office);
  for (let host = 0; host < office.hosts; host += 1) drafts.push(...ordinary(random, office, host));
  for (const kind of office.attacks) {
    const time = office.start + Math.floor((0.05 + 0.75 * random.next()) * office.hours * HOUR);
    drafts.push(...MAKE[kind](random, { time, office, host: `10.${office.net}.1.${10 + random.below(office.hosts)}` }));
  }
  return drafts
    .map((flow) => ({ ...flow, sourcePort: 49_152 + random.below(16_000) }))
    .toSorted((a, b) => a.time - b.time);
}
