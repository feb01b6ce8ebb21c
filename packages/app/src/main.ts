/** The `cordon` command: finds the command, runs it, and turns what happened into an exit code. */
import { AppError, messageOf } from "@cordon/model/error";
import { type Command, type CommandContext, EXIT, exitCodeOf, parseCommand } from "./cli/command.ts";
import { COMMANDS, helpText, suggestionFor } from "./cli/commands.ts";
import { makeTerminal, safeText } from "./cli/terminal.ts";

const terminal = makeTerminal();

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // The reader of the pipe went away (`| head`): nothing more to say, and not an error.
  if (error.code === "EPIPE") process.exit(EXIT.ok);
  throw error;
});

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  const asked = argv.includes("--json");
  try {
    const found = find(argv);
    if (found === undefined) return await help(argv);
    const { command, rest } = found;
    if (rest.includes("--help") || rest.includes("-h")) {
      terminal.line(await helpText(command));
      return EXIT.ok;
    }
    const context: CommandContext = parseCommand(command, rest, terminal);
    const { run } = await command.load();
    return await run(context);
  } catch (error) {
    return fail(error, asked);
  }
}

function find(argv: readonly string[]): { readonly command: Command; readonly rest: readonly string[] } | undefined {
  for (const length of [2, 1]) {
    const words = argv.slice(0, length);
    const command = COMMANDS.find((each) => each.name === words.join(" "));
    if (command !== undefined && words.length === length) return { command, rest: argv.slice(length) };
  }
  return undefined;
}

async function help(argv: readonly string[]): Promise<number> {
  const [first, second] = argv;
  if (first === "--version" || first === "version") {
    const { version } = await import("./version.ts");
    terminal.line(version);
    return EXIT.ok;
  }
  if (first === undefined || first === "help" || first === "--help" || first === "-h") {
    terminal.line(await helpText());
    return first === undefined ? EXIT.usage : EXIT.ok;
  }
  const group = COMMANDS.filter((each) => each.name.startsWith(`${first} `));
  if (group.length > 0 && (second === undefined || second.startsWith("-"))) {
    terminal.line(group.map((each) => `cordon ${each.name} ${each.usage}\n    ${each.summary}`).join("\n"));
    return second === "--help" || second === "-h" ? EXIT.ok : EXIT.usage;
  }
  const words = second === undefined || second.startsWith("-") ? first : `${first} ${second}`;
  // The second word may be what the command was to work on.
  const near = suggestionFor(words) ?? (group.length > 0 ? undefined : suggestionFor(first));
  throw new AppError(
    "usage",
    `no command "${group.length > 0 ? words : first}"${near === undefined ? "" : `; did you mean "cordon ${near}"?`}`,
    {
      fix: near === undefined ? "cordon --help" : `cordon ${near} --help`,
    },
  );
}

function fail(error: unknown, json: boolean): number {
  const code = error instanceof AppError ? error.code : "internal";
  const fix = error instanceof AppError ? error.fix : undefined;
  if (json)
    terminal.note(
      JSON.stringify({ kind: "error", code, message: messageOf(error), ...(fix === undefined ? {} : { fix }) }),
    );
  else {
    for (const line of messageOf(error).split("\n")) terminal.note(`cordon: ${safeText(line)}`);
    if (fix !== undefined) terminal.note(`fix: ${safeText(fix)}`);
    if (!(error instanceof AppError) && error instanceof Error)
      terminal.note(safeText(error.stack ?? "").replaceAll("\\u000a", "\n"));
  }
  return exitCodeOf(code);
}
