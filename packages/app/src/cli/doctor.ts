/** `cordon doctor`: what is missing or wrong, and how to fix it. Looks; changes nothing but one probe file that it removes. */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  rmSync,
  statfsSync,
  writeSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { AppError, messageOf } from "@cordon/model/error";
import { type Config, configPath } from "../config.ts";
import { configOf, findServer } from "./client.ts";
import { type CommandContext, EXIT } from "./command.ts";
import { safeText } from "./terminal.ts";

interface Finding {
  readonly check: string;
  readonly state: "ok" | "warn" | "fail";
  readonly detail: string;
  readonly fix?: string;
}

const NODE_MIN = 24;
const DISK_MIN_MIB = 1_024;
const FSYNC_ROUNDS = 20;
const FSYNC_SUSPICIOUS_MS = 0.05; // faster than any disk that keeps its word
const FSYNC_SLOW_MS = 30;
const MARKS = { ok: "ok  ", warn: "warn", fail: "FAIL" } as const;

export async function run(context: CommandContext): Promise<number> {
  const findings: Finding[] = [node()];
  const config = await tryConfig(context, findings);
  if (config !== undefined) {
    findings.push(...folder(config), ...disk(config), ...(await port(config)), ...sources(config));
    findings.push(...(await parts(config)));
  }
  for (const finding of findings) {
    if (context.json) context.terminal.json({ kind: "finding", ...finding });
    else {
      const style = finding.state === "ok" ? "green" : finding.state === "warn" ? "yellow" : "red";
      context.terminal.line(
        `${context.terminal.paint(style, MARKS[finding.state])}  ${finding.check.padEnd(14)} ${safeText(finding.detail)}`,
      );
      if (finding.fix !== undefined) context.terminal.line(`      fix: ${safeText(finding.fix)}`);
    }
  }
  return findings.some((finding) => finding.state === "fail") ? EXIT.unavailable : EXIT.ok;
}

function node(): Finding {
  const major = Number(process.versions.node.split(".")[0]);
  const good = major >= NODE_MIN;
  return {
    check: "node",
    state: good ? "ok" : "fail",
    detail: `Node ${process.versions.node}`,
    ...(good ? {} : { fix: "run through `npx cordon`, which uses the Node 24 that npm ci installed" }),
  };
}

async function tryConfig(context: CommandContext, findings: Finding[]): Promise<Config | undefined> {
  try {
    const config = configOf(context);
    findings.push({ check: "configuration", state: "ok", detail: config.file ?? "defaults (no file)" });
    return config;
  } catch (error) {
    const fix = error instanceof AppError ? error.fix : undefined;
    findings.push({
      check: "configuration",
      state: "fail",
      detail: messageOf(error),
      ...(fix === undefined ? {} : { fix }),
    });
    return undefined;
  }
}

function folder(config: Config): Finding[] {
  try {
    mkdirSync(config.data, { recursive: true });
    accessSync(config.data, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    return [
      {
        check: "data folder",
        state: "fail",
        detail: messageOf(error),
        fix: `make ${config.data} writable for this user, or set data / --data`,
      },
    ];
  }
  return [{ check: "data folder", state: "ok", detail: config.data }, fsyncLatency(config.data)];
}

function fsyncLatency(data: string): Finding {
  const file = join(data, `.doctor-${process.pid}`);
  const times: number[] = [];
  try {
    const handle = openSync(file, "w");
    for (let round = 0; round < FSYNC_ROUNDS; round += 1) {
      writeSync(handle, "x".repeat(4096));
      const began = performance.now();
      fsyncSync(handle);
      times.push(performance.now() - began);
    }
    closeSync(handle);
  } catch (error) {
    return { check: "fsync", state: "fail", detail: messageOf(error) };
  } finally {
    rmSync(file, { force: true });
  }
  const median = times.sort((a, b) => a - b)[FSYNC_ROUNDS / 2] ?? 0;
  const detail = `median ${median.toFixed(2)} ms`;
  if (median < FSYNC_SUSPICIOUS_MS)
    return {
      check: "fsync",
      state: "warn",
      detail: `${detail}: faster than a disk can be`,
      fix: "check that the file system or the virtual disk honours fsync; if not, a power cut can lose acknowledged records",
    };
  if (median > FSYNC_SLOW_MS)
    return { check: "fsync", state: "warn", detail: `${detail}: slow`, fix: "use a local SSD for the data folder" };
  return { check: "fsync", state: "ok", detail };
}

function disk(config: Config): Finding[] {
  const { bavail, bsize } = statfsSync(config.data);
  const freeMib = Math.floor((Number(bavail) * Number(bsize)) / (1024 * 1024));
  const need = Math.max(DISK_MIN_MIB, config.limits.spoolMiB);
  return freeMib >= need
    ? [{ check: "disk", state: "ok", detail: `${freeMib} MiB free` }]
    : [
        {
          check: "disk",
          state: "warn",
          detail: `${freeMib} MiB free, the spool alone may take ${config.limits.spoolMiB} MiB`,
          fix: "free space, move the data folder, or lower limits.spoolMiB",
        },
      ];
}

async function port(config: Config): Promise<Finding[]> {
  const running = await findServer(config.data);
  if (running !== undefined)
    return [{ check: "server", state: "ok", detail: `running at ${running.url}, process ${running.pid}` }];
  const at = config.listen.lastIndexOf(":");
  const host = config.listen.slice(0, at).replace(/^\[|\]$/g, "");
  const error = await new Promise<Error | undefined>((resolve) => {
    const probe = createServer();
    probe.once("error", resolve);
    probe.listen(Number(config.listen.slice(at + 1)), host, () => probe.close(() => resolve(undefined)));
  });
  return error === undefined
    ? [{ check: "port", state: "ok", detail: `${config.listen} is free` }]
    : [
        {
          check: "port",
          state: "fail",
          detail: `${config.listen}: ${error.message}`,
          fix: "stop what listens there, or set listen / --listen HOST:PORT",
        },
      ];
}

function sources(config: Config): Finding[] {
  if (config.sources.length === 0)
    return [
      {
        check: "sources",
        state: "warn",
        detail: "none configured",
        fix: "add `sources:` to the configuration, or push to /api/v1/ingest/NAME",
      },
    ];
  return config.sources.flatMap((source) => {
    if (source.kind === "syslog")
      return [
        {
          check: `source ${source.name}`,
          state: "ok" as const,
          detail: [source.udp, source.tcp].filter(Boolean).join(", "),
        },
      ];
    if (source.kind === "mailbox")
      return [
        {
          check: `source ${source.name}`,
          state: "ok" as const,
          detail: `${source.user} at ${source.host}:${source.port}`,
        },
      ];
    const paths = source.kind === "mail-folder" ? [source.path] : source.paths;
    return paths.map((path) =>
      existsSync(configPath(config, path))
        ? { check: `source ${source.name}`, state: "ok" as const, detail: path }
        : {
            check: `source ${source.name}`,
            state: "warn" as const,
            detail: `${path} does not exist yet`,
            fix: "check the path; a tail source waits for it",
          },
    );
  });
}

/** What only the wiring knows: content, actuators and their tools. */
async function parts(config: Config): Promise<Finding[]> {
  const { examine } = await import("../wiring/examine.ts");
  return examine(config);
}
