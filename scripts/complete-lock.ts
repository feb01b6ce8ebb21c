/**
 * Completes package-lock.json: npm leaves an optional package of another platform out of the lock when the registry in use does not
 * answer for it, and `npm ci` then refuses the lock everywhere. Run after `npm install` changed dependencies.
 * Adds what every locked package lists as optional and the lock lacks, with the version the package pins and the platform its name says.
 * Usage: node scripts/complete-lock.ts [--check]
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Locked {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

const file = join(import.meta.dirname, "..", "package-lock.json");
const lock = JSON.parse(readFileSync(file, "utf8")) as { packages: Record<string, Locked> };
const SYSTEMS = ["android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "win32", "aix", "sunos"];
const CPUS = ["arm64", "x64", "ia32", "arm", "ppc64", "riscv64", "s390x", "loong64", "mips64el", "wasm32"];

const added: string[] = [];
for (const locked of Object.values({ ...lock.packages })) {
  for (const [name, range] of Object.entries(locked.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`;
    if (lock.packages[key] !== undefined || !/^\d+\.\d+\.\d+/.test(range)) continue;
    lock.packages[key] = { version: range, optional: true, ...platformOf(name) };
    added.push(`${name}@${range}`);
  }
}
const check = process.argv.includes("--check");
if (added.length > 0 && !check) {
  const sorted = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  writeFileSync(file, `${JSON.stringify({ ...lock, packages: sorted }, undefined, 2)}\n`);
}
process.stdout.write(
  `${added.length} optional packages ${check ? "missing" : "added"}${added.length > 0 ? `: ${added.join(", ")}` : ""}\n`,
);
process.exitCode = check && added.length > 0 ? 1 : 0;

function platformOf(name: string): object {
  const words = name.split(/[/-]/);
  const os = SYSTEMS.filter((system) => words.includes(system));
  const cpu = CPUS.filter((each) => words.includes(each));
  const libc =
    words.includes("musl") || words.includes("musleabihf")
      ? ["musl"]
      : words.includes("gnu") || words.includes("gnueabihf")
        ? ["glibc"]
        : [];
  return { ...(os.length > 0 ? { os } : {}), ...(cpu.length > 0 ? { cpu } : {}), ...(libc.length > 0 ? { libc } : {}) };
}
