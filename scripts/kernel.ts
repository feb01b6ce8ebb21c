/**
 * Compiles the kernels of the tape (AssemblyScript, *.as) to WebAssembly. The compiler is large and needed by nobody else, so it is
 * no dependency: it is installed at an exact version into a temporary folder.
 * Usage: node scripts/kernel.ts [--check]   (--check compares instead of writing; exit code 1 where they differ)
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const COMPILER = "assemblyscript@0.28.20";
const OPTIONS = "-O3 --runtime stub --noAssert --enable simd --use abort=".split(" ");
/** Memory in pages of 64 KiB; it never grows. */
const PAGES: Readonly<Record<string, number>> = { kernel: 256, search: 512 };

const folder = join(import.meta.dirname, "../packages/engine/src/stream/tape");
const sourceOf = (name: string): string => join(folder, `${name}.as`);
const targetOf = (name: string): string => join(folder, `${name}-code.ts`);

const work = mkdtempSync(join(tmpdir(), "cordon-kernel-"));
try {
  process.exitCode = main(process.argv.includes("--check"));
} finally {
  rmSync(work, { recursive: true, force: true });
}

function main(check: boolean): number {
  const install = ["install", "--prefix", work, "--no-audit", "--no-fund", "--ignore-scripts", "--silent", COMPILER];
  if (spawnSync("npm", install, { stdio: "inherit" }).status !== 0) {
    // The unit test still says when source and code do not belong together.
    process.stdout.write(`kernel: ${COMPILER} cannot be installed here, not compiled\n`);
    return check ? 0 : 1;
  }
  const names = readdirSync(folder).flatMap((name) => (name.endsWith(".as") ? [name.slice(0, -3)] : []));
  const good = names.filter((name) => (check ? isCurrent(name) : write(name)));
  return good.length === names.length ? 0 : 1;
}

function write(name: string): boolean {
  const text = codeFile(name);
  if (text !== undefined) writeFileSync(targetOf(name), text);
  process.stdout.write(`kernel: ${name} ${text === undefined ? "was not compiled" : "written"}\n`);
  return text !== undefined;
}

function isCurrent(name: string): boolean {
  const same = existsSync(targetOf(name)) && readFileSync(targetOf(name), "utf8") === codeFile(name);
  process.stdout.write(`kernel: ${name} ${same ? "code and source agree" : "is old: node scripts/kernel.ts"}\n`);
  return same;
}

/** Undefined where it does not compile. */
function codeFile(name: string): string | undefined {
  // The compiler knows its language by the ending of TypeScript; under it, our own tools would take the source for theirs.
  copyFileSync(sourceOf(name), join(work, `${name}.ts`));
  const compiler = join(work, "node_modules/assemblyscript/bin/asc.js");
  const pages = String(PAGES[name] ?? 256);
  const size = ["--initialMemory", pages, "--maximumMemory", pages];
  const run = spawnSync(process.execPath, [compiler, `${name}.ts`, "-o", `${name}.wasm`, ...size, ...OPTIONS], {
    cwd: work,
    stdio: "inherit",
  });
  if (run.status !== 0) return undefined;
  const hash = createHash("sha256")
    .update(readFileSync(sourceOf(name)))
    .digest("hex");
  return [
    `/** Written by scripts/kernel.ts from ${name}.as, SHA-256 ${hash}. */`,
    `export const ${name.toUpperCase()}_CODE =\n  "${readFileSync(join(work, `${name}.wasm`)).toString("base64")}";`,
    "",
  ].join("\n");
}
