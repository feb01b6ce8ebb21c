/** Shapes the story graph is worked on in. */
import type { WireInvestigation } from "@cordon/model/api/incidents";

export type StoryNode = WireInvestigation["story"]["nodes"][number];
export type StoryEdge = WireInvestigation["story"]["edges"][number];
export interface Story {
  readonly nodes: readonly StoryNode[];
  readonly edges: readonly StoryEdge[];
}

/** Rows of the picture, top to bottom; processes in the middle, because everything else hangs on them. */
export const LANES = ["Accounts", "Processes", "Files", "Hosts", "Network", "Cloud"] as const;
export type Lane = (typeof LANES)[number];

export function laneOf(kind: string): Lane {
  switch (kind) {
    case "user":
    case "session":
      return "Accounts";
    case "process":
    case "service":
      return "Processes";
    case "file":
      return "Files";
    case "host":
      return "Hosts";
    case "ip":
    case "domain":
    case "url":
      return "Network";
    case "resource":
      return "Cloud";
    default:
      return "Files";
  }
}
