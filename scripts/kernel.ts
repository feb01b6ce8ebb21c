/**
 * Compiles the kernel of the tape (AssemblyScript) to WebAssembly. The compiler is large and needed by nobody else, so it is no
 * dependency: it is installed at an exact version into a temporary folder.
 * Usage: node scripts/kernel.ts [--check]   (--check compares instead of writing; exit code 1 where they differ)
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const COMPILER = "assemblyscript@0.28.20";
/** 256 pages: 16 MiB, which never grow. */
const OPTIONS = "-O3 --runtime stub --noAssert --enable simd --initialMemory 256 --maximumMemory 256 --use abort=";

const folder = join(import.meta.dirname, "../packages/engine/src/stream/tape");
const source = join(folder, "kernel.as");
const target = join(folder, "kernel-code.ts");

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
  const code = compiled();
  if (code === undefined) return 1;
  const text = codeFile(code);
  if (!check) {
    writeFileSync(target, text);
    process.stdout.write(`kernel: ${code.length} bytes written\n`);
    return 0;
  }
  const same = readFileSync(target, "utf8") === text;
  process.stdout.write(same ? "kernel: code and source agree\n" : "kernel: compile it with node scripts/kernel.ts\n");
  return same ? 0 : 1;
}

function compiled(): Buffer | undefined {
  // The compiler knows its language by the ending of TypeScript; under it, our own tools would take the source for theirs.
  copyFileSync(source, join(work, "kernel.ts"));
  const compiler = join(work, "node_modules/assemblyscript/bin/asc.js");
  const run = spawnSync(process.execPath, [compiler, "kernel.ts", "-o", "kernel.wasm", ...OPTIONS.split(" ")], {
    cwd: work,
    stdio: "inherit",
  });
  return run.status === 0 ? readFileSync(join(work, "kernel.wasm")) : undefined;
}

function codeFile(code: Buffer): string {
  const hash = createHash("sha256").update(readFileSync(source)).digest("hex");
  return [
    "/** Written by scripts/kernel.ts from kernel.as. */",
    `export const KERNEL_SOURCE_SHA256 = "${hash}";`,
    `export const KERNEL_CODE =\n  "${code.toString("base64")}";`,
    "",
  ].join("\n");
}
