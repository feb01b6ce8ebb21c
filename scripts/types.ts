/**
 * Type-checks every package under its own permissions (model and engine without Node or DOM types).
 * The native compiler checks; the JavaScript one stays installed only for tools that need its API.
 * Usage: node scripts/types.ts [package...]
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const names = ["model", "engine", "adapters", "app", "console", "testkit"];
const wanted = process.argv.slice(2);
const projects = names
  .filter((name) => wanted.length === 0 || wanted.includes(name))
  .flatMap((name) => [`packages/${name}/tsconfig.json`, `packages/${name}/tsconfig.test.json`]);
if (wanted.length === 0) projects.push("tsconfig.json");

let failed = 0;
for (const project of projects) {
  if (!existsSync(join(root, project))) continue;
  const run = spawnSync(process.execPath, ["node_modules/typescript-native/bin/tsc", "-p", project], {
    cwd: root,
    encoding: "utf8",
  });
  const out = `${run.stdout}${run.stderr}`.trim();
  if (run.status !== 0 && !out.includes("TS18003")) {
    failed += 1;
    process.stdout.write(`${project}\n${out}\n`);
  }
}
process.exitCode = failed === 0 ? 0 : 1;
