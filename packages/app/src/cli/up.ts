/** `cordon up`: everything in one process, until interrupted. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LINK_MS } from "../api/handlers.ts";
import { environment } from "../environment.ts";
import { configOf, SERVER_FILE } from "./client.ts";
import { type CommandContext, EXIT } from "./command.ts";

export async function run(context: CommandContext): Promise<number> {
  const { terminal } = context;
  // From the first moment: who stops us while we start, or as soon as we say we are up, gets an orderly end too.
  const signalled = new Promise<NodeJS.Signals>((resolve) => {
    for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => resolve(name));
  });
  const { serve } = await import("../wiring/serve.ts");
  const demo = context.flag("demo");
  const running = await serve(configOf(context), {
    demo,
    console: !context.flag("no-console"),
    log: (line) => (context.json ? terminal.json(line) : terminal.note(`${line.level}: ${line.message}`)),
  });
  const { instance, url } = running;
  process.on("SIGHUP", () => void running.reload());
  const name = `${environment("USER") ?? "shell"}@local`;
  // A predecessor that was killed left its shell's token behind: nobody needs it any more.
  for (const key of await instance.keys.list())
    if (key.name === name && key.use === "token") await instance.keys.revoke(key.id);
  const shell = await instance.keys.create({ name, role: "admin" });
  const file = join(instance.config.data, SERVER_FILE);
  writeFileSync(file, JSON.stringify({ url, pid: process.pid, token: shell.secret }), { mode: 0o600 });
  const link = await instance.keys.create({
    name: "admin",
    role: "admin",
    use: "link",
    expiresAt: instance.runtime.now() + LINK_MS,
  });
  const signIn = `${instance.config.baseUrl ?? url}/login#${link.secret}`;
  if (context.json) terminal.json({ kind: "up", url, link: signIn, data: instance.config.data, demo });
  else {
    terminal.line(`Cordon ${instance.version} is up: ${url}   data: ${instance.config.data}`);
    terminal.line(`Sign in (once, within 15 minutes): ${signIn}`);
    if (demo) terminal.line("Demo: a generated attack plays now; the first incident appears within a minute.");
    else if (instance.config.sources.length === 0)
      terminal.line(
        "No sources yet: push with POST /api/v1/ingest/NAME, or add `sources:` to the configuration (docs/configuration.md).",
      );
  }
  const signal = await signalled;
  terminal.note(`${signal}: finishing what is in hand`);
  await instance.keys.revoke(shell.id);
  rmSync(file, { force: true });
  await running.close();
  return EXIT.ok;
}
