/**
 * A label's word -> benign, an attack and of which family, or unlabelled. Families bear the technique that is told.
 * AC1. Ground truth that says neither (CTU's `Background`) is no row: it is counted, never guessed.
 */
export interface AttackFamily {
  readonly name: string;
  readonly title: string;
  readonly techniques: readonly string[];
  readonly tactics: readonly string[];
}

const family = (name: string, title: string, technique: string, tactic: string): AttackFamily => ({
  ...{ name, title, tactics: [tactic] },
  techniques: [technique],
});

export const FAMILIES = [
  family("scan", "Connection like those of scans", "T1046", "discovery"),
  family("brute-force", "Connection like those of guessed passwords", "T1110", "credential-access"),
  family("dos", "Connection like those of denial of service", "T1498", "impact"),
  family("c2", "Connection like those of command and control", "T1071", "command-and-control"),
  family("exfiltration", "Connection like those of data that is taken out", "T1048", "exfiltration"),
  family("exploit", "Connection like those of exploited services", "T1190", "initial-access"),
  family("lateral", "Connection like those of an intruder who moves on", "T1210", "lateral-movement"),
] as const satisfies readonly AttackFamily[];
export const OTHER_FAMILY: AttackFamily = {
  ...{ name: "attack", title: "Connection like those of attacks", techniques: [], tactics: [] },
};

/** In this order: "C&C-PartOfAHorizontalPortScan" is a scan, "DoS GoldenEye" none of a botnet. */
const SIGNS: readonly (readonly [RegExp, string])[] = [
  [/scan|recon|probe|sweep|nmap|satan|saint|fuzz|analysis/, "scan"],
  [/brute|patator|password|guess|credential|stuffing|spray/, "brute-force"],
  [
    /d+dos|dos\b|\bdos|flood|slowloris|slowhttp|hulk|goldeneye|heartbleed|neptune|smurf|teardrop|\bpod\b|udplag|ntp_amp/,
    "dos",
  ],
  [/exfil|theft|leak|upload/, "exfiltration"],
  [/c&c|c&amp;c|cnc|\bc2\b|command|beacon|heartbeat|bot|backdoor|mirai|okiru|torii|hajime|muhstik|\brat\b/, "c2"],
  [/infilt|lateral|worm|propagat|mitm/, "lateral"],
  [/exploit|web|sql|xss|inject|shellcode|log4|overflow|generic/, "exploit"],
];

export function familyOf(word: string): AttackFamily {
  const low = word.toLowerCase();
  const name = SIGNS.find(([sign]) => sign.test(low))?.[1];
  return FAMILIES.find((one) => one.name === name) ?? OTHER_FAMILY;
}

const BENIGN = /^(?:benign|normal|legit\w*|good|clean|no|none|false|0(?:\.0)?|-|ok)$/;
/** CTU: `flow=From-Normal-V42-Jist`. */
const BENIGN_PART = /normal|legitimate/;
const NEITHER = /background|unknown|unlabel/;

export type LabelSense = "benign" | "attack" | "unlabelled";

export function senseOf(label: string): LabelSense {
  const low = label.trim().toLowerCase();
  if (low === "" || NEITHER.test(low)) return "unlabelled";
  return BENIGN.test(low) || (BENIGN_PART.test(low) && !/abnormal/.test(low)) ? "benign" : "attack";
}
