#!/usr/bin/env node
// Starts Cordon on the Node that npm installed with it. Plain JavaScript on purpose: any Node >= 20.19 must be able to run it.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import * as modules from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const NODE_MIN = 24;
const self = fileURLToPath(import.meta.url);
const here = dirname(self);
const main = join(here, "..", "src", "main.ts");

if (Number(process.versions.node.split(".")[0]) >= NODE_MIN) {
  // Modules without their types, compiled, for the next start. Beside the libraries, so that nobody can plant code there who
  // could not change the program itself; where that folder may not be written, each start compiles anew.
  modules.enableCompileCache?.(join(here, "..", "..", "..", "node_modules", ".cache", "cordon"));
  await import(main);
} else {
  const bundled = findNode(here);
  if (bundled === undefined) {
    process.stderr.write(
      `cordon: needs Node ${NODE_MIN}, this is ${process.versions.node}, and no bundled Node was found.\n` +
        "fix: run `npm ci` in Cordon's folder (it brings Node 24 for linux x64/arm64 and windows x64), or install Node 24.\n",
    );
    process.exit(4);
  }
  const run = spawnSync(bundled, [self, ...process.argv.slice(2)], { stdio: "inherit" });
  if (run.signal) process.kill(process.pid, run.signal);
  process.exit(run.status ?? 1);
}

/** The `node` binary of the optional dependency, looked for in each node_modules upwards. */
function findNode(from) {
  for (let dir = from; ; dir = dirname(dir)) {
    const candidate = join(dir, "node_modules", ".bin", process.platform === "win32" ? "node.cmd" : "node");
    if (existsSync(candidate)) return candidate;
    if (dirname(dir) === dir) return undefined;
  }
}
