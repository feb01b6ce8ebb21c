/** What a name looks like: letter pairs and shape for generated names. No table of bad names. */

/** Plain words and parts of names, from which the usual letter pairs are counted. */
const WORDS = `about account active advance agency air alpha american analytics and api app apple art asset auto baby bank
base beauty best beta bird blog blue board body book box brand bridge bright build business buy camera capital car card care cast
center change chat check child choice church city class clean click client cloud club code coffee color com commerce company computer
connect content control cook corp count craft create credit crystal culture custom daily dance data day deal delivery design dev
digital direct doctor domain dream drive earth east easy edge education electric energy engine english estate event expert express
face factory family farm fashion fast film finance find fire fish fit flow flower food forest forum free fresh friend future game
garden gate general global gold good grand graphic green group guide hand happy health heart help high history home horse hospital
hotel house human image india info inside institute insurance international internet island job journal key kids king kitchen lab
land language law lead learn legal library life light line link list live local logic love magazine mail manage map mark market
master matter media medical meet member metal micro mind mobile model modern money moon mother motor mountain movie music national
natural net network news night north note ocean office online open orange order page paint paper park partner party path people
perfect person phone photo pixel place planet plant play plus point police portal power press price prime print product project
public quality quick radio rain real red report research resource rest review river road rock room royal safe sale school science
search secret security seed senior server service share shop show silver simple site sky smart social society soft solar solution
sound source south space speed sport spring square star state station stock stone store story street studio style sun super supply
support system table talent talk team tech telecom test theme time today tool top total tour town track trade train travel tree
trust tube university update urban vacation value video view village vision visit voice wall watch water wave wear weather web
wedding week west white wild wind wine winter wire wise woman wonder wood word work world write yellow young zone google amazon
microsoft facebook twitter youtube static cdn akamai cloudfront azure windows edge static assets images fonts tracking telemetry`;

const LETTERS = 27;
const PAIRS: Float64Array = pairsOf(WORDS);

function letterOf(code: number): number {
  return code >= 97 && code <= 122 ? code - 96 : 0;
}

function pairsOf(words: string): Float64Array {
  const counts = new Float64Array(LETTERS * LETTERS).fill(0.3);
  for (const word of words.split(/\s+/)) {
    let before = 0;
    for (let i = 0; i <= word.length; i += 1) {
      const now = i === word.length ? 0 : letterOf(word.charCodeAt(i));
      counts[before * LETTERS + now] = (counts[before * LETTERS + now] ?? 0) + 1;
      before = now;
    }
  }
  for (let row = 0; row < LETTERS; row += 1) {
    const part = counts.subarray(row * LETTERS, (row + 1) * LETTERS);
    const sum = part.reduce((a, b) => a + b, 0);
    for (let i = 0; i < LETTERS; i += 1) part[i] = Math.log2((part[i] ?? 0) / sum);
  }
  return counts;
}

/** Mean bits per letter pair of a label: below about 4 for words, above 5 for letters drawn at random. */
export function oddityOf(label: string): number {
  let bits = 0;
  let before = 0;
  for (let i = 0; i < label.length; i += 1) {
    const now = letterOf(label.charCodeAt(i));
    bits -= PAIRS[before * LETTERS + now] ?? -10;
    before = now;
  }
  return label.length === 0 ? 0 : bits / label.length;
}

/** 0 to 1: how much a registered label looks generated. Length counts, because short names are never clear. */
export function generatedOf(label: string): number {
  const plain = label.toLowerCase().replaceAll("-", "");
  if (plain.length < 7 || plain.startsWith("xn--")) return 0;
  let digits = 0;
  for (let i = 0; i < plain.length; i += 1) if (plain.charCodeAt(i) <= 57) digits += 1;
  const margin = oddityOf(plain) - 4.9 + Math.min(0.6, (plain.length - 10) * 0.06) + (digits / plain.length) * 0.8;
  return 1 / (1 + Math.exp(-4 * margin));
}
