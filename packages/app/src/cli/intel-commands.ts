/** Commands for indicators and STIX patterns, as rows of the list of commands. */
import type { Command } from "./command.ts";

export const INTEL_COMMANDS: readonly Command[] = [
  {
    name: "stix check",
    summary: "Check STIX 2.1 patterns of bundles, indicators or plain lines: error with line and column, or ok",
    usage: "FILE... [--json]",
    positionals: [1, Number.POSITIVE_INFINITY],
    examples: ["cordon stix check bundle.json", "cordon stix check patterns.txt --json"],
    load: async () => ({ run: (await import("./stix.ts")).check }),
  },
  {
    name: "stix match",
    summary: "Try a STIX pattern, or all patterns of a file, over a file of events",
    usage: "PATTERN|FILE EVENTS [--json]",
    positionals: [2, 2],
    examples: [
      "cordon stix match \"[process:name = 'mimikatz.exe']\" events.ndjson",
      "cordon stix match bundle.json Security.evtx --json",
    ],
    load: async () => ({ run: (await import("./stix.ts")).match }),
  },
  {
    name: "intel feeds",
    summary: "Feeds of indicators: state, rows, what is wrong with them",
    usage: "[--json]",
    examples: ["cordon intel feeds"],
    load: async () => ({ run: (await import("./intel.ts")).feeds }),
  },
  {
    name: "intel list",
    summary: "Indicators in use",
    usage: "[--feed NAME] [--kind KIND] [--limit N] [--json]",
    options: { feed: { type: "string" }, kind: { type: "string" }, limit: { type: "string" } },
    examples: ["cordon intel list --feed my-list --kind domain"],
    load: async () => ({ run: (await import("./intel.ts")).list }),
  },
  {
    name: "intel add",
    summary: "Add files of indicators (list, CSV, hosts, STIX, MISP) to the data folder",
    usage: "FILE... [--json]",
    positionals: [1, Number.POSITIVE_INFINITY],
    examples: ["cordon intel add bad-domains.txt"],
    load: async () => ({ run: (await import("./intel.ts")).add }),
  },
  {
    name: "intel lookup",
    summary: "What is known of an address, name, URL, hash, mail address, registry key or file",
    usage: "VALUE [--json]",
    positionals: [1, 1],
    examples: ["cordon intel lookup hxxp://evil[.]example/gate", "cordon intel lookup 203.0.113.7"],
    load: async () => ({ run: (await import("./intel.ts")).lookup }),
  },
  {
    name: "intel reload",
    summary: "Read all feeds now",
    usage: "[--json]",
    examples: ["cordon intel reload"],
    load: async () => ({ run: (await import("./intel.ts")).reload }),
  },
  {
    name: "intel retro",
    summary: "Look for all indicators in stored events",
    usage: "[--days N] [--json]",
    options: { days: { type: "string" } },
    examples: ["cordon intel retro --days 30"],
    load: async () => ({ run: (await import("./intel.ts")).retro }),
  },
];
