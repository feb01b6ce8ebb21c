/** Scenes to mails, by seed. Enters: a seed and how many of each scene. Leaves: EML with class and scene. */
import { makeChance } from "@cordon/engine/simulate/chance";
import { LURES, type MailScene } from "./lures-of-today.ts";
import { WANTED } from "./mail-of-today.ts";

export interface MadeMail {
  readonly bad: boolean;
  readonly scene: string;
  readonly eml: string;
}

const WORDS =
  "alder basalt cinder dapple ember fjord gannet heath islet juniper kestrel lichen marram nettle otter pebble quarry rowan sedge thistle umber vetch willow yarrow zephyr".split(
    " ",
  );
const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"];
const START = Date.UTC(2019, 0, 7);
const SPAN = 7 * 365 * 86_400_000;

export function mailsOfToday(seed: number, eachScene: number): readonly MadeMail[] {
  const chance = makeChance(seed);
  return [...LURES, ...WANTED].flatMap((scene) =>
    Array.from({ length: eachScene }, () => ({ bad: scene.bad, scene: scene.name, eml: written(scene, chance) })),
  );
}

type Chance = ReturnType<typeof makeChance>;

function written(scene: MailScene, chance: Chance): string {
  const one = <T>(items: readonly T[]): T => items[chance.between(0, items.length - 1)] as T;
  const hex = (length: number): string =>
    Array.from({ length }, () => "0123456789abcdef"[chance.between(0, 15)]).join("");
  const at = new Date(START + Math.floor(chance.next() * SPAN));
  const date = `${at.toUTCString().replace("GMT", "+0000")}`;
  // Within one mail a firm is one firm; links and letters are drawn anew.
  const word = one(WORDS);
  const corp = `${one(WORDS)}-works.example`;
  const drawn: Readonly<Record<string, () => string>> = {
    word: () => word,
    Word: () => word.charAt(0).toUpperCase() + word.slice(1),
    corp: () => corp,
    hex4: () => hex(4),
    hex8: () => hex(8),
    hex12: () => hex(12),
    cap: () => hex(6).toUpperCase(),
    num: () => String(chance.between(100_000, 99_999_999)),
    oct: () => String(chance.between(2, 250)),
    ip: () =>
      [chance.between(20, 220), chance.between(0, 250), chance.between(0, 250), chance.between(1, 250)].join("."),
    day: () => one(DAYS),
    now: () => date,
  };
  const filled = (text: string): string =>
    text.replace(/%([A-Za-z]+\d*)%/g, (whole, name: string) => drawn[name]?.() ?? whole);
  const bodies = [
    ...(scene.plain === undefined ? [] : [`Content-Type: text/plain; charset=utf-8\n\n${filled(one(scene.plain))}`]),
    ...(scene.html === undefined
      ? []
      : [`Content-Type: text/html; charset=utf-8\n\n<html><body>${filled(one(scene.html))}</body></html>`]),
    ...(scene.file === undefined ? [] : [fileOf(filled(scene.file), hex(90))]),
  ];
  const head = `${filled(scene.head)}\nSubject: ${filled(one(scene.subjects))}\nDate: ${date}\nMIME-Version: 1.0`;
  if (bodies.length === 1) return `${head}\n${bodies[0]}\n`;
  const mark = `part-${hex(10)}`;
  const kind = scene.file === undefined ? "alternative" : "mixed";
  return `${head}\nContent-Type: multipart/${kind}; boundary="${mark}"\n\n${bodies.map((body) => `--${mark}\n${body}\n`).join("")}--${mark}--\n`;
}

function fileOf(name: string, filling: string): string {
  const ending = name.slice(name.lastIndexOf(".") + 1);
  const start =
    { pdf: "%PDF-1.7 ", ics: "BEGIN:VCALENDAR ", htm: "<html><script>location='https://x'</script>", png: "\x89PNG " }[
      ending
    ] ?? "";
  const type =
    { pdf: "application/pdf", ics: "text/calendar", htm: "text/html", png: "image/png" }[ending] ??
    "application/octet-stream";
  return `Content-Type: ${type}; name="${name}"\nContent-Disposition: attachment; filename="${name}"\n\n${start}${filling}`;
}
