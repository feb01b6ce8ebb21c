/**
 * `npm start`: builds the console when its sources changed, then runs `cordon up` with the arguments given.
 * Usage: npm start -- [--demo] [--config FILE] [--data DIR] [--listen HOST:PORT]
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const consoleDir = join(root, "packages", "console");
const stamp = join(consoleDir, "dist", ".sources");

buildConsole();
const child = spawn(process.execPath, [join(root, "packages/app/bin/cordon.js"), "up", ...process.argv.slice(2)], {
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 0);
});

function buildConsole(): void {
  const digest = sourcesDigest();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return;
  process.stderr.write("building the console (once, and after changes) ...\n");
  const build = spawnSync(
    process.execPath,
    [join(root, "node_modules/vite/bin/vite.js"), "build", "--logLevel", "warn"],
    {
      cwd: consoleDir,
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  if (build.status !== 0) {
    process.stderr.write("the console did not build; the API and the command line work without it\n");
    return;
  }
  writeFileSync(stamp, digest);
}

/** Over everything the bundle is made from: the console, the model it imports, and the versions of its libraries. */
function sourcesDigest(): string {
  const hash = createHash("sha256");
  for (const folder of [join(consoleDir, "src"), join(root, "packages/model/src")])
    for (const file of files(folder)) hash.update(file).update(readFileSync(file));
  for (const file of ["index.html", "vite.config.ts", "package.json"])
    hash.update(readFileSync(join(consoleDir, file)));
  hash.update(readFileSync(join(root, "package-lock.json")));
  return hash.digest("hex");
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
