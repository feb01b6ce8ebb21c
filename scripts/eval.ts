/**
 * Every evaluation suite whose data is at hand, in full, one after the other: a table, and one HTML report per suite.
 * Usage: node scripts/eval.ts [--data DIR] [--out DIR] [--only SUITE,SUITE] [--json]
 *
 * Data: a folder of DIR per suite (names below; DIR is ../shared/data unless given), the public mail collection as an npm package,
 * and for generated names, where no list lies in DIR, lists made by our own generators. A suite without data is named and left
 * out. Exit 1 where a suite failed, never for want of data.
 */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { generatedNames, usualNames } from "@cordon/engine/learning/domains/generate-names";

const ROOT = join(import.meta.dirname, "..");

/** Folders in which the data of a suite may lie, first found first taken. */
const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  "anomaly-adbench": ["adbench", "anomaly-adbench", "ADBench"],
  dga: ["dga"],
  drift: ["drift", "nsl-kdd"],
  mail: ["mail", "spamassassin"],
  "malware-clamp": ["clamp", "malware-clamp", "ClaMP"],
  nab: ["nab", "NAB"],
  "network-nsl-kdd": ["nsl-kdd"],
  "network-unsw": ["unsw", "unsw-nb15", "UNSW-NB15", "network-unsw"],
  "sigma-regression": ["sigma"],
  "triage-ait-ads": ["ait-ads"],
  urls: ["urls"],
  "web-httpparams": ["httpparams", "web-httpparams"],
};
/** Made names: of each family, and usual ones. */
const MADE_EACH = 600;
const MADE_USUAL = 8_000;
/** What the table shows of a suite: the first of these that it has, at most so many. */
const SHOWN =
  "auroc ap nab accuracy f1 tprAtFpr01 fprHardHam macroPhaseRecall autoClosedBenign autoClosedMalicious aurocUnlabelled detected nullAlarms recall ece n".split(
    " ",
  );
const SHOWN_MAX = 7;

interface Figures {
  readonly suite: string;
  readonly metrics: Readonly<Record<string, unknown>>;
  readonly seconds: number;
}

type Outcome =
  | { readonly kind: "measured"; readonly suite: string; readonly figures: Figures; readonly report: string }
  | { readonly kind: "skipped" | "failed"; readonly suite: string; readonly reason: string };

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: "string", default: join(ROOT, "..", "shared", "data") },
      out: { type: "string", default: join(ROOT, "dist", "evaluation") },
      only: { type: "string", default: "" },
      json: { type: "boolean", default: false },
    },
  });
  const out = resolve(values.out);
  mkdirSync(out, { recursive: true });
  const known = (await cordon(["eval", "list", "--json"])).lines.map(({ name }) => String(name));
  const only = values.only.split(",").filter((name) => name !== "");
  const unknown = only.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`no suite is called ${unknown.join(", ")}; there are: ${known.join(", ")}`);
  const work = mkdtempSync(join(tmpdir(), "cordon-eval-all-"));
  try {
    const outcomes: Outcome[] = [];
    for (const suite of only.length > 0 ? only : known) {
      process.stderr.write(`${suite} ...\n`);
      const outcome = await measure(suite, { data: values.data, out, work });
      outcomes.push(outcome);
      process.stdout.write(`${values.json ? JSON.stringify(outcome) : lineOf(outcome)}\n`);
    }
    process.exitCode = outcomes.some(({ kind }) => kind === "failed") ? 1 : 0;
    process.stderr.write(`reports: ${out}\n`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function measure(
  suite: string,
  at: { readonly data: string; readonly out: string; readonly work: string },
): Promise<Outcome> {
  const data = dataOf(suite, at);
  if (typeof data !== "string") return { kind: "skipped", suite, reason: data.reason };
  const report = join(at.out, `${suite}.html`);
  const { code, lines, err } = await cordon(["eval", suite, "--data", data, "--report", report, "--json"]);
  const last = lines.at(-1);
  if (code !== 0 || last?.metrics === undefined)
    return { kind: "failed", suite, reason: err.trim().split("\n").at(-1) ?? `exit ${code}` };
  writeFileSync(join(at.out, `${suite}.json`), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return { kind: "measured", suite, figures: last as unknown as Figures, report };
}

function dataOf(suite: string, at: { readonly data: string; readonly work: string }): string | { reason: string } {
  const wanted = FOLDERS[suite] ?? [suite];
  const found = wanted.map((name) => join(at.data, name)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  if (suite === "dga") return madeNames(join(at.work, "dga"));
  if (suite === "mail") return mailCorpus();
  return { reason: `no data: ${wanted.map((name) => join(at.data, name)).join(" or ")}` };
}

/** Our own generators: says that nothing is broken, little about real names. */
function madeNames(folder: string): string {
  mkdirSync(folder);
  const rows = [...generatedNames(1, MADE_EACH), ...usualNames(1, MADE_USUAL)];
  const lines = rows.map(({ name, family }) => `${family === "usual" ? "legit" : "dga"},${family},${name}`);
  writeFileSync(join(folder, "made.csv"), `class,family,domain\n${lines.join("\n")}\n`);
  return folder;
}

function mailCorpus(): string | { reason: string } {
  try {
    const printed = execFileSync(process.execPath, [join(ROOT, "scripts", "fetch-mail-corpus.ts")], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return printed.trim().split("\n").at(-1) ?? { reason: "the mail collection's folder is not known" };
  } catch {
    return { reason: "the mail collection could not be fetched" };
  }
}

interface Ended {
  readonly code: number;
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  readonly err: string;
}

/** A process of its own for each suite: none sees another's memory. */
function cordon(args: readonly string[]): Promise<Ended> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [join(ROOT, "packages", "app", "src", "main.ts"), ...args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", fail);
    child.on("close", (code) => {
      const lines = Buffer.concat(out)
        .toString()
        .split("\n")
        .filter((line) => line.startsWith("{"));
      done({
        code: code ?? 1,
        lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>),
        err: Buffer.concat(err).toString(),
      });
    });
  });
}

function lineOf(outcome: Outcome): string {
  const name = outcome.suite.padEnd(18);
  if (outcome.kind !== "measured") return `${name} ${outcome.kind}: ${outcome.reason}`;
  const { metrics, seconds } = outcome.figures;
  const shown = SHOWN.filter((metric) => typeof metrics[metric] === "number").slice(0, SHOWN_MAX);
  const figures = shown.map((metric) => `${metric} ${shortly(Number(metrics[metric]))}`);
  return `${name} ${figures.join("  ")}  (${Math.round(seconds)} s)`;
}

const shortly = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(4));

await main();
