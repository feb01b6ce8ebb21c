/** A record in one line: the fields that tell most come first. Pure. */
const LINE_CHARS = 260;
const DEPTH_MAX = 4;
const TELLING = [
  "CommandLine",
  "message",
  "msg",
  "MESSAGE",
  "eventName",
  "Image",
  "TargetUserName",
  "QueryName",
  "TargetFilename",
  "DestinationIp",
  "ScriptBlockText",
];

type Leaf = readonly [string, string];
/** Enough to fill a line many times over. */
const LEAVES_MAX = 60;

export function rawLine(raw: Readonly<Record<string, unknown>>): string {
  const leaves: Leaf[] = [];
  collect({ value: raw, key: "", depth: 0 }, leaves);
  const rank = (key: string): number => {
    const at = TELLING.indexOf(key);
    return at < 0 ? TELLING.length : at;
  };
  const sorted = leaves.map((leaf, i) => ({ leaf, i })).sort((a, b) => rank(a.leaf[0]) - rank(b.leaf[0]) || a.i - b.i);
  let line = "";
  for (const { leaf } of sorted) {
    if (line.length >= LINE_CHARS) break;
    line += `${line === "" ? "" : "  "}${leaf[0]}=${leaf[1]}`;
  }
  return line.slice(0, LINE_CHARS);
}

interface Place {
  readonly value: unknown;
  readonly key: string;
  readonly depth: number;
}

function collect({ value, key, depth }: Place, into: Leaf[]): void {
  if (into.length > LEAVES_MAX) return;
  if (typeof value === "object" && value !== null && depth < DEPTH_MAX) {
    for (const [name, member] of Object.entries(value)) {
      collect({ value: member, key: Array.isArray(value) ? key : name, depth: depth + 1 }, into);
    }
  } else if (value !== null && value !== "" && typeof value !== "object") {
    into.push([key, String(value).slice(0, LINE_CHARS)]);
  }
}
