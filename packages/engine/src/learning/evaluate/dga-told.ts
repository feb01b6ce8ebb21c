/**
 * What a file's place and name say of the names in it: usual, generated, by whom, or nothing.
 *
 * DT1. The nearest part of the path that tells is believed (`dga/legit.txt` is usual); one that says both says nothing, and
 *      nothing above it is asked.
 */
const USUAL_FILE =
  /(?:legit|benign|normal|good|alexa|umbrella|tranco|majestic|top[-_]?\d|opendns|white|safe|usual|cisco|quantcast)/i;
const MADE_FILE = /(?:dga|malicious|malware|generated|bambenek|netlab|feed|botnet|families)/i;
/** Parts of a path that name how a list is kept, not what is in it. */
const NO_NAME =
  /^(?:\d+|list|lists|csv|txt|domains?|names?|raw|data|train|test|full|sample|fqdn|fully[ _-]?qualified.*)$/i;
/** Families with published generators. */
const FAMILIES = new Set(
  `alureon antavmu bamital banjori bazarbackdoor bazarloader bedep beebone bigviktor blackhole bobax calfbot ccleaner chaes charbot
chinad chir conficker copperstealer corebot cryptolocker cryptowall darkshell deception diamondfox dircrypt dirtrypt dmsniff
dnschanger dnsbenchmark dromedan dyre ebury ekforward emotet enviserv expiro fakebsod feodo flashback flubot fobber fosniw gameover
gameoverdga gimemo goznym gozi gspy gumblar hesperbot infy javali joker khaosz kingminer kraken kwampirs locky m0yv madmax makloader
manjusaka matsnu metastealer mirai modpack monerodownloader monerominer murofet murofetweekly mydoom necro necurs ngioweb nymaim
omexo oderoor orchard padcrypt pandabanker pitou pizd post proslikefan pushdo pushdotid pykspa pykspa2 qadars qakbot qbot qhost qsnatch ramdo
ramnit ranbyus redyms reconyc rovnix shifu shiotob sharkbot simda singular sisron sphinx squirrelwaffle suppobox sutra symmi szribi
tempedreve tempedrevetdd tinba tinynuke tofsee tordwm torpig tsifiri udp2p ud2 ud3 ud4 urlzone ursnif vawtrak vesta vidro viknok
vidrotid virut volatilecedar vipersoftx wd xshellghost xxhex zeus zloader`.split(/\s+/),
);

export interface Told {
  readonly generated: boolean | undefined;
  readonly family: string;
}

export function fileTells(path: string): Told {
  const parts = path
    .toLowerCase()
    .split(/[/!]/)
    .map((part, at, all) => (at === all.length - 1 ? part.replace(/\.[a-z0-9.]+$/, "") : part));
  const family = familyOf(parts.findLast((part) => part !== "" && !NO_NAME.test(part)) ?? parts.at(-1) ?? "");
  const known = FAMILIES.has(family.replace(/[^a-z0-9]/g, "").replace(/v\d$/, "")) || FAMILIES.has(family);
  for (const part of parts.toReversed()) {
    const [usual, made] = [USUAL_FILE.test(part), MADE_FILE.test(part) || (known && familyOf(part) === family)];
    if (usual && made) return { generated: undefined, family };
    if (usual || made) return { generated: made, family };
  }
  return { generated: undefined, family };
}

/** `banjori_dga_2020-01-01` -> `banjori`. */
function familyOf(part: string): string {
  const bare = part
    .replace(/[-_. ]?(?:dga|domains?|list|names)(?=$|[-_. ])/g, "")
    .replace(/[-_. ]?\d{4}-?\d\d-?\d\d$/, "")
    .replace(/^[-_. ]+|[-_. ]+$/g, "");
  return bare === "" ? part : bare;
}
