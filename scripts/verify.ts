/**
 * `npm run verify`: everything that must be true of a change, in the order of how fast it says no.
 * Usage: node scripts/verify.ts [--without-tests] [name...]
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const bin = (name: string): string => join(root, "node_modules", name);

interface Check {
  readonly name: string;
  readonly why: string;
  readonly command: readonly string[];
}

const CHECKS: readonly Check[] = [
  {
    name: "lint",
    why: "format and lint (biome)",
    command: [bin("@biomejs/biome/bin/biome"), "check", "--error-on-warnings", "."],
  },
  { name: "types", why: "types; model and engine without Node or DOM", command: [join(root, "scripts/types.ts")] },
  {
    name: "arrows",
    why: "who may import whom, no circles",
    command: [bin("dependency-cruiser/bin/dependency-cruiser.mjs"), "packages", "--config", ".dependency-cruiser.mjs"],
  },
  {
    name: "source-rules",
    why: "hidden effects, environment, authority, sizes",
    command: [join(root, "scripts/checks/source-rules.ts")],
  },
  { name: "dead-code", why: "unused files, exports and dependencies (knip)", command: [bin("knip/bin/knip.js")] },
  {
    name: "tests",
    why: "unit, property, contract, content and integration tests",
    command: [bin("vitest/vitest.mjs"), "run"],
  },
];

const words = process.argv.slice(2);
const names = words.filter((word) => !word.startsWith("--"));
const chosen = CHECKS.filter(
  (check) =>
    (names.length === 0 || names.includes(check.name)) &&
    !(words.includes("--without-tests") && check.name === "tests"),
);
const failed: string[] = [];
for (const check of chosen) {
  const began = process.hrtime.bigint();
  const run = spawnSync(process.execPath, [...check.command], { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  const good = run.status === 0;
  if (!good) failed.push(check.name);
  process.stdout.write(
    `${good ? "ok  " : "FAIL"} ${check.name.padEnd(13)} ${seconds.toFixed(1).padStart(6)} s  ${check.why}\n`,
  );
}
process.stdout.write(failed.length === 0 ? "verify: all good\n" : `verify: ${failed.join(", ")} failed\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
