/** Ordinary days: work, weekends, holidays, joiners and leavers, journeys, VPN, updates, patch nights, scanners, monitoring. */
import { DAY, HOUR, MINUTE, SECOND } from "@cordon/model/time";
import { siteOf, wordOf } from "./people.ts";
import { call, cloudSignIn, fileChange, flow, hostLogon, lookup, type Pen, type Person, program } from "./world.ts";

export interface Company {
  readonly people: readonly Person[];
  readonly start: number;
  readonly days: number;
  readonly servers: readonly string[];
  /** Days on which nobody works. */
  readonly holidays: ReadonlySet<number>;
}

const VPN = { network: "64999", country: "NL" };
const EXIT = "185.10.20.5";
const READS = [
  "DescribeInstances",
  "ListBuckets",
  "GetObject",
  "GetCallerIdentity",
  "DescribeVolumes",
  "GetMetricData",
  "ListFunctions",
  "DescribeAlarms",
] as const;
const WRITES = ["PutObject", "StartInstances", "StopInstances", "CreateTags", "UpdateFunctionCode"] as const;
const EXPLORER = "C:\\Windows\\explorer.exe";
const SERVICES = "C:\\Windows\\System32\\services.exe";

/** `198.18.0.0/15` is for benches: addresses of made-up places. */
export const addressOf = (name: string): string => {
  let hash = 7;
  for (let i = 0; i < name.length; i += 1) hash = (hash * 31 + name.charCodeAt(i)) >>> 0;
  return `${20 + (hash % 60)}.${(hash >>> 8) & 255}.${(hash >>> 16) & 255}.${1 + ((hash >>> 3) % 250)}`;
};

export function writeDay(pen: Pen, company: Company, day: number): void {
  const midnight = company.start + day * DAY;
  const weekday = (Math.floor(midnight / DAY) + 4) % 7;
  const free = weekday === 0 || weekday === 6 || company.holidays.has(day);
  for (const person of company.people) {
    if (day < person.joins || day >= person.leaves) continue;
    const works = !free && !person.away.has(day);
    const oncall = free && person.admin && pen.chance.next() < 0.15;
    if (works || oncall || (free && pen.chance.next() < 0.03))
      workDay(pen, person, { company, day, midnight, short: !works });
  }
  servers(pen, company, day);
}

interface Today {
  readonly company: Company;
  readonly day: number;
  readonly midnight: number;
  readonly short: boolean;
}

function workDay(pen: Pen, person: Person, { company, day, midnight, short }: Today): void {
  const { chance } = pen;
  const begins = midnight + (person.begins + (chance.next() - 0.5)) * HOUR;
  const length = (short ? 1 : person.works + (chance.next() < 0.05 ? chance.between(1, 3) : 0)) * HOUR;
  const at = (): number => begins + chance.next() * length;
  signIns(pen, person, { day, begins, at, times: short ? 1 : 4 });
  for (let i = short ? 4 : chance.between(18, 30); i > 0; i -= 1) {
    const image = person.programs[Math.floor(person.programs.length * chance.next() ** 1.5)] ?? EXPLORER;
    program(pen, at(), [person.host, person.name, image, EXPLORER]);
  }
  newPrograms(pen, person, at);
  for (let i = short ? 10 : chance.between(40, 60); i > 0; i -= 1) browse(pen, person, at());
  telemetry(pen, person, begins, length);
  for (let i = chance.between(3, 12); i > 0; i -= 1) {
    const ending = chance.pick(["docx", "xlsx", "tmp", "pdf", "log", "txt"]);
    fileChange(pen, at(), [person.host, `C:\\Users\\${person.name}\\Documents\\${wordOf(chance, 3)}.${ending}`, 1]);
  }
  if (person.developer) builds(pen, person, at);
  if (person.developer || person.admin) cloud(pen, person, at);
  if (person.admin) administers(pen, person, { company, at });
}

interface SignInDay {
  readonly day: number;
  readonly begins: number;
  readonly at: () => number;
  readonly times: number;
}

function signIns(pen: Pen, person: Person, { day, begins, at, times }: SignInDay): void {
  const { chance } = pen;
  const { journey } = person;
  const journeying = journey !== undefined && day >= journey.from && day <= journey.to;
  const vpn = !journeying && chance.next() < 0.25;
  const home = !vpn && chance.next() < 0.2;
  const place = journeying
    ? { country: journey.country, network: `${65_000 + chance.between(0, 5)}` }
    : vpn
      ? VPN
      : { country: person.country, network: person.network };
  const network = home ? `${64_800 + (person.name.length % 4)}` : place.network;
  const ip = journeying || home ? `91.${chance.between(0, 250)}.3.7` : vpn ? "185.10.10.9" : (person.exit ?? EXIT);
  const phone = chance.next() < 0.15;
  const base = {
    user: person.mail,
    ip,
    country: place.country,
    network,
    device: phone ? `${person.device}-m` : person.device,
    agent: phone ? "Mobile app" : person.agent,
  };
  if (chance.next() < 0.12)
    for (let i = chance.between(1, 3); i > 0; i -= 1)
      cloudSignIn(pen, begins - i * 20 * SECOND, { ...base, ok: false });
  for (let i = times; i > 0; i -= 1)
    cloudSignIn(pen, i === times ? begins : at(), {
      ...base,
      ok: true,
      ...(chance.next() < 0.1 ? { factor: "duo_push" } : {}),
    });
  hostLogon(pen, begins + MINUTE, [person.name, person.host, "2", person.ip]);
  if (!journeying)
    for (let i = chance.between(1, 3); i > 0; i -= 1)
      hostLogon(pen, at(), [person.name, chance.pick(["files01", "files02", "print01"]), "3", person.ip]);
}

function newPrograms(pen: Pen, person: Person, at: () => number): void {
  const { chance } = pen;
  if (chance.next() < 0.015)
    program(pen, at(), [
      person.host,
      person.name,
      `C:\\Users\\${person.name}\\Downloads\\${wordOf(chance, 3)}-setup.exe`,
      "C:\\Program Files\\chrome\\chrome.exe",
    ]);
}

function browse(pen: Pen, person: Person, at: number): void {
  const { chance } = pen;
  const site =
    chance.next() < 0.06
      ? siteOf(120 + chance.between(0, 900))
      : (person.sites[Math.floor(person.sites.length * chance.next() ** 1.6)] ?? siteOf(0));
  const name =
    chance.next() < 0.5
      ? `www.${site}`
      : chance.next() < 0.3
        ? `${chance.hex(chance.between(6, 20))}.cdn.${site}`
        : site;
  lookup(pen, at, [person.ip, name, chance.next() < 0.8 ? "A" : "AAAA", chance.next() < 0.01 ? "NXDOMAIN" : "NOERROR"]);
  const big = chance.next() < 0.01 ? 400 : 1;
  for (let i = chance.between(1, 3); i > 0; i -= 1)
    flow(pen, at + i * 3 * SECOND * chance.next(), {
      ip: person.ip,
      to: addressOf(site),
      port: 443,
      out: big * 2_000 * (1 + 9 * chance.next()),
      in: 90_000 * chance.next(),
    });
}

/** Programs that call home at fixed times: one that all have, one of a vendor that few have. */
function telemetry(pen: Pen, person: Person, begins: number, length: number): void {
  const { chance } = pen;
  const lanes: readonly (readonly [string, number])[] = [
    ["telemetry.vendor.com", 30 * MINUTE],
    ["update.vendor.com", HOUR],
    ...(person.calls === undefined ? [] : [[person.calls[0], person.calls[1] * SECOND] as const]),
  ];
  for (const [name, every] of lanes) {
    for (let t = begins; t < begins + length; t += every * (0.98 + 0.04 * chance.next())) {
      lookup(pen, t, [person.ip, name, "A", "NOERROR"]);
      flow(pen, t + SECOND, { ip: person.ip, to: addressOf(name), port: 443, out: 3_000, in: 1_500 });
    }
  }
}

function builds(pen: Pen, person: Person, at: () => number): void {
  const { chance } = pen;
  const t = at();
  const project = wordOf(chance, 2);
  for (let i = chance.between(10, 80); i > 0; i -= 1)
    fileChange(pen, t + i * 300, [person.host, `C:\\src\\${project}\\out\\${i % 9}\\${wordOf(chance, 3)}.js`, 1]);
  if (chance.next() < 0.5)
    program(pen, t, [
      person.host,
      person.name,
      `C:\\src\\${project}\\bin\\${project}.exe`,
      "C:\\Program Files\\code\\code.exe",
    ]);
}

function cloud(pen: Pen, person: Person, at: () => number): void {
  const { chance } = pen;
  const user = `arn:aws:iam::111122223333:user/${person.name}`;
  for (let i = chance.between(5, 25); i > 0; i -= 1)
    call(pen, at(), {
      user,
      ip: "185.10.20.5",
      name: chance.next() < 0.7 ? chance.pick(READS) : chance.pick(WRITES),
      ok: chance.next() > 0.03,
    });
  if (person.admin && chance.next() < 0.1)
    call(pen, at(), { user, ip: "185.10.20.5", name: "AttachUserPolicy", class: 3005, agent: "terraform" });
  if (person.admin && chance.next() < 0.06)
    call(pen, at(), { user, ip: "185.10.20.5", name: "CreateAccessKey", class: 3001 });
}

function administers(
  pen: Pen,
  person: Person,
  { company, at }: { readonly company: Company; readonly at: () => number },
): void {
  const { chance } = pen;
  const known = company.servers.slice(0, 8);
  for (let i = chance.between(1, 4); i > 0; i -= 1)
    hostLogon(pen, at(), [`adm-${person.name}`, chance.pick(["srv00", ...known]), "10", person.ip]);
}

function servers(pen: Pen, company: Company, day: number): void {
  const { chance } = pen;
  const midnight = company.start + day * DAY;
  const patch = day % 14 === 8;
  for (const [i, host] of company.servers.entries()) {
    const ip = `10.0.1.${10 + i}`;
    for (let hour = 0; hour < 24; hour += 1) {
      const t = midnight + hour * HOUR + chance.next() * HOUR * 0.9;
      program(pen, t, [host, "SYSTEM", `C:\\Program Files\\agent\\agent${hour % 3}.exe`, SERVICES]);
      flow(pen, t, {
        ip,
        to: addressOf("backup.vendor.com"),
        port: 443,
        out: 40_000 + 30_000 * chance.next(),
        in: 2_000,
      });
      if (hour % 6 === 1) hostLogon(pen, t, ["svc-backup", host, "3", "10.0.1.9"]);
      if (hour % 4 === 2) hostLogon(pen, t, ["svc-monitor", host, "3", "10.0.1.8"]);
    }
    if (patch)
      for (let k = 0; k < 6; k += 1)
        program(pen, midnight + 2 * HOUR + i * MINUTE + k * SECOND, [
          host,
          "SYSTEM",
          `C:\\Windows\\SoftwareDistribution\\kb${day}${k}\\setup${k}.exe`,
          SERVICES,
        ]);
  }
  if (day % 7 === 3) vulnerabilityScan(pen, company, midnight + 22 * HOUR);
  cloudJobs(pen, midnight);
}

/** The company's own scanner, once a week. */
function vulnerabilityScan(pen: Pen, company: Company, at: number): void {
  for (const [i] of company.servers.entries())
    for (const [k, port] of [
      22, 80, 443, 445, 3389, 5985, 8080, 8443, 9200, 21, 23, 25, 110, 135, 139, 143, 1433, 3306, 5432, 6379,
    ].entries())
      flow(pen, at + i * 20 * SECOND + k * 200, {
        ip: "10.0.1.200",
        to: `10.0.1.${10 + i}`,
        port,
        out: 60,
        in: 0,
        state: k % 3 === 0 ? "SF" : "REJ",
      });
}

function cloudJobs(pen: Pen, midnight: number): void {
  const { chance } = pen;
  const role = "arn:aws:sts::111122223333:assumed-role/web-tier";
  for (let i = 0; i < 24; i += 1) {
    const session = `i-0${chance.pick(["aaaa1111", "bbbb2222", "cccc3333"])}`;
    call(pen, midnight + i * HOUR + chance.next() * HOUR, {
      user: `${role}/${session}`,
      ip: `52.10.0.${chance.between(4, 6)}`,
      name: chance.pick(["GetObject", "PutMetricData", "GetSecretValue"]),
      agent: "aws-sdk",
    });
  }
}
