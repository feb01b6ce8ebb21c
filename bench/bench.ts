/**
 * `npm run bench [-- NAME...] [--json] [--full]`: how fast each part is on this machine, as one table.
 * `npm run -s bench -- detect --rules DIR --events FILE.ndjson --json [--routed]`: detection on a file of your own.
 *
 * Each bench runs in a process of its own: its memory is its own, and no bench runs code that another one has warmed up.
 * docs/performance.md says what each figure means.
 */
import { spawn } from "node:child_process";
import { availableParallelism, cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { type Effort, type Figure, FULL, QUICK } from "./measure.ts";

type Bench = (effort: Effort) => readonly Figure[] | Promise<readonly Figure[]>;

const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  json: async () => (await import("./json.ts")).benchJson,
  evtx: async () => (await import("./evtx.ts")).benchEvtx,
  normalise: async () => (await import("./normalise.ts")).benchNormalise,
  match: async () => (await import("./match.ts")).benchMatch,
  correlate: async () => (await import("./correlate.ts")).benchCorrelate,
  intel: async () => (await import("./intel.ts")).benchIntel,
  stix: async () => (await import("./stix.ts")).benchStix,
  intake: async () => (await import("./intake.ts")).benchIntake,
  store: async () => (await import("./store.ts")).benchStore,
  path: async () => (await import("./path.ts")).benchPath,
  anomaly: async () => (await import("./anomaly.ts")).benchAnomaly,
  learning: async () => (await import("./learning.ts")).benchLearning,
  behaviour: async () => (await import("./behaviour.ts")).benchBehaviour,
};

const USAGE = `usage: npm run bench -- [NAME...] [--json] [--full]
       npm run -s bench -- detect --rules DIR... --events FILE.ndjson [--json] [--routed] [--seconds N]
names: ${Object.keys(BENCHES).join(" ")}`;

/** What one process says: its figures, and what it took. */
interface Report {
  readonly bench: string;
  readonly figures: readonly Figure[];
  readonly peakRssBytes: number;
  readonly cpuSeconds: number;
}

const DETECT_CPU_SECONDS = 10;
const KIB = 1_024;

async function main(): Promise<number> {
  const { values, positionals } = readArguments();
  const unknown = positionals.find((name) => name !== "detect" && !Object.hasOwn(BENCHES, name));
  if (values.help === true || unknown !== undefined) {
    process.stderr.write(`${unknown === undefined ? "" : `bench: no bench "${unknown}"\n`}${USAGE}\n`);
    return values.help === true ? 0 : 2;
  }
  if (values.events !== undefined) return detect(values.events, values);
  const effort = values.full === true ? FULL : QUICK;
  const names = positionals.map((name) => (name === "detect" ? "match" : name));
  if (values.child === true) {
    const [name = ""] = names;
    process.stdout.write(`${JSON.stringify(await measure(name, effort))}\n`);
    return 0;
  }
  const asked = names.length === 0 ? Object.keys(BENCHES) : names;
  return values.json === true ? reportLines(asked, values.full === true) : reportTable(asked, values.full === true);
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        json: { type: "boolean" },
        full: { type: "boolean" },
        child: { type: "boolean" },
        help: { type: "boolean", short: "h" },
        rules: { type: "string", multiple: true },
        events: { type: "string" },
        routed: { type: "boolean" },
        seconds: { type: "string" },
      },
    });
  } catch (error) {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    process.exit(2);
  }
}

interface DetectWish {
  readonly rules?: readonly string[];
  readonly routed?: boolean;
  readonly seconds?: string;
  readonly json?: boolean;
}

async function detect(events: string, wish: DetectWish): Promise<number> {
  const cpuSeconds = Number(wish.seconds ?? DETECT_CPU_SECONDS);
  if (!(cpuSeconds > 0)) {
    process.stderr.write(`bench: --seconds: a number above 0 is needed, not ${wish.seconds}\n`);
    return 2;
  }
  const { detectFile } = await import("./detect-file.ts");
  try {
    const rules = wish.rules ?? (await import("./material.ts")).rulePaths();
    const result = detectFile({ rules, events, routed: wish.routed === true, cpuSeconds });
    const perSecond = `${Math.round(result.events / Math.max(result.cpuSeconds, 1e-9))} events per CPU-second\n`;
    process.stdout.write(wish.json === true ? `${JSON.stringify(result)}\n` : perSecond);
    return 0;
  } catch (error) {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
    return 4;
  }
}

async function measure(name: string, effort: Effort): Promise<Report> {
  const load = BENCHES[name];
  if (load === undefined) throw new Error(`no bench "${name}"`);
  const figures = await (await load())(effort);
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  return { bench: name, figures, peakRssBytes: maxRSS * KIB, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 };
}

function inOwnProcess(name: string, full: boolean): Promise<Report | undefined> {
  const child = spawn(process.execPath, [import.meta.filename, name, "--child", ...(full ? ["--full"] : [])], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => {
    child.on("error", () => resolve(undefined));
    child.on("close", (code) => {
      // Our own output, a line above: its shape is known.
      resolve(code === 0 ? (JSON.parse(Buffer.concat(chunks).toString("utf8")) as Report) : undefined);
    });
  });
}

function machine() {
  const [processor] = cpus();
  const [load = 0] = loadavg();
  return {
    kind: "machine" as const,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: processor?.model ?? "unknown",
    cores: availableParallelism(),
    load: Math.round(load * 10) / 10,
  };
}

async function reportLines(names: readonly string[], full: boolean): Promise<number> {
  const line = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
  line(machine());
  let failed = 0;
  for (const name of names) {
    const report = await inOwnProcess(name, full);
    if (report === undefined) {
      failed += 1;
      line({ kind: "failed", bench: name });
      continue;
    }
    const { figures, ...rest } = report;
    for (const each of figures) line({ kind: "figure", bench: name, ...each });
    line({ kind: "process", ...rest });
  }
  return failed === 0 ? 0 : 1;
}

async function reportTable(names: readonly string[], full: boolean): Promise<number> {
  const { node, platform, cpu, cores, load } = machine();
  const write = (text: string): void => void process.stdout.write(`${text}\n`);
  write(`node ${node} on ${platform}, ${cores} x ${cpu}, load ${load}`);
  write(row(["", "min", "median", "max", "", ""]));
  let failed = 0;
  for (const name of names) {
    const report = await inOwnProcess(name, full);
    if (report === undefined) {
      failed += 1;
      write(`${name}: failed`);
      continue;
    }
    for (const { name: label, min, median, max, unit, note } of report.figures)
      write(row([label, number(min), number(median), number(max), unit, note ?? ""]));
    const mib = Math.round(report.peakRssBytes / KIB / KIB);
    write(row([`${name}: peak memory`, "", String(mib), "", "MiB", `${report.cpuSeconds.toFixed(1)} CPU-s in all`]));
    if (report.figures.length === 0) write(`${name}: not measured, ../shared/data is not there`);
  }
  return failed === 0 ? 0 : 1;
}

const WIDTHS = [54, -9, -9, -9, 13] as const;

function row(cells: readonly string[]): string {
  const padded = cells.map((cell, at) => {
    const width = WIDTHS[at] ?? 0;
    return width < 0 ? cell.padStart(-width) : cell.padEnd(width);
  });
  return padded.join(" ").trimEnd();
}

const number = (value: number): string =>
  value >= 100 ? String(Math.round(value)) : value.toFixed(value >= 10 ? 1 : 2);

process.exitCode = await main();
