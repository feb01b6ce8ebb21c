/** `cordon up`, wired: sources, stream, cases and API on one data folder, until closed. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { makeStop } from "@cordon/adapters/runtime";
import { makeFilesSource } from "@cordon/adapters/sources/files/files";
import { makeSyslogSource, type SyslogConfig } from "@cordon/adapters/sources/syslog/syslog";
import { makeTailSource } from "@cordon/adapters/sources/tail/tail";
import { AppError, messageOf } from "@cordon/model/error";
import type { Source } from "@cordon/model/ports/source";
import { MINUTE } from "@cordon/model/time";
import { makeServer } from "../api/server.ts";
import { type Config, configPath, type SourceConfig } from "../config.ts";
import type { Instance } from "../instance.ts";
import { raiseProblem } from "../meters.ts";
import { type ModelParts, runModels } from "../roles/model-role.ts";
import { runSource } from "../roles/source-role.ts";
import { CONSOLE_DIST } from "./content.ts";
import { openDemo } from "./demo.ts";
import { type Embedded, openEmbedded } from "./embedded.ts";
import { watchCaptures } from "./file-captures.ts";
import { mailboxSource, mailFolderSource } from "./mailbox.ts";
import { makeAddedFolder, type RuleWatch, watchRules } from "./reload-watch.ts";
import { ADDED, rulePlaces } from "./rule-files.ts";

export interface LogLine {
  readonly kind: "log";
  readonly level: "error" | "warn" | "info";
  readonly message: string;
}

const LOG_RANK = { error: 0, warn: 1, info: 2, debug: 3 } as const;

export interface ServeOptions {
  readonly demo: boolean;
  readonly console: boolean;
  readonly log: (line: LogLine) => void;
}

export interface Serving {
  readonly instance: Instance;
  readonly url: string;
  /** Reads the rule files again. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

export async function serve(given: Config, options: ServeOptions): Promise<Serving> {
  const demo = options.demo ? openDemo(given) : undefined;
  const config = demo?.config ?? given;
  const log = (level: LogLine["level"], message: string): void => {
    if (LOG_RANK[level] <= LOG_RANK[config.log]) options.log({ kind: "log", level, message });
  };
  const embedded = await openEmbedded(config, {
    demo: options.demo,
    durable: true,
    rules: { paths: [], shipped: true },
    simulateOnly: false,
    log,
  });
  const stop = makeStop();
  try {
    const dist = options.console && existsSync(join(CONSOLE_DIST, "index.html")) ? CONSOLE_DIST : undefined;
    if (options.console && dist === undefined)
      log("warn", "the console is not built (npm start builds it); API and commands work");
    const app = await makeServer(embedded.instance, dist);
    const url = await listen(app, config.listen).catch(async (error: unknown) => {
      await app.close(); // its timers would keep the process alive
      throw error;
    });
    if (config.listen.endsWith(":0")) embedded.listensAt(url);
    const watching = config.rules.watch ? watch(embedded, config, log) : undefined;
    const work = [
      watchCaptures(capturesOf(embedded, config), stop),
      embedded.stream.run(stop),
      embedded.cases.run(stop),
      embedded.intel.run(stop),
      runModels(modelParts(embedded, config), stop),
      ...runSources(embedded, config, stop),
    ];
    if (demo !== undefined) work.push(demo.play(embedded.instance.runtime, stop));
    return {
      instance: embedded.instance,
      url,
      reload: () => reloadRules(embedded.instance, "signal", log),
      async close() {
        watching?.close();
        await app.close();
        stop.stop();
        await Promise.all(work);
        await embedded.close();
      },
    };
  } catch (error) {
    stop.stop();
    await embedded.close();
    throw error;
  }
}

const capturesOf = ({ instance, stores }: Embedded, { data }: Config) => ({
  ...{ evidenceDir: join(data, "evidence"), desk: instance.files, runtime: instance.runtime },
  ...{ meters: instance.meters, kv: stores.state.kv },
});

function modelParts({ instance, cases }: Embedded, { learning }: Config): ModelParts {
  const { models, journal, outcomes, runtime, meters } = instance;
  const { autoClose, retrainHours, quietMinutes } = learning;
  return {
    ...{ models, journal, outcomes, runtime, meters, retrainHours },
    ...{ autoClose: autoClose.length > 0, quietMs: quietMinutes * MINUTE },
    score: (incident) => cases.score(incident),
    nudge: (id) => cases.nudge(id),
  };
}

/** Changed rule files of the operator take effect at once. What goes wrong stands on the status page; what went well in the log. */
function watch(
  { instance }: Embedded,
  config: Config,
  log: (level: LogLine["level"], message: string) => void,
): RuleWatch {
  makeAddedFolder(join(config.data, ADDED));
  return watchRules({
    paths: rulePlaces(config, { paths: [], shipped: false }).map(({ path }) => path),
    onChange: () => void reloadRules(instance, "watch", log),
    onProblem: (message) =>
      raiseProblem(
        instance.meters,
        "rules-watch",
        `rule files are not watched: ${message}`,
        "after a change: cordon rules reload",
      ),
  });
}

export async function reloadRules(
  instance: Instance,
  by: string,
  log: (level: LogLine["level"], message: string) => void,
): Promise<void> {
  const { outcome, reason, changes, loaded } = await instance.ruleCare.reload({ by, force: false });
  if (outcome === "refused") log("error", `rules were not exchanged: ${reason}`);
  if (outcome === "waiting") log("info", `rules are exchanged later: ${reason}`);
  if (outcome !== "exchanged") return;
  const { added, removed, changed } = changes;
  log(
    "info",
    `rules exchanged: ${loaded} loaded; ${added.count} added, ${removed.count} removed, ${changed.count} changed`,
  );
}

async function listen(app: Awaited<ReturnType<typeof makeServer>>, address: string): Promise<string> {
  const at = address.lastIndexOf(":");
  const host = address.slice(0, at).replace(/^\[|\]$/g, "");
  try {
    return await app.listen({ host, port: Number(address.slice(at + 1)) });
  } catch (cause) {
    const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
    const fix =
      code === "EADDRINUSE"
        ? "stop what listens there, or choose another with --listen HOST:PORT"
        : "choose another address with --listen HOST:PORT";
    throw new AppError("unavailable", `cannot listen on ${address}: ${messageOf(cause)}`, { cause, fix });
  }
}

function runSources(embedded: Embedded, config: Config, stop: ReturnType<typeof makeStop>): Promise<void>[] {
  const { instance, intake } = embedded;
  const parts = { deliver: intake.deliver, runtime: instance.runtime, meters: instance.meters };
  return config.sources.flatMap((source) =>
    makeSources(embedded, config, source).map((made) => runSource(made, source.kind, parts, stop)),
  );
}

function makeSources(embedded: Embedded, config: Config, source: SourceConfig): Source[] {
  const { runtime } = embedded.instance;
  const { checkpoints } = embedded.stores.state;
  switch (source.kind) {
    case "files":
      return [
        makeFilesSource(
          { name: source.name, paths: source.paths.map((path) => configPath(config, path)) },
          { runtime },
        ),
      ];
    case "tail":
      return [
        makeTailSource(
          {
            name: source.name,
            paths: source.paths.map((path) => configPath(config, path)),
            suffixes: source.suffixes,
            format: source.format,
            startAt: source.fromStart ? "beginning" : "end",
          },
          { runtime, checkpoints },
        ),
      ];
    case "mailbox":
      return [mailboxSource({ config, source, intake: embedded.mail }, { runtime, checkpoints })];
    case "mail-folder":
      return [mailFolderSource({ config, source, intake: embedded.mail }, { runtime, checkpoints })];
    case "syslog":
      return syslogSources(config, source).map((each) => makeSyslogSource(each, { runtime }));
  }
}

/** One listener per protocol; with `tls` the TCP one speaks TLS only. */
function syslogSources(config: Config, source: Extract<SourceConfig, { kind: "syslog" }>): SyslogConfig[] {
  const listener = (protocol: SyslogConfig["protocol"], address: string): SyslogConfig => {
    const at = address.lastIndexOf(":");
    const host = address.slice(0, at).replace(/^\[|\]$/g, "");
    return { name: `${source.name}-${protocol}`, protocol, host, port: Number(address.slice(at + 1)) };
  };
  const { udp, tcp, tls } = source;
  const secured =
    tls === undefined ? {} : { certPath: configPath(config, tls.cert), keyPath: configPath(config, tls.key) };
  return [
    ...(udp === undefined ? [] : [listener("udp", udp)]),
    ...(tcp === undefined ? [] : [{ ...listener(tls === undefined ? "tcp" : "tls", tcp), ...secured }]),
  ];
}
