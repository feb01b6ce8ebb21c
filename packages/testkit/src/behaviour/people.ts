/** Who works here: drawn once per seed. */
import type { Chance } from "@cordon/engine/simulate/chance";
import type { Person } from "./world.ts";

const OFFICE = ["chrome.exe", "outlook.exe", "excel.exe", "winword.exe", "teams.exe", "explorer.exe", "svchost.exe"];
const MORE = [
  "acrobat.exe",
  "slack.exe",
  "zoom.exe",
  "notepad.exe",
  "onenote.exe",
  "powerpnt.exe",
  "vlc.exe",
  "7zfm.exe",
  "firefox.exe",
  "putty.exe",
  "winscp.exe",
  "sapgui.exe",
];
const SITES = 120;
const COUNTRIES = ["DE", "DE", "DE", "NL", "FR", "PL"] as const;
const AGENTS = ["Edge on Windows", "Chrome on Windows", "Firefox on Windows", "Safari on macOS"] as const;

const SYLLABLES = ["ba", "ri", "to", "len", "mar", "sol", "ven", "ka", "du", "mi", "nor", "pel"] as const;

export function wordOf(chance: Chance, parts: number): string {
  let word = "";
  for (let i = 0; i < parts; i += 1) word += chance.pick(SYLLABLES);
  return word;
}

export const siteOf = (number: number): string => {
  const name = `${SYLLABLES[number % 12]}${SYLLABLES[(number * 5 + 3) % 12]}${SYLLABLES[Math.floor(number / 12) % 12]}`;
  return `${name}.${["com", "net", "org", "de"][number % 4]}`;
};

const image = (name: string): string =>
  name === "svchost.exe" || name === "explorer.exe"
    ? `C:\\Windows\\System32\\${name}`
    : `C:\\Program Files\\${name.slice(0, -4)}\\${name}`;

export function makePeople(chance: Chance, count: number, days: number): readonly Person[] {
  return Array.from({ length: count }, (_, i) => onePerson(chance, i, days));
}

function onePerson(chance: Chance, i: number, days: number): Person {
  const name = `${wordOf(chance, 2)}.${wordOf(chance, 2)}${i}`;
  const developer = i % 8 === 3;
  const admin = i % 12 === 5;
  const country = chance.pick(COUNTRIES);
  const away = new Set<number>();
  if (chance.next() < 0.5) {
    const from = chance.between(0, days);
    for (let day = from; day < from + chance.between(3, 14); day += 1) away.add(day);
  }
  for (let day = 0; day < days; day += 1) if (chance.next() < 0.02) away.add(day);
  const travels = chance.next() < 0.08;
  const from = chance.between(8, Math.max(9, days - 3));
  const journey = travels
    ? { from, to: from + chance.between(1, 4), country: chance.pick(["ES", "IT", "US", "GB", "CH", "AT"]) }
    : undefined;
  const spare = MORE.filter(() => chance.next() < 0.3);
  return {
    ...{
      name,
      mail: `${name}@corp.example`,
      host: `ws${String(i).padStart(3, "0")}`,
      ip: `10.1.${i >> 7}.${10 + (i & 127)}`,
    },
    ...{ country, network: `${64_500 + ["DE", "NL", "FR", "PL"].indexOf(country) * 3 + chance.between(0, 2)}` },
    ...{
      agent: chance.pick(AGENTS),
      device: `dev-${chance.hex(8)}`,
      begins: chance.between(6, 9),
      works: chance.between(8, 9),
    },
    programs: [...OFFICE, ...spare, ...(developer ? ["code.exe", "git.exe", "node.exe", "docker.exe"] : [])].map(image),
    sites: Array.from({ length: chance.between(15, 40) }, () => siteOf(Math.floor(SITES * chance.next() ** 2))),
    ...{ developer, admin, away },
    joins: chance.next() < 0.06 ? chance.between(5, days) : 0,
    leaves: chance.next() < 0.04 ? chance.between(10, days) : Number.POSITIVE_INFINITY,
    ...(journey === undefined ? {} : { journey }),
  };
}
