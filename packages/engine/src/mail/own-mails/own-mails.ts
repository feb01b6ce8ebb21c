/**
 * Our own mails, wanted and unwanted, as files: what is learnt beside a collection (whose marks are of its year and its
 * collector), and all that a shipped model is learnt from. Enters: a seed and a count. Leaves: bytes with their class.
 *
 * OM1. The same seed gives the same mails. Every name, address and sentence is ours or a well-known firm's domain.
 * OM2. How the receiving side writes its headers, and whether there are any, is drawn apart from the class.
 */
import { makeRandom, type Random } from "../../learning/random.ts";
import { digits, fill, letters, pick, type Slots } from "./fill.ts";
import { BAD_LETTERS, type Letter } from "./letters-bad.ts";
import { BAD_LETTERS_MORE } from "./letters-bad-more.ts";
import { BAD_LETTERS_ABROAD, BAD_LETTERS_TODAY } from "./letters-bad-today.ts";
import { BAD_LETTERS_WORK } from "./letters-bad-work.ts";
import { GOOD_LETTERS, GOOD_LETTERS_MORE } from "./letters-good.ts";
import { GOOD_LETTERS_DAILY } from "./letters-good-more.ts";
import { GOOD_LETTERS_ABROAD, GOOD_LETTERS_TODAY } from "./letters-good-today.ts";
import { type Era, freeAddress, type MadeSender, personName } from "./sender-parts.ts";
import { badSender } from "./senders-bad.ts";
import { goodFirm, goodPerson } from "./senders-good.ts";
import { type Content, writeMail } from "./write-mail.ts";

export interface OwnMail {
  readonly bad: boolean;
  readonly kind: string;
  /** Mails of one letter share their sentences: none of them may stand on both sides of a split. */
  readonly letter: string;
  readonly bytes: Uint8Array;
}

const FROM_PEOPLE = new Set(["person", "list", "work"]);
const inEnglish = ({ language }: Letter): boolean => language === "en";
const ENGLISH_BAD = [...BAD_LETTERS, ...BAD_LETTERS_WORK.filter(inEnglish), ...BAD_LETTERS_TODAY];
const OTHER_BAD = [
  ...BAD_LETTERS_MORE,
  ...BAD_LETTERS_WORK.filter((letter) => !inEnglish(letter)),
  ...BAD_LETTERS_ABROAD,
];
const ENGLISH_GOOD = [...GOOD_LETTERS, ...GOOD_LETTERS_DAILY, ...GOOD_LETTERS_TODAY];
const OTHER_GOOD = [...GOOD_LETTERS_MORE, ...GOOD_LETTERS_ABROAD];
/** Letters in English among those that are drawn. */
const ENGLISH = 0.65;

export function ownMails(seed: number, each: number): readonly OwnMail[] {
  const random = makeRandom(seed);
  const encoder = new TextEncoder();
  return Array.from({ length: 2 * each }, (_, at) => {
    const bad = at % 2 === 0;
    const { text, kind, letter } = bad ? badMail(random) : goodMail(random);
    return { bad, kind, letter, bytes: encoder.encode(text) };
  });
}

function draw(english: readonly Letter[], others: readonly Letter[], random: Random): Letter {
  return pick(random.next() < ENGLISH ? english : others, random);
}

interface Made {
  readonly text: string;
  readonly kind: string;
  readonly letter: string;
}

function badMail(random: Random): Made {
  const letter = draw(ENGLISH_BAD, OTHER_BAD, random);
  const era = eraOf(random);
  const sender = badSender(random, letter.kind, era);
  const content = contentOf(letter, sender, random);
  return {
    text: writeMail({ sender, content, era, bad: true }, random),
    kind: letter.kind,
    letter: nameOf(letter, true),
  };
}

function goodMail(random: Random): Made {
  const letter = draw(ENGLISH_GOOD, OTHER_GOOD, random);
  const era = eraOf(random);
  const sender = FROM_PEOPLE.has(letter.kind) ? goodPerson(random, era) : goodFirm(random, era);
  const content = contentOf(letter, sender, random);
  return {
    text: writeMail({ sender, content, era, bad: false }, random),
    kind: letter.kind,
    letter: nameOf(letter, false),
  };
}

const nameOf = ({ kind, language, subjects }: Letter, bad: boolean): string =>
  `${bad ? "bad" : "good"} ${kind} ${language} ${subjects[0] ?? ""}`;
const eraOf = (random: Random): Era => (random.next() < 0.35 ? "old" : "new");

const PRIZES = [
  "a Dewalt power station",
  "an iPhone 15",
  "a 500 gift card",
  "a Yeti cooler",
  "1.000 EUR",
  "a Stanley set",
  "an air fryer",
  "a 1000 voucher",
  "a free emergency kit",
];
const MONEY = ["$", "€", "£", "USD ", "EUR "];

function contentOf(letter: Letter, sender: MadeSender, random: Random): Content {
  const to = `${personName(random).split(" ")[0]?.toLowerCase()}${random.next() < 0.4 ? digits(2, random) : ""}@${pick(["corp.example", "pot", "uni.example", "gmail.com", "firm.example", "hotmail.com", "mail.example.org"], random)}`;
  const slots: Slots = {
    to: () => to,
    local: () => to.split("@")[0] ?? "",
    brand: () => sender.brand,
    person: () => personName(random),
    number: () => digits(4 + random.below(6), random),
    number4: () => digits(4, random),
    ph: () => digits(2, random),
    price: () => `${pick(MONEY, random)}${1 + random.below(400)}.${digits(2, random)}`,
    price0: () => `${1 + random.below(9)}${digits(3, random)}`,
    big: () => `${1 + random.below(40)},${digits(3, random)},000`,
    prize: () => pick(PRIZES, random),
    ip: () => `${20 + random.below(190)}.${digits(2, random)}.${digits(2, random)}.${digits(2, random)}`,
    wallet: () => `1${letters(32, random, "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ123456789")}`,
    elsewhere: () => freeAddress(random),
  };
  const said = (text: string): string => fill(text, slots, random);
  const paragraphs = letter.body.flatMap((line) =>
    line.startsWith("?") ? (random.next() < 0.5 ? [said(line.slice(1))] : []) : [said(line)],
  );
  const attached = letter.attached !== undefined && (letter.button === undefined || random.next() < 0.4);
  return {
    kind: letter.kind,
    to,
    subject: said(pick(letter.subjects, random)),
    paragraphs,
    ...(letter.button === undefined ? {} : { button: said(pick(letter.button, random)) }),
    ...(attached ? { file: said(pick(letter.attached ?? [], random)) } : {}),
  };
}
