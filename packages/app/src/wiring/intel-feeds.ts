/** Which feeds there are: the configured ones, files that `cordon intel add` copied, and those named for one scan. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { makeFileFeed } from "@cordon/adapters/intel/file-feed";
import { makeHttpFeed } from "@cordon/adapters/intel/http-feed";
import { type FeedForm, readFeed } from "@cordon/engine/stream/detect/intel/formats/read-feed";
import { AppError } from "@cordon/model/error";
import type { IndicatorFacts } from "@cordon/model/indicator";
import type { FeedSource } from "@cordon/model/ports/intel";
import type { Runtime } from "@cordon/model/ports/runtime";
import { type Config, configPath, resolveSecret } from "../config.ts";
import { unreadable } from "../file-faults.ts";

export type FeedConfig = Config["intel"]["feeds"][number];

export interface Feed {
  readonly name: string;
  readonly source: FeedSource;
  readonly form: FeedForm;
  readonly refreshMinutes: number;
  /** Changes when the same text would be read otherwise. */
  readonly key: string;
}

/** Below the data folder: images, and what `cordon intel add` copied. */
export const intelFolder = (config: Config): string => join(config.data, "intel");
const addedFolder = (config: Config): string => join(intelFolder(config), "added");

/** What a file says that nobody described: rather sure, since somebody chose it. */
const ADDED_CONFIDENCE = 75;
const FILE_MINUTES = 1;

export function feedsOf(config: Config, runtime: Runtime, files: readonly string[]): readonly Feed[] {
  const configured = config.intel.feeds.map((feed, index) => configuredFeed(config, feed, { runtime, index }));
  const folder = addedFolder(config);
  const added = existsSync(folder) ? readdirSync(folder).sort() : [];
  return [
    ...configured,
    ...added.map((file) => fileFeed(`added-${file}`, join(folder, file))),
    ...files.map((path, index) => fileFeed(`${basename(path)}${index === 0 ? "" : `-${index}`}`, path)),
  ];
}

function fileFeed(name: string, path: string): Feed {
  // Whoever names a file by hand means the private addresses in it.
  const facts: IndicatorFacts = { feed: name, confidence: ADDED_CONFIDENCE, insist: "own-network" };
  return { name, source: makeFileFeed(resolve(path)), form: { facts }, refreshMinutes: FILE_MINUTES, key: "added" };
}

function configuredFeed(
  config: Config,
  feed: FeedConfig,
  at: { readonly runtime: Runtime; readonly index: number },
): Feed {
  const { name, path, url, format, kind, columns, subdomains, refreshMinutes } = feed;
  const facts: IndicatorFacts = {
    ...{ feed: name, confidence: feed.confidence },
    ...(feed.severity === undefined ? {} : { severity: feed.severity }),
    ...(feed.label === undefined ? {} : { label: feed.label }),
    ...(feed.tlp === undefined ? {} : { tlp: feed.tlp }),
    ...(feed.ignoreWarningLists ? { insist: "all" as const } : {}),
  };
  const form: FeedForm = {
    facts,
    ...(format === undefined ? {} : { format }),
    ...(kind === undefined ? {} : { kind }),
    ...(subdomains === undefined ? {} : { below: subdomains }),
    ...(columns === undefined ? {} : { columns }),
  };
  const source =
    url === undefined
      ? makeFileFeed(configPath(config, path ?? ""))
      : makeHttpFeed(
          {
            ...{
              url,
              allow: feed.allow,
              bytesMax: feed.maxMiB * 1_024 * 1_024,
              timeoutMs: feed.timeoutSeconds * 1_000,
            },
            ...(feed.token === undefined
              ? {}
              : { token: resolveSecret(feed.token, `intel.feeds.${at.index}.token`, config) }),
          },
          at.runtime,
        );
  return {
    name,
    source,
    form,
    refreshMinutes: url === undefined ? FILE_MINUTES : refreshMinutes,
    key: JSON.stringify([path, url, form]),
  };
}

export interface AddedIntel {
  readonly path: string;
  readonly indicators: number;
  readonly patterns: number;
  readonly bad: readonly { readonly line: number; readonly reason: string }[];
}

/** Copies files into the data folder, each a feed of its own; what is in them is read once to say what is wrong. */
export function addIntel(config: Config, paths: readonly string[]): readonly AddedIntel[] {
  return paths.map((path) => {
    try {
      const result = examineFeed(path);
      if (result.indicators + result.patterns === 0)
        throw new AppError(
          "bad-request",
          `${path}: nothing in it is an indicator${result.bad[0] === undefined ? "" : `; line ${result.bad[0].line}: ${result.bad[0].reason}`}`,
        );
      mkdirSync(addedFolder(config), { recursive: true, mode: 0o700 });
      cpSync(resolve(path), join(addedFolder(config), basename(path)));
      return result;
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      throw unreadable(path, cause);
    }
  });
}

function examineFeed(path: string): AddedIntel {
  const bad: { line: number; reason: string }[] = [];
  let indicators = 0;
  let patterns = 0;
  for (const item of readFeed(readFileSync(path, "utf8"), { facts: { feed: path, confidence: ADDED_CONFIDENCE } })) {
    if (item.kind === "bad") bad.push({ line: item.line, reason: item.reason });
    else if (item.kind === "indicator") indicators += 1;
    else patterns += 1;
  }
  return { path, indicators, patterns, bad };
}
