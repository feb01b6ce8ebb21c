/**
 * Many different files of several folders changed within minutes: as encryption does, or as one who tidies up.
 *
 * BF1. `high` needs a sign of encryption: an ending that is put behind another one (`report.docx.lkd`), files renamed to an
 *      ending that is no known type, or a new text of the same name in folder after folder.
 * BF2. Files that keep a type everyone knows (photos, films, drawings, documents) and show none of these signs were moved:
 *      `low`, and the sentence says so. All else is `medium`.
 */
import { MINUTE } from "@cordon/model/time";
import { upperTail } from "../../../learning/behaviour/count-tail.ts";
import type { Desk } from "./desk.ts";
import type { Fact } from "./fact.ts";
import type { Finding } from "./finding.ts";
import { keeping } from "./kept.ts";
import { lastPart } from "./names.ts";
import type { Remembered } from "./remembered.ts";
import { evidenceOf, type Window } from "./window.ts";

const CHANGES_SPAN = 2 * MINUTE;
const CHANGES_MIN = 30;
const TAIL = 1e-4;
const ENDINGS_SHARE = 0.6;
/** Of files that were written anew with a second ending while the old ones were deleted, half end alike. */
const REWRITTEN_SHARE = 0.45;
const FOLDERS_MIN = 2;
const KNOWN_BY = 3;
/** OCSF activities of files. Files moved in bulk keep an ending that is known; deleted ones had it all along. */
const CREATED = 1;
const DELETED = 4;
const RENAMED = 5;
/** The same new text in so many folders is a note. */
const NOTES_MIN = 3;
/** Share of files with one ending put behind another. */
const APPENDED_SHARE = 0.3;

/** Types that people keep many of. What encryption leaves behind is none of them. */
const TYPES = new Set(
  `jpg jpeg png gif bmp tif tiff webp heic heif raw cr2 cr3 nef arw dng orf rw2 psd ai svg eps indd xcf
   mp4 mov avi mkv wmv m4v mpg mpeg webm mts mp3 wav flac aac m4a ogg wma
   dwg dxf dwf rvt ifc stl step stp iges sldprt sldasm skp blend obj fbx 3ds
   doc docx docm dot dotx xls xlsx xlsm xlsb csv ppt pptx pptm odt ods odp rtf txt md pdf epub msg eml pst ost vsd vsdx one
   zip 7z rar tar gz tgz bz2 xz iso vhd vhdx vmdk bak
   js mjs ts tsx jsx css scss html htm json xml yaml yml ini cfg conf log sql db sqlite mdb accdb parquet
   c h cc cpp hpp cs java class jar py pyc rb go rs php sh ps1 bat cmd o obj lib dll exe so map lock tmp
   dcm shp gpx kml las laz geojson tex bib ttf otf`
    .split(/\s+/)
    .map((type) => `.${type}`),
);
const TEXTS = new Set([".txt", ".html", ".htm", ".hta", ".rtf", ".md", "no ending"]);

export function onFile(fact: Fact, at: number, desk: Desk): void {
  const { file } = fact;
  const who = fact.host ?? fact.user;
  if (file === undefined || who === undefined) return;
  const about = desk.entity(fact.host === undefined ? "user" : "host", who, fact);
  const { path, name, folder, ending, appended } = partsOf(file);
  const seen = desk.see(about, "ending", { text: ending, fact, at });
  const sight = { fact, span: CHANGES_SPAN };
  const files = desk.window(about, "changed", { ...sight, text: path });
  const folders = desk.window(about, "folders", { ...sight, text: folder });
  const endings = desk.window(about, "endings", { ...sight, text: ending });
  const { activity } = fact.event;
  if (appended) desk.window(about, "appended", { ...sight, text: path });
  // What a window did not know stands at its end.
  const another = files.ids.at(-1) === fact.event.id;
  if (another && activity === CREATED && TEXTS.has(ending)) desk.window(about, "notes", { ...sight, text: name });
  if (files.values.length < CHANGES_MIN) return;
  const most = Math.max(...endings.hits);
  // An ending that the organisation does not know; while it is being known, only files that change their name count.
  const unknown = seen.holders < KNOWN_BY && seen.ownCount < CHANGES_MIN / 2;
  const strange = unknown && (!desk.society.learning || activity === RENAMED);
  const mass = { desk, who, files, folders: folders.values.length, most, ending, alike: most / endings.total };
  if (strange || activity === DELETED) sayIfMass(about, fact, mass);
}

interface Mass {
  readonly desk: Desk;
  readonly who: string;
  readonly files: Window;
  readonly folders: number;
  readonly most: number;
  readonly ending: string;
  readonly alike: number;
}

function sayIfMass(about: Remembered, fact: Fact, mass: Mass): void {
  const { desk, who, files, folders, most, ending, alike } = mass;
  if (folders < FOLDERS_MIN || alike < (isAppendedTo(about, files) ? REWRITTEN_SHARE : ENDINGS_SHARE)) return;
  const expected = desk.expected(about, "changed", fact.time);
  const p = upperTail(expected, files.values.length);
  if (p > TAIL) return;
  const { sign, ...worth } = worthOf(about, fact, mass);
  desk.say({
    ...{ detector: "mass-file-change", about, fact, evidence: evidenceOf(files), p, basis: "definition" },
    // What turns out to be graver is said again.
    ...{ n: expected.windows, mark: worth.graver === true ? "encrypted" : "changed", ...worth },
    values: {
      ...{ who, files: files.values.length, span: "two minutes", folders, alike: most, ending, sign },
      usual: `${expected.mean.toFixed(1)} at most on a day`,
    },
  });
}

type Worth = Pick<Finding, "graver" | "known"> & { readonly sign: string };

function worthOf({ windows }: Remembered, { event }: Fact, { files, ending }: Mass): Worth {
  if (isAppendedTo({ windows }, files))
    return { graver: true, sign: `; ${windows.appended?.values.length} have it behind an ending of their own` };
  const notes = Math.max(0, ...(windows.notes?.hits ?? []));
  if (notes >= NOTES_MIN && !TEXTS.has(ending))
    return { graver: true, sign: `; a new text of one name came into ${notes} places` };
  if (event.activity === RENAMED && !TYPES.has(ending)) return { graver: true, sign: "; it is no known type of file" };
  if (event.activity === DELETED || !TYPES.has(ending)) return { sign: "" };
  const because =
    "they keep a known type, none has a second ending and no text came with them: as files that are moved";
  return { sign: "", known: { most: "low", because } };
}

/** What a path says, in small letters. */
interface Parts {
  readonly path: string;
  readonly name: string;
  readonly folder: string;
  readonly ending: string;
  readonly appended: boolean;
}

/** Files that are written all day. */
const FILES_KEPT = 8_192;

const partsOf = keeping((file): Parts => {
  const name = lastPart(file);
  const ending = endingOf(name);
  return {
    ...{ path: file.toLowerCase(), name: name.toLowerCase(), ending },
    folder: file.slice(0, file.length - name.length).toLowerCase(),
    appended: !TYPES.has(ending) && isAppended(name, ending),
  };
}, FILES_KEPT);

const isAppendedTo = ({ windows }: Pick<Remembered, "windows">, files: Window): boolean =>
  (windows.appended?.values.length ?? 0) >= APPENDED_SHARE * files.values.length;

/** `report1.docx.lkd`: what stands before the ending is a file of a known type. */
function isAppended(name: string, ending: string): boolean {
  const before = name.slice(0, name.length - ending.length);
  return before.length < name.length && TYPES.has(endingOf(before));
}

function endingOf(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? "no ending" : name.slice(dot, dot + 16).toLowerCase();
}
