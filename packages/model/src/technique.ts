/** ATT&CK Enterprise tactics in the order of an intrusion. Technique names are data (content/attack). */

export const TACTICS = [
  "reconnaissance",
  "resource-development",
  "initial-access",
  "execution",
  "persistence",
  "privilege-escalation",
  "stealth",
  "defense-impairment",
  "defense-evasion",
  "credential-access",
  "discovery",
  "lateral-movement",
  "collection",
  "command-and-control",
  "exfiltration",
  "impact",
] as const;
export type Tactic = (typeof TACTICS)[number];

/** Position on the kill chain, 0-based; -1 for a name that is not a tactic. */
export const tacticRank = (name: string): number => TACTICS.findIndex((tactic) => tactic === name);
