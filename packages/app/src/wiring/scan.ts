/** `cordon scan`, wired: files -> spool -> detections -> incidents, in a throw-away folder unless told to keep it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeStop } from "@cordon/adapters/runtime";
import { makeFilesSource } from "@cordon/adapters/sources/files/files";
import type { Detection } from "@cordon/model/detection";
import { AppError } from "@cordon/model/error";
import type { Incident } from "@cordon/model/incident";
import type { Deliver } from "@cordon/model/ports/source";
import type { Level } from "@cordon/model/rule";
import type { Config } from "../config.ts";
import { runSource } from "../roles/source-role.ts";
import { type Embedded, openEmbedded } from "./embedded.ts";
import type { RuleChoice } from "./rule-files.ts";
import { acceptedOf } from "./rule-shelf.ts";

export interface ScanRequest {
  readonly config: Config;
  readonly paths: readonly string[];
  readonly ruleset: RuleChoice & { readonly minLevel?: Level };
  /** Files of indicators to look for. */
  readonly intel: readonly string[];
  /** Files of STIX indicators whose patterns are looked for. */
  readonly stix: readonly string[];
  /** The host whose logs these are, for records that do not name one. */
  readonly host?: string;
  /** Keep what was found in the data folder; otherwise it is thrown away. */
  readonly keep: boolean;
  readonly progress: (text: string) => void;
  readonly onDetection: (detection: Detection) => void;
}

export interface ScanSummary {
  readonly files: number;
  readonly records: number;
  readonly parsed: number;
  readonly unmapped: number;
  readonly failed: readonly { readonly file: string; readonly reason: string }[];
  /** Files with something odd about them, of which nothing was lost; absent when there are none. */
  readonly remarks?: readonly { readonly file: string; readonly reason: string }[];
  readonly rules: { readonly loaded: number; readonly rejected: number };
  readonly detections: number;
  readonly incidents: number;
}

export interface ScanResult {
  readonly incidents: readonly Incident[];
  /** Empty when they were streamed to `onDetection` only. */
  readonly detections: readonly Detection[];
  readonly summary: ScanSummary;
}

/** Reasons kept per file: the first says what is wrong, thousands would say it again. */
const REASONS_PER_FILE = 20;
const DETECTIONS_HELD_MAX = 100_000;
const PAGE = 500;
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

export async function runScan(request: ScanRequest): Promise<ScanResult> {
  const folder = request.keep ? undefined : mkdtempSync(join(tmpdir(), "cordon-scan-"));
  const base = folder === undefined ? request.config : { ...request.config, data: folder };
  const config =
    request.ruleset.minLevel === undefined
      ? base
      : { ...base, rules: { ...base.rules, minLevel: request.ruleset.minLevel } };
  const stop = makeStop();
  const interrupted = (): void => stop.stop();
  const removeFolder = (): void => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  };
  for (const signal of SIGNALS) process.once(signal, interrupted);
  process.once("exit", removeFolder); // `| head` ends the process from outside this function
  const tally = makeTally();
  const detections: Detection[] = [];
  try {
    const embedded = await openEmbedded(config, {
      demo: false,
      durable: request.keep,
      rules: request.ruleset,
      input: "files-once",
      simulateOnly: true,
      stix: request.stix,
      intel: request.intel,
      log: (_level, message) => void (isAboutModels(message) || tally.faults.push(message)),
      onResult(result) {
        for (const detection of result.detections) {
          request.onDetection(detection);
          if (detections.length < DETECTIONS_HELD_MAX) detections.push(detection);
        }
        for (const problem of result.problems)
          tally.fail(
            problem.input,
            `record ${problem.position}${problem.offset === undefined ? "" : ` offset ${problem.offset}`}: ${problem.reason}`,
          );
        for (const { input, position, reason } of result.remarks) tally.remark(input, `record ${position}: ${reason}`);
      },
    });
    try {
      tellIntel(embedded, tally);
      for (const { source, id, reason } of embedded.stix.now().rejected) tally.fail(source, `${id}: ${reason}`);
      await read(embedded, request, tally, stop);
      tellModels(embedded, tally);
      if (stop.stopped) throw new AppError("interrupted", "interrupted");
      return await conclude(embedded, tally, detections);
    } finally {
      await embedded.close();
    }
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupted);
    process.off("exit", removeFolder);
    removeFolder();
  }
}

type Tally = ReturnType<typeof makeTally>;

function makeTally() {
  const failed = new Map<string, string[]>();
  const remarked = new Map<string, { readonly reason: string; count: number }>();
  return {
    files: 0,
    faults: [] as string[],
    failed,
    remarked,
    /** One line per file: the first remark, and how many more there are. */
    remark(file: string, reason: string): void {
      const known = remarked.get(file);
      if (known === undefined) remarked.set(file, { reason, count: 1 });
      else known.count += 1;
    },
    fail(file: string, reason: string): void {
      const reasons = failed.get(file) ?? [];
      if (reasons.length < REASONS_PER_FILE) reasons.push(reason);
      failed.set(file, reasons);
    },
  };
}

/** What is wrong with files of indicators is told like any input that failed. */
function tellIntel({ intel }: Embedded, tally: Tally): void {
  for (const { place, error, bad, badRows } of intel.desk.status().feeds) {
    if (error !== undefined) tally.fail(place, error);
    for (const { line, reason } of badRows) tally.remark(place, `line ${line}: ${reason}`);
    if (bad > badRows.length) tally.remark(place, `${bad} rows are no indicators`);
  }
}

/** Learnt models that cannot be used are problems, told below. */
const isAboutModels = (message: string): boolean => message.startsWith("learnt model: ");

function tellModels({ instance }: Embedded, tally: Tally): void {
  for (const [code, { message }] of instance.meters.problems)
    if (code.startsWith("content-") || code.endsWith("-model")) tally.fail("(models)", message);
}

async function read(
  embedded: Embedded,
  request: ScanRequest,
  tally: Tally,
  stop: ReturnType<typeof makeStop>,
): Promise<void> {
  const { instance } = embedded;
  const { config } = instance;
  const source = makeFilesSource(
    { name: "files", paths: request.paths, ...(request.host !== undefined && { host: request.host }) },
    {
      runtime: instance.runtime,
      onFile(input) {
        tally.files += 1;
        request.progress(
          `${tally.files} files, ${instance.meters.events} events, ${instance.meters.detections} detections: ${input}`,
        );
      },
    },
  );
  const reading = makeStop();
  const release = stop.onStop(() => reading.stop());
  const following = embedded.stream.run(reading);
  await runSource(
    source,
    "files",
    {
      deliver: naming(tally, config.limits.recordKiB * 1024, embedded.intake.deliver),
      runtime: instance.runtime,
      meters: instance.meters,
      onFail: ({ input, position, reason }) =>
        tally.fail(input, position === undefined ? reason : `record ${position}: ${reason}`),
    },
    stop,
  );
  await embedded.intake.drain();
  reading.stop();
  await following;
  release();
  await embedded.stream.drain(stop);
  await embedded.cases.drain(stop, (left) => request.progress(`${left} incidents to look at`));
}

/** A record that is kept cut counts among what could not be read: whoever scans must learn of it. */
function naming(tally: Tally, bytesMax: number, deliver: Deliver): Deliver {
  return async (batch) => {
    await deliver(batch);
    for (const { input, position, body, meta } of batch) {
      const { length } = body.open();
      const cut = meta?.cut ?? (length > bytesMax ? `kept ${bytesMax} of ${length} bytes` : undefined);
      if (cut !== undefined) tally.fail(input, `record ${position}: ${cut}`);
    }
  };
}

function remarkOf(file: string, { reason, count }: { readonly reason: string; readonly count: number }) {
  return { file, reason: count === 1 ? reason : `${reason}; and ${count - 1} more remarks` };
}

async function conclude(embedded: Embedded, tally: Tally, detections: readonly Detection[]): Promise<ScanResult> {
  const { instance } = embedded;
  const rules = embedded.rules();
  const { meters } = instance;
  const incidents: Incident[] = [];
  for (let after: Incident | undefined; ; ) {
    const page = await instance.journal.list({
      order: "priority",
      limit: PAGE,
      ...(after === undefined ? {} : { after: after.id }),
    });
    incidents.push(...page.filter((incident) => incident.mergedInto === undefined));
    after = page.at(-1);
    if (page.length < PAGE) break;
  }
  const fault = tally.faults[0];
  if (fault !== undefined) tally.fail("(cordon)", fault);
  return {
    incidents,
    detections,
    summary: {
      files: tally.files,
      records: meters.events,
      parsed: meters.events - meters.unmapped,
      unmapped: meters.unmapped,
      failed: [...tally.failed].map(([file, reasons]) => ({ file, reason: reasons.join("; ") })),
      ...(tally.remarked.size > 0 && { remarks: [...tally.remarked].map(([file, remark]) => remarkOf(file, remark)) }),
      rules: { loaded: acceptedOf(rules), rejected: rules.rejected.length },
      detections: meters.detections,
      incidents: incidents.length,
    },
  };
}
