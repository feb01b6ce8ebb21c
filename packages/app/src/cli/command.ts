/** What a command is, how its words are read, and what exit codes mean. */
import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { AppError, messageOf } from "@cordon/model/error";
import { nearest } from "./nearest.ts";
import type { Terminal } from "./terminal.ts";

/** 1 is for findings (`scan --fail-on`), as grep and linters use it; everything else is stated in docs/specs/cli.md. */
export const EXIT = { ok: 0, findings: 1, usage: 2, partial: 3, unavailable: 4, refused: 5, interrupted: 130 } as const;

export interface Command {
  /** `"incident list"`. */
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  readonly options?: ParseArgsOptionsConfig;
  readonly positionals?: readonly [min: number, max: number];
  /** Examples lead the help. */
  readonly examples: readonly string[];
  /** Loaded when run, so that `--help` and `--version` stay quick. */
  load(): Promise<{ run(context: CommandContext): Promise<number> }>;
}

export interface CommandContext {
  readonly terminal: Terminal;
  readonly json: boolean;
  readonly words: readonly string[];
  text(option: string): string | undefined;
  texts(option: string): readonly string[];
  flag(option: string): boolean;
  number(option: string): number | undefined;
}

export const COMMON: ParseArgsOptionsConfig = {
  json: { type: "boolean" },
  data: { type: "string" },
  config: { type: "string" },
  listen: { type: "string" },
};

export function parseCommand(command: Command, argv: readonly string[], terminal: Terminal): CommandContext {
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({
      args: [...argv],
      options: { ...COMMON, ...command.options },
      allowPositionals: true,
      strict: true,
    });
  } catch (cause) {
    const known = Object.keys({ ...COMMON, ...command.options });
    throw new AppError("usage", `${command.name}: ${optionFault(messageOf(cause), known)}`, {
      fix: `cordon ${command.name} --help`,
    });
  }
  const [min, max] = command.positionals ?? [0, 0];
  const { values, positionals } = parsed;
  if (positionals.length < min || positionals.length > max)
    throw new AppError("usage", `usage: cordon ${command.name} ${command.usage}`, {
      fix: `cordon ${command.name} --help`,
    });
  const texts = (option: string): readonly string[] => {
    const value = values[option];
    return Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)];
  };
  return {
    terminal,
    json: values.json === true,
    words: positionals,
    texts,
    text: (option) => texts(option)[0],
    flag: (option) => values[option] === true,
    number(option) {
      const text = texts(option)[0];
      if (text === undefined) return undefined;
      const value = Number(text);
      if (!Number.isFinite(value)) throw new AppError("usage", `--${option}: "${text}" is not a number`);
      return value;
    },
  };
}

/** What Node says of an option, without its advice on positional arguments, and with the option that was probably meant. */
function optionFault(message: string, known: readonly string[]): string {
  const dashed = /^Option '(--[^' ]+)[^']*' argument is ambiguous/.exec(message)?.[1];
  if (dashed !== undefined) return `${dashed} needs a value; one that begins with "-" is given as ${dashed}=-...`;
  const [said = message] = message.split(/\. (?=To specify)/);
  const wrong = /^Unknown option '--([^']+)'/.exec(said)?.[1];
  const near = wrong === undefined ? undefined : nearest(wrong, known);
  return near === undefined ? said : `${said}; did you mean "--${near}"?`;
}

const REFUSED = new Set([
  "not-allowed",
  "not-signed-in",
  "person-not-allowed",
  "own-proposal",
  "approval-expired",
  "already-approved",
  "grant-used",
  "plan-changed",
  "no-approval-needed",
  "kill-switch-on",
  "cannot-revert",
]);
const USAGE = new Set([
  "usage",
  "bad-request",
  "bad-query",
  "query-invalid",
  "query-too-large",
  "note-too-long",
  "playbook-variables",
  "variable-missing",
  "config-invalid",
  "config-unreadable",
]);

export function exitCodeOf(code: string): number {
  if (USAGE.has(code)) return EXIT.usage;
  if (code === "interrupted") return EXIT.interrupted;
  return REFUSED.has(code) ? EXIT.refused : EXIT.unavailable;
}
