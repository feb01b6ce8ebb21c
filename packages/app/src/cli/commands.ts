/** The list of commands. Help is made from it, so a command that is not here does not exist. */
import type { Command } from "./command.ts";
import { INTEL_COMMANDS } from "./intel-commands.ts";
import { MODEL_COMMANDS } from "./model-commands.ts";
import { nearest } from "./nearest.ts";
import { RULE_COMMANDS } from "./rules-commands.ts";

const id = "ID";

export const COMMANDS: readonly Command[] = [
  {
    name: "up",
    summary: "Run Cordon: sources, detection, cases, API and console in one process",
    usage: "[--config FILE] [--data DIR] [--listen HOST:PORT] [--demo]",
    options: { demo: { type: "boolean" }, "no-console": { type: "boolean" } },
    examples: ["cordon up", "cordon up --demo", "cordon up --config cordon.yml"],
    load: () => import("./up.ts"),
  },
  {
    name: "scan",
    summary: "Run the whole path offline over files and folders; print the incidents found",
    usage:
      "PATH... [--rules PATH]... [--intel FILE]... [--stix FILE]... [--host NAME] [--detections] [--data DIR] [--min-level LEVEL] [--fail-on LEVEL] [--json]",
    options: {
      rules: { type: "string", multiple: true },
      intel: { type: "string", multiple: true },
      stix: { type: "string", multiple: true },
      host: { type: "string" },
      detections: { type: "boolean" },
      "no-shipped-rules": { type: "boolean" },
      "min-level": { type: "string" },
      "fail-on": { type: "string" },
    },
    positionals: [1, Number.POSITIVE_INFINITY],
    examples: [
      "cordon scan /var/log",
      "cordon scan evidence.zip --json",
      "cordon scan --rules sigma/rules --detections --json logs/",
      "cordon scan --host web01 audit.log   # lines that name no host are web01's",
    ],
    load: () => import("./scan.ts"),
  },
  {
    name: "mail examine",
    summary:
      "Judge mails (EML, mbox, Maildir, archives, Graph or Gmail JSON): verdict, points and reasons; nothing in them is opened or fetched",
    usage: "PATH... [--model FILE] [--json]",
    options: { model: { type: "string" } },
    positionals: [1, Number.POSITIVE_INFINITY],
    examples: ["cordon mail examine reported.eml", "cordon mail examine reports.mbox --json"],
    load: async () => ({ run: (await import("./mail.ts")).examine }),
  },
  {
    name: "mail train",
    summary:
      "Train a model of mail on your own wanted and unwanted mails, with figures and card; without any, the shipped one",
    usage: "--ham PATH[,PATH] --phish PATH[,PATH] [--out FILE] [--json]",
    options: {
      ham: { type: "string", multiple: true },
      phish: { type: "string", multiple: true },
      out: { type: "string" },
    },
    examples: ["cordon mail train --ham inbox.mbox --phish reported/ --out mail.model"],
    load: () => import("./mail-train.ts"),
  },
  {
    name: "content train",
    summary:
      "Train the model of web requests or of domain names (on generated data, and on your own beside it), or of web addresses or connections (on labelled ones of your own)",
    usage:
      "web|domains|urls|flows --to FILE [--data PATH[,PATH]] [--label COLUMN] [--labels FILE] [--split source|file|time] [--budget SHARE] [--json]",
    options: {
      to: { type: "string" },
      data: { type: "string", multiple: true },
      label: { type: "string" },
      labels: { type: "string", multiple: true },
      split: { type: "string" },
      budget: { type: "string" },
    },
    positionals: [1, 1],
    examples: [
      "cordon content train web --data requests.csv --to web.model",
      "cordon content train urls --data lists/ --to urls.model",
      "cordon content train flows --data conn.log.labeled,flows.csv --to flows.model",
    ],
    load: async () => ({ run: (await import("./content.ts")).train }),
  },
  {
    name: "file examine",
    summary: "Examine files and folders: what each is, what it holds, what speaks against it; nothing is run or sent",
    usage: "PATH... [--intel FILE]... [--model FILE] [--quiet] [--json]",
    options: { intel: { type: "string", multiple: true }, model: { type: "string" }, quiet: { type: "boolean" } },
    positionals: [1, Number.POSITIVE_INFINITY],
    examples: ["cordon file examine invoice.docm", "cordon file examine --quiet --intel hashes.txt evidence/"],
    load: async () => ({ run: (await import("./file.ts")).examine }),
  },
  {
    name: "file train",
    summary: "Train a model of files on your own benign and malicious files, with figures and card; nothing is run",
    usage: "--benign PATH[,PATH] --malicious PATH[,PATH] [--out FILE] [--json]",
    options: {
      benign: { type: "string", multiple: true },
      malicious: { type: "string", multiple: true },
      out: { type: "string" },
    },
    examples: ["cordon file train --benign programs/ --malicious samples/ --out file.model"],
    load: () => import("./file-train.ts"),
  },
  {
    name: "yara check",
    summary: "Compile YARA rules below paths; name those that do not compile, and why",
    usage: "PATH... [--json]",
    positionals: [1, Number.POSITIVE_INFINITY],
    examples: ["cordon yara check rules/"],
    load: async () => ({ run: (await import("./file.ts")).checkRules }),
  },
  {
    name: "incident list",
    summary: "The queue, most urgent first",
    usage: "[--status new,open,waiting,contained,closed] [--min-priority N] [--text WORDS] [--limit N] [--json]",
    options: {
      status: { type: "string" },
      "min-priority": { type: "string" },
      text: { type: "string" },
      limit: { type: "string" },
    },
    examples: ["cordon incident list", "cordon incident list --status waiting --json"],
    load: async () => ({ run: (await import("./incident.ts")).list }),
  },
  {
    name: "incident show",
    summary: "One incident: verdict, why, root cause, extent, timeline, actions",
    usage: `${id} [--json]`,
    positionals: [1, 1],
    examples: ["cordon incident show INC-4K7Q2M9A"],
    load: async () => ({ run: (await import("./incident.ts")).show }),
  },
  {
    name: "incident close",
    summary: "Close with a verdict and a note; both are kept for learning",
    usage: `${id} --verdict true-positive|benign-positive|false-positive --note TEXT [--severity LEVEL]`,
    options: { verdict: { type: "string" }, note: { type: "string" }, severity: { type: "string" } },
    positionals: [1, 1],
    examples: ['cordon incident close INC-4K7Q2M9A --verdict false-positive --note "backup job of the print server"'],
    load: async () => ({ run: (await import("./incident.ts")).close }),
  },
  {
    name: "incident report",
    summary: "The report as Markdown or HTML; every sentence cites its events",
    usage: `${id} [--format markdown|html] [--output FILE]`,
    options: { format: { type: "string" }, output: { type: "string" } },
    positionals: [1, 1],
    examples: [
      "cordon incident report INC-4K7Q2M9A > report.md",
      "cordon incident report INC-4K7Q2M9A --format html --output report.html",
    ],
    load: async () => ({ run: (await import("./incident.ts")).report }),
  },
  {
    name: "approve",
    summary: "Approve a waiting action: shows exactly what would run, and binds the approval to it",
    usage: "[KEY] [--plan HASH] [--json]",
    options: { plan: { type: "string" } },
    positionals: [0, 1],
    examples: ["cordon approve", "cordon approve 3f9a --plan 8c41..."],
    load: async () => ({ run: (await import("./approval.ts")).approve }),
  },
  {
    name: "deny",
    summary: "Deny a waiting action with a reason",
    usage: "KEY --reason TEXT",
    options: { reason: { type: "string" } },
    positionals: [1, 1],
    examples: ['cordon deny 3f9a --reason "that is our scanner"'],
    load: async () => ({ run: (await import("./approval.ts")).deny }),
  },
  {
    name: "action list",
    summary: "The action ledger, newest first",
    usage: "[--json]",
    examples: ["cordon action list"],
    load: async () => ({ run: (await import("./approval.ts")).list }),
  },
  {
    name: "action revert",
    summary: "Undo an action now",
    usage: "KEY --reason TEXT",
    options: { reason: { type: "string" } },
    positionals: [1, 1],
    examples: ['cordon action revert 3f9a --reason "host is clean"'],
    load: async () => ({ run: (await import("./approval.ts")).revert }),
  },
  {
    name: "action close-breaker",
    summary: "Let a kind of action run by itself again after it kept going wrong",
    usage: "KIND --reason TEXT",
    options: { reason: { type: "string" } },
    positionals: [1, 1],
    examples: ['cordon action close-breaker block-address --reason "the firewall is back"'],
    load: async () => ({ run: (await import("./approval.ts")).closeBreaker }),
  },
  ...MODEL_COMMANDS,
  ...RULE_COMMANDS,
  ...INTEL_COMMANDS,
  {
    name: "playbook list",
    summary: "Playbooks with their state",
    usage: "[--json]",
    examples: ["cordon playbook list"],
    load: async () => ({ run: (await import("./playbook.ts")).list }),
  },
  {
    name: "playbook validate",
    summary: "Check CACAO 2.0 playbook files: errors, what is not runnable here, warnings",
    usage: "FILE... [--json]",
    positionals: [1, Number.POSITIVE_INFINITY],
    examples: ["cordon playbook validate my-playbook.json"],
    load: async () => ({ run: (await import("./playbook.ts")).validate }),
  },
  {
    name: "playbook simulate",
    summary: "Dry run: every step and exact effect, nothing changes",
    usage: "NAME [--var NAME=VALUE]... [--json]",
    options: { var: { type: "string", multiple: true } },
    positionals: [1, 1],
    examples: ["cordon playbook simulate block-address --var address=ip:203.0.113.7"],
    load: async () => ({ run: (await import("./playbook.ts")).simulate }),
  },
  {
    name: "simulate",
    summary: "Play benign background and staged attacks with known truth, as files or into a running Cordon",
    usage: "[--scenario NAME] [--seed N] [--out DIR | --push] [--json]",
    options: {
      scenario: { type: "string", multiple: true },
      seed: { type: "string" },
      out: { type: "string" },
      push: { type: "boolean" },
    },
    examples: ["cordon simulate --out demo-logs", "cordon simulate --push"],
    load: () => import("./simulate.ts"),
  },
  {
    name: "search",
    summary: "Search stored events by time, entity, class, field or text",
    usage:
      "[TEXT] [--entity KIND:VALUE]... [--field NAME:OP:VALUE]... [--source ID]... [--class N]... [--from T] [--to T] [--limit N] [--json]",
    options: {
      entity: { type: "string", multiple: true },
      field: { type: "string", multiple: true },
      source: { type: "string", multiple: true },
      class: { type: "string", multiple: true },
      from: { type: "string" },
      to: { type: "string" },
      limit: { type: "string" },
      oldest: { type: "boolean" },
    },
    positionals: [0, 1],
    examples: [
      "cordon search --entity ip:203.0.113.7",
      "cordon search mimikatz --from 2026-11-20T00:00Z",
      "cordon search --field Image:endswith:\\\\cmd.exe",
    ],
    load: () => import("./search.ts"),
  },
  {
    name: "doctor",
    summary: "Check machine, configuration and data folder; every finding comes with its fix",
    usage: "[--config FILE] [--data DIR] [--json]",
    examples: ["cordon doctor"],
    load: () => import("./doctor.ts"),
  },
  {
    name: "token create",
    summary: "Make a token for a machine or a shell; the secret is shown once",
    usage: "NAME --role viewer|analyst|approver|admin|ingest [--days N] [--json]",
    options: { role: { type: "string" }, days: { type: "string" } },
    positionals: [1, 1],
    examples: ["cordon token create web-01 --role ingest"],
    load: async () => ({ run: (await import("./token.ts")).create }),
  },
  {
    name: "token list",
    summary: "Tokens without their secrets",
    usage: "[--json]",
    examples: ["cordon token list"],
    load: async () => ({ run: (await import("./token.ts")).list }),
  },
  {
    name: "token revoke",
    summary: "Revoke a token by its id",
    usage: id,
    positionals: [1, 1],
    examples: ["cordon token revoke 01J..."],
    load: async () => ({ run: (await import("./token.ts")).revoke }),
  },
  {
    name: "token link",
    summary: "Make a one-time sign-in link for the console",
    usage: "[NAME] [--role ROLE]",
    options: { role: { type: "string" } },
    positionals: [0, 1],
    examples: ["cordon token link", "cordon token link alice --role approver"],
    load: async () => ({ run: (await import("./token.ts")).link }),
  },
];

export async function helpText(command?: Command): Promise<string> {
  if (command !== undefined) {
    const examples = command.examples.map((example) => `  ${example}`).join("\n");
    return `${command.summary}\n\nExamples:\n${examples}\n\nUsage: cordon ${command.name} ${command.usage}\n\nEvery command takes --json, --data DIR and --config FILE.`;
  }
  const width = Math.max(...COMMANDS.map((each) => each.name.length));
  const lines = COMMANDS.map((each) => `  ${each.name.padEnd(width)}  ${each.summary}`);
  return `Cordon finds incidents in security logs, explains them with evidence, and contains them under your policies.

Examples:
  cordon up --demo                 see it work on a generated attack
  cordon scan /var/log --json      what is in these files?
  cordon incident list             what needs me now?

Commands:
${lines.join("\n")}

cordon COMMAND --help says more. Exit codes: 0 ok, 1 findings (--fail-on), 2 usage, 3 some input failed, 4 unavailable, 5 refused.`;
}

/** Nearest command by edit distance, when near enough to be meant. */
export function suggestionFor(words: string): string | undefined {
  return nearest(
    words,
    COMMANDS.map(({ name }) => name),
  );
}
