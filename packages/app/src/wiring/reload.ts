/**
 * Rules that change while events flow: read beside the running set, tried, then exchanged between two batches.
 *
 * E1. What cannot be read, or fails the tests beside it, changes nothing: the rules before go on, and a problem says why.
 *     A single bad rule is rejected like at the start and keeps no other from loading; that it was good before is a problem.
 * E2. The work is done in slices, so that API and detection go on meanwhile. What did not change is not understood anew.
 * E3. A batch is judged by one set. What the old set judged is remembered before the new one judges (stream-role.ts T5).
 * E4. One reload at a time; those asked for meanwhile follow, and all that ask for the same thing share one.
 * E5. Nobody waits for a long backlog: who asks is told that the exchange waits, and for what; it happens all the same.
 * E6. Many new files are parsed once: what `rules add` or another run kept is taken up, as at the start. It can only save time.
 * E7. Closing gives up a reload within a slice.
 */
import { existsSync, readFileSync } from "node:fs";
import type { CorrelationRule } from "@cordon/engine/stream/detect/correlate/correlation";
import { runRuleTests } from "@cordon/engine/stream/detect/rule-test";
import {
  type LoadOptions,
  makeRuleLoader,
  type ReadBefore,
  type Rejected,
  type RuleFile,
  type RuleSet,
} from "@cordon/engine/stream/detect/sigma/load-rules";
import type { WireReload } from "@cordon/model/api/rules";
import { AppError, messageOf } from "@cordon/model/error";
import type { FieldView } from "@cordon/model/view";
import { type Meters, raiseProblem } from "../meters.ts";
import type { StreamRole } from "../roles/stream-role.ts";
import type { LiveRules, Pace } from "./reload-live.ts";
import { type RulePlace, readRuleFile } from "./rule-files.ts";
import type { YamlCacheFile } from "./yaml-cache-file.ts";

/** Longer than this nothing else waits for a slice, but for the index of one log source. */
const SLICE_MS = 12;
/** Who asks while a backlog is judged is told so after this long. */
const WAIT_MS = 3_000;
const LOOK_MS = 200;
const NAMED_IN_PROBLEM = 3;
const FAILED_SHOWN_MAX = 20;
/** Opening the cache of a large corpus takes as long as parsing about this many files, and is one slice. */
const PARSED_ANEW_MAX = 100;

export interface ReloadRequest {
  /** Who or what asked: a person, `watch`, `signal`. */
  readonly by: string;
  readonly force: boolean;
}

export interface RuleReload {
  reload(request: ReloadRequest): Promise<WireReload>;
  close(): Promise<void>;
}

export interface ReloadParts {
  readonly live: LiveRules;
  readonly places: () => readonly RulePlace[];
  readonly options: LoadOptions;
  /** What other runs parsed, e.g. `cordon rules add` a moment ago. Absent: every changed file is parsed here. */
  readonly parsed?: (places: readonly RulePlace[]) => Pick<YamlCacheFile, "read"> | undefined;
  readonly before: ReadBefore;
  readonly views: ReadonlyMap<string, FieldView>;
  readonly meters: Meters;
  readonly stream: Pick<StreamRole, "between" | "backlog">;
}

export function makeReload(parts: ReloadParts): RuleReload {
  let last: Promise<unknown> = Promise.resolve();
  let texts = textsOf(parts.before);
  let lost: readonly string[] = [];
  let closed = false;
  const next = new Map<boolean, Promise<WireReload>>();

  const one = async (request: ReloadRequest): Promise<WireReload> => {
    const begun = performance.now();
    const pace = makePace(() => closed);
    const read = await compile(parts, pace);
    if (typeof read === "string") return refused(parts, { reason: read, begun });
    const made = await parts.live.prepare(read, pace);
    const nowRejected = newlyRejected(parts.live.set(), read);
    if (made.same) {
      // Whatever was wrong with the files is mended: they are those in force again.
      parts.meters.problems.delete("rules-reload");
      lost = raiseRejected(parts.meters, read, lost);
      return { ...answerOf(parts, "unchanged", begun), rejected: read.rejected.length };
    }
    const changed = [...parts.before.values()]
      .map(({ file }) => file)
      .filter((file) => texts.get(file.path) !== file.text);
    const tests = await runTests(changed, { ...parts, set: read, pace });
    if (tests.failed.length > 0 && !request.force) {
      const first = tests.failed.slice(0, NAMED_IN_PROBLEM).map(({ path, reason }) => `${path}: ${reason}`);
      const reason = `${tests.failed.length} rule files fail the tests beside them: ${first.join("; ")}`;
      return { ...refused(parts, { reason, begun }), tests };
    }
    const correlations = fateOf(parts.live.set().correlations, read.correlations);
    let changes: WireReload["changes"] | undefined;
    await parts.stream.between(async () => {
      changes = await made.exchange(request.by);
    });
    texts = textsOf(parts.before);
    parts.meters.problems.delete("rules-reload");
    lost = raiseRejected(parts.meters, read, [...lost, ...nowRejected.map(({ path }) => path)]);
    const answer = answerOf(parts, "exchanged", begun);
    return { ...answer, changes: changes ?? answer.changes, nowRejected: nowRejected.map(rowOf), tests, correlations };
  };

  const follow = (request: ReloadRequest): Promise<WireReload> => {
    const mine = last
      .then(() => {
        next.delete(request.force);
        return one(request);
      })
      .catch((error: unknown) => refused(parts, { reason: messageOf(error), begun: performance.now() }));
    next.set(request.force, mine);
    last = mine;
    return mine;
  };

  return {
    reload: (request) => soon(parts, next.get(request.force) ?? follow(request)),
    async close() {
      closed = true;
      await last;
    },
  };
}

/** The answer itself, or that it waits for batches that lie in the spool since the start. */
async function soon(parts: ReloadParts, answer: Promise<WireReload>): Promise<WireReload> {
  const begun = performance.now();
  let over = false;
  const watched = answer.finally(() => {
    over = true;
  });
  for (;;) {
    await Promise.race([watched, new Promise((resolve) => setTimeout(resolve, LOOK_MS))]);
    if (over) return watched;
    const batches = parts.stream.backlog();
    if (batches === 0 || performance.now() - begun < WAIT_MS) continue;
    const reason = `${batches} batches that lay in the spool at the start are judged by the rules before; the exchange follows by itself`;
    return { ...answerOf(parts, "waiting", begun), reason };
  }
}

const rowOf = ({ path, id, code, reason }: Rejected) => ({ path, ...(id === undefined ? {} : { id }), code, reason });

const NO_CHANGE = { count: 0, ids: [] };

function answerOf({ live }: ReloadParts, outcome: WireReload["outcome"], begun: number): WireReload {
  const { digest, loaded } = live.shelf;
  return {
    ...{ outcome, digest, loaded, rejected: live.set().rejected.length },
    changes: { added: NO_CHANGE, removed: NO_CHANGE, changed: NO_CHANGE },
    nowRejected: [],
    tests: { run: 0, failed: [] },
    correlations: { kept: live.set().correlations.length, restarted: [] },
    tookMs: Math.round(performance.now() - begun),
  };
}

function refused(
  parts: ReloadParts,
  { reason, begun }: { readonly reason: string; readonly begun: number },
): WireReload {
  const fix = "the rules before go on; mend the files, or take them as they are: cordon rules reload --force";
  raiseProblem(parts.meters, "rules-reload", `rules were not exchanged: ${reason}`, fix);
  return { ...answerOf(parts, "refused", begun), reason };
}

const textsOf = (before: ReadBefore): ReadonlyMap<string, string> =>
  new Map([...before].map(([path, { file }]) => [path, file.text]));

/** Lets everything else have its turn when a slice is over. */
function makePace(closed: () => boolean): Pace {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < SLICE_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    if (closed()) throw new AppError("unavailable", "the server stops");
    since = performance.now();
  };
}

/** The reason, when the files cannot be read. */
async function compile({ places, options, parsed, before }: ReloadParts, pace: Pace): Promise<RuleSet | string> {
  try {
    const all = places();
    const files: RuleFile[] = [];
    for (const place of all) {
      files.push(readRuleFile(place));
      await pace();
    }
    const changed = files.filter(({ path, text }) => before.get(path)?.file.text !== text).length;
    // Few files are parsed faster than the cache is opened.
    const cache = changed < PARSED_ANEW_MAX ? undefined : parsed?.(all);
    const loader = makeRuleLoader({ ...options, ...(cache && { readYaml: cache.read }) }, before);
    for (const file of files) {
      loader.add(file);
      await pace();
    }
    return loader.finish();
  } catch (error) {
    return messageOf(error);
  }
}

/** Documents that were rules before, in their file, and are refused now. */
function newlyRejected(before: RuleSet, next: RuleSet): readonly Rejected[] {
  const all = (set: RuleSet) => [...set.rules, ...set.correlations, ...set.filters];
  const accepted = new Set(all(before).flatMap(({ path, id }) => [path, `${path}\0${id}`]));
  const still = new Set(all(next).map(({ path }) => path));
  return next.rejected.filter(({ path, id }) =>
    id === undefined ? accepted.has(path) && !still.has(path) : accepted.has(`${path}\0${id}`),
  );
}

/** A problem stands until each of them is a rule again or gone. Returns which are left. */
function raiseRejected(meters: Meters, set: RuleSet, before: readonly string[]): readonly string[] {
  const rejected = new Set(set.rejected.map(({ path }) => path));
  const paths = [...new Set(before)].filter((path) => rejected.has(path));
  if (paths.length === 0) {
    meters.problems.delete("rules-rejected");
    return paths;
  }
  const first = set.rejected.find(({ path }) => path === paths[0]);
  const more = paths.length === 1 ? "" : ` and ${paths.length - 1} more files`;
  const reason = `${first?.path}: ${first?.code}: ${first?.reason}`;
  raiseProblem(
    meters,
    "rules-rejected",
    `rules that were live are rejected now: ${reason}${more}`,
    "cordon rules list --rejected",
  );
  return paths;
}

interface Trial extends ReloadParts {
  readonly set: RuleSet;
  readonly pace: Pace;
}

/** The tests beside the files that changed. */
async function runTests(
  changed: readonly RuleFile[],
  { set, views, options, before, pace }: Trial,
): Promise<WireReload["tests"]> {
  const failed: { path: string; reason: string }[] = [];
  let run = 0;
  for (const rule of changed) {
    const test = sidecarOf(rule.path);
    if (test === undefined) continue;
    run += 1;
    const references = referencesOf(rule.path, set).flatMap((path) => before.get(path)?.file ?? []);
    for (const { cases, problems } of runRuleTests([{ rule, references, test }], views, options.placeholders)) {
      const bad = cases.filter(({ ok }) => !ok).map(({ name, reason }) => `${name}: ${reason ?? "failed"}`);
      const [first] = [...bad, ...problems.filter((problem) => problem.startsWith("sidecar"))];
      if (first !== undefined) failed.push({ path: rule.path, reason: first });
    }
    await pace();
  }
  return { run, failed: failed.slice(0, FAILED_SHOWN_MAX) };
}

function sidecarOf(path: string): string | undefined {
  const sidecar = [".yml", ".yaml"].map((ending) => path.replace(/\.ya?ml$/, `.test${ending}`)).find(existsSync);
  return sidecar === undefined ? undefined : readFileSync(sidecar, "utf8");
}

/** Other files that the file's correlations build on. */
function referencesOf(path: string, set: RuleSet): readonly string[] {
  const found = new Set<string>();
  const follow = (rule: CorrelationRule): void => {
    for (const { to } of rule.parts) {
      if (to.rule.path !== path) found.add(to.rule.path);
      if (to.kind === "correlation") follow(to.rule);
    }
  };
  for (const rule of set.correlations) if (rule.path === path) follow(rule);
  return [...found];
}

/** Windows go on where the correlation and all it refers to read the same. */
function fateOf(before: readonly CorrelationRule[], next: readonly CorrelationRule[]): WireReload["correlations"] {
  const definitions = new Map(before.map(({ id, definition }) => [id, definition]));
  const known = next.filter(({ id }) => definitions.has(id));
  const kept = known.filter(({ id, definition }) => definitions.get(id) === definition);
  return { kept: kept.length, restarted: known.filter((rule) => !kept.includes(rule)).map(({ id }) => id) };
}
