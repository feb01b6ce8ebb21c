/**
 * Addresses as users and programs fetch them, and addresses as lures and droppers have them, by seed. Names are made up and under
 * endings that nobody can register where they could be someone's.
 */
import { makeRandom, type Random } from "@cordon/engine/learning/random";

export interface MadeUrl {
  readonly url: string;
  readonly bad: boolean;
  readonly domain: string;
  readonly kind: string;
}

const SYLLABLES =
  "ba be co da de fi ga ho ka la li lo ma me mi na ne no pa ra re ri ro sa se si ta te ti to va ve wi".split(" ");
const TOPICS =
  "news sport travel recipes weather garden music books support products blog docs pricing about careers".split(" ");
const WORDS =
  "how to grow winter tomatoes best city walks new library opens team wins final guide update spring menu".split(" ");
const LURES = "login verify account secure update billing signin confirm wallet webmail unlock support".split(" ");
const BRANDS = "paybank mailbox parcelhub cloudoffice streamtv cryptoex taxoffice".split(" ");

const pick = (random: Random, list: readonly string[]): string => list[random.below(list.length)] ?? "";
const times = (count: number, make: () => string): readonly string[] => Array.from({ length: count }, make);
const name = (random: Random): string => times(2 + random.below(3), () => pick(random, SYLLABLES)).join("");
const hex = (random: Random, length: number): string =>
  times(length, () => "0123456789abcdef"[random.below(16)] ?? "").join("");
const slug = (random: Random): string => times(3 + random.below(5), () => pick(random, WORDS)).join("-");

type Make = (random: Random, host: string) => string;

const ORDINARY: readonly Make[] = [
  (_, host) => `https://www.${host}/`,
  (random, host) =>
    `https://www.${host}/${pick(random, TOPICS)}/202${random.below(7)}/0${1 + random.below(9)}/${slug(random)}.html`,
  (random, host) => `https://static.${host}/assets/app-${hex(random, 8)}.${pick(random, ["js", "css", "woff2"])}`,
  (random, host) => `https://img.${host}/media/${hex(random, 32)}.jpg?width=640&quality=80`,
  (random, host) =>
    `https://api.${host}/v${1 + random.below(3)}/items/${random.below(100_000)}?fields=id,name&limit=50`,
  (random, host) => `https://${host}/search?q=${slug(random).replaceAll("-", "+")}&page=${1 + random.below(9)}`,
  (random, host) =>
    `https://www.${host}/shop/${pick(random, TOPICS)}/${slug(random)}-${random.below(90_000)}?utm_source=mail&utm_medium=letter`,
  (random, host) =>
    `http://download.${host}/dist/pool/main/${name(random)}_1.${random.below(30)}-${random.below(9)}_amd64.deb`,
  (random, host) =>
    `https://login.${host}/oauth2/authorize?client_id=${hex(random, 16)}&response_type=code&state=${hex(random, 24)}`,
  (random, host) =>
    `https://collect.${host}/t.gif?v=1&tid=UA-${random.below(99_999)}-1&cid=${random.below(1_000_000_000)}&dl=https%3A%2F%2Fwww.${host}%2F`,
];

const BAD: readonly Make[] = [
  (random, host) =>
    `http://${pick(random, BRANDS)}-${pick(random, LURES)}.${host}/${pick(random, LURES)}.php?id=${random.below(99_999)}`,
  (random, host) =>
    `http://${pick(random, BRANDS)}.com.${pick(random, LURES)}.${host}/${pick(random, LURES)}/index.php`,
  (random, host) =>
    `https://${host}/wp-content/plugins/${hex(random, 6)}/${pick(random, BRANDS)}/${pick(random, LURES)}.html?email=a@corp.example`,
  (random) => `http://203.0.113.${1 + random.below(250)}/${hex(random, 4)}/${pick(random, LURES)}.exe`,
  (random) => `http://198.51.100.${1 + random.below(250)}:8080/~${name(random)}/${pick(random, LURES)}/bins.sh`,
  (random, host) =>
    `http://${pick(random, LURES)}-${pick(random, BRANDS)}-${random.below(999)}.${host}/.well/${pick(random, LURES)}/`,
];

function made(
  seed: number,
  count: number,
  { bad, makes, endings }: { bad: boolean; makes: readonly Make[]; endings: readonly string[] },
): readonly MadeUrl[] {
  const random = makeRandom(seed);
  return Array.from({ length: count }, () => {
    const domain = `${name(random)}${random.below(3) === 0 ? random.below(99) : ""}.${pick(random, endings)}`;
    const form = random.below(makes.length);
    const url = makes[form]?.(random, domain) ?? "";
    return { url, bad, domain: url.includes(domain) ? domain : url, kind: bad ? "phishing" : "benign" };
  });
}

export const ordinaryUrls = (seed: number, count: number): readonly MadeUrl[] =>
  made(seed, count, { bad: false, makes: ORDINARY, endings: ["example", "com.example", "test"] });

export const badUrls = (seed: number, count: number): readonly MadeUrl[] =>
  made(seed, count, { bad: true, makes: BAD, endings: ["example", "test", "top.example"] });
