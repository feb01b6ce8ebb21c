/**
 * Everything in one process on embedded stores: joins engine and adapters (W4) and hands out an Instance.
 * Used by `up` (with sources and server), by commands on a folder without a server, and by `scan`.
 */
import { mkdirSync } from "node:fs";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { makeActuator } from "@cordon/adapters/actions/index";
import type { Notice } from "@cordon/adapters/actions/notice";
import type { ActionDeps } from "@cordon/adapters/actions/order";
import { loadCedar } from "@cordon/adapters/policy/cedar";
import { makeRuntime } from "@cordon/adapters/runtime";
import { makePushIntake } from "@cordon/adapters/sources/http/push";
import type { OpenBreaker } from "@cordon/engine/cases/contain/breaker";
import { type Contain, makeContain } from "@cordon/engine/cases/contain/contain";
import { reportHtml, reportMarkdown } from "@cordon/engine/cases/report/report";
import type { BehaviourWay } from "@cordon/engine/stream/detect/behaviour/way";
import type { ReadBefore, RuleSet } from "@cordon/engine/stream/detect/sigma/load-rules";
import { INTAKE_LIMITS, type Intake, makeIntake } from "@cordon/engine/stream/intake/intake";
import { makeNormaliser } from "@cordon/engine/stream/normalise/normalise";
import type { StreamResult } from "@cordon/engine/stream/stream";
import { ACTION_KINDS } from "@cordon/model/action";
import type { ActionConfig } from "@cordon/model/action-config";
import { AppError, messageOf } from "@cordon/model/error";
import { type IncidentId, incidentId } from "@cordon/model/ids";
import type { Runtime } from "@cordon/model/ports/runtime";
import { MINUTE } from "@cordon/model/time";
import { type Config, configPath } from "../config.ts";
import type { Instance, KillSwitch, Person, Response } from "../instance.ts";
import { type Meters, makeMeters, raiseProblem, sourceMeter } from "../meters.ts";
import type { CaseRole } from "../roles/case-role.ts";
import { makeStreamRole, type StreamRole } from "../roles/stream-role.ts";
import { version } from "../version.ts";
import { type Cases, type CaseWiring, wireCases } from "./cases.ts";
import { CONTENT, readTexts } from "./content.ts";
import { makeFileDesk } from "./file-desk.ts";
import { rulePathsOf } from "./file-examiner.ts";
import { followFileModel } from "./file-judge.ts";
import { type FilePool, makeFilePool } from "./file-pool.ts";
import { makeForgetting } from "./forget-confirmed.ts";
import type { Intel } from "./intel.ts";
import { makeInventory } from "./inventory.ts";
import { makeKeys } from "./keys.ts";
import { makeKillSwitch } from "./kill-switch.ts";
import { openLearnt } from "./learning-open.ts";
import { judgeAttached } from "./mail-files.ts";
import { type MailIntake, openMailIntake } from "./mail-intake.ts";
import { isMail, readPushedMail } from "./mail-push.ts";
import { autoCloseOf, openModels } from "./models.ts";
import { openWays } from "./open-ways.ts";
import { playbookShelf, readPlaybooks } from "./playbook-shelf.ts";
import { openRules } from "./reload-open.ts";
import { type RuleChoice, readRules } from "./rule-files.ts";
import { ruleStudy } from "./rule-study.ts";
import type { OpenedStix } from "./stix.ts";
import { openStores, type Stores } from "./stores.ts";

export interface EmbeddedOptions {
  readonly demo: boolean;
  /** False for throw-away folders. */
  readonly durable: boolean;
  readonly rules: RuleChoice;
  /** `files-once`: input ends, and may come in any order of time. */
  readonly input?: "files-once" | "live";
  /** Only actuators that change nothing, whatever the configuration says. */
  readonly simulateOnly: boolean;
  /** Further files of indicators, for this run. */
  readonly intel?: readonly string[];
  /** Further files of STIX indicators, for this run. */
  readonly stix?: readonly string[];
  readonly onResult?: (result: StreamResult) => void;
  readonly log: (level: "error" | "warn" | "info", message: string) => void;
}

export interface Embedded {
  readonly instance: Instance;
  readonly intake: Intake;
  readonly stream: StreamRole;
  readonly cases: Cases;
  readonly intel: Intel;
  readonly stix: OpenedStix;
  readonly mail: MailIntake;
  readonly stores: Stores;
  rules(): RuleSet;
  /** Where the server really listens, once it does: links in reports and notices lead there. */
  listensAt(url: string): void;
  close(): Promise<void>;
}

export async function openEmbedded(config: Config, options: EmbeddedOptions): Promise<Embedded> {
  const runtime = makeRuntime();
  const meters = makeMeters(runtime.now());
  const before: ReadBefore = new Map();
  const rules = readRules(config, options.rules, before);
  const address = { url: baseUrlOf(config) };
  const stores = await openStores(config, runtime, {
    durable: options.durable,
    onDamaged: (message) =>
      raiseProblem(meters, "spool-damaged", message, "the set-aside batch stays in spool.db for a look"),
  });
  try {
    return await assemble({ config, options, runtime, meters, rules, before, stores, address });
  } catch (error) {
    await stores.close();
    throw error;
  }
}

interface Parts {
  readonly config: Config;
  readonly options: EmbeddedOptions;
  readonly runtime: Runtime;
  readonly meters: Meters;
  readonly rules: RuleSet;
  readonly before: ReadBefore;
  readonly stores: Stores;
  readonly address: { url: string };
}

/** All are closed, also after one that fails. */
const inOrder = ([first, ...rest]: readonly { close(): Promise<void> }[]): Promise<void> =>
  first === undefined ? Promise.resolve() : first.close().finally(() => inOrder(rest));

async function assemble(parts: Parts): Promise<Embedded> {
  const { config, options, runtime, meters, rules, stores } = parts;
  const { mappings, state } = stores;
  const fault = (error: unknown): void => {
    options.log("error", error instanceof Error ? (error.stack ?? error.message) : messageOf(error));
    raiseProblem(meters, "fault", messageOf(error), "see the log; a fault is a bug worth reporting");
  };
  const killSwitch = await makeKillSwitch(config.data, state.kv, () => runtime.now());
  const keys = makeKeys(state.tokens, runtime);
  const people = new Map((await keys.list()).map((key) => [key.name, key.role as string]));
  const inventory = makeInventory(config);
  const playbooks = readPlaybooks(config, runtime);
  const contain = wireContain(parts, { killSwitch, people, inventory, playbooks: playbooks.playbooks });
  showBreakers(meters, await contain.openBreakers());
  const learnt = openLearnt({ config, runtime, meters, stores, inventory });
  const models = await openModels({ config, runtime, meters, ...state, learning: learnt.desk });
  const cases = casesOf(parts, { models, learning: learnt.desk, inventory, contain, fault });
  const input = options.input ?? "live";
  const { intel, stix, content, behaviour, senders, ways } = await openWays({
    ...{ config, runtime, meters, stores, inventory, input, log: options.log },
    ...{ intel: options.intel ?? [], stix: options.stix ?? [] },
  });
  const model = followFileModel(config, { meters, log: options.log });
  const pool = makeFilePool({ paths: rulePathsOf(config), model: model.current });
  const mail = await openMailIntake(config, {
    ...{ runtime, kv: state.kv, senders: senders.book, meters, log: options.log },
    judgeFiles: (bytes, hash) => judgeAttached(pool, bytes, hash),
  });
  const opened = await openRules({
    ...{ config, choice: options.rules, rules, before: parts.before, runtime, meters, stores, input },
    ...{ durable: options.durable, ways },
  });
  const forget = behaviour === undefined ? undefined : forgettingOf(parts, behaviour);
  const beat = async (): Promise<void> => {
    await opened.beat();
    mail.look();
    model.look();
    content?.look();
    await forget?.();
  };
  const stream = streamOf(parts, { detector: opened.detector, beat }, input);
  const limits = { ...INTAKE_LIMITS, recordBytesMax: config.limits.recordKiB * 1024 };
  const intake = makeIntake({ spool: stores.spool, runtime, limits });
  const push = pushOf(parts, intake, mail);
  const instance: Instance = {
    config,
    version,
    demo: options.demo,
    runtime,
    ...{ spool: stores.spool, events: stores.events, journal: state.journal, worklist: state.worklist },
    ...{ ledger: state.ledger, learning: learnt.desk, outcomes: learnt.grouped(cases.outcomes) },
    keys,
    rules: opened.shelf,
    behaviour: behaviour?.stats,
    ruleCare: learnt.follow(opened.careOf(stream), opened.shelf),
    study: ruleStudy({
      ...{ config, mappings, runtime, events: stores.events, journal: state.journal },
      rules: opened.set,
    }),
    files: filesOf(parts, { pool, intel: intel.desk, push }),
    ...{ intel: intel.desk, models },
    playbooks: playbookShelf(playbooks, contain),
    response: responseOf(contain, people, cases),
    killSwitch,
    meters,
    report: (incident, format) =>
      (format === "html" ? reportHtml : reportMarkdown)(incident, { baseUrl: parts.address.url }),
    fault,
    push,
  };
  return {
    ...{ instance, intake, stream, cases, intel, stix, mail, stores },
    rules: opened.set,
    listensAt: (url) => listensAt(parts, url),
    close: () => inOrder([pool, opened, stores]),
  };
}

function listensAt({ config, address }: Parts, url: string): void {
  if (config.baseUrl === undefined) address.url = url;
}

type OpenedRules = Awaited<ReturnType<typeof openRules>>;

const forgettingOf = ({ options, runtime, meters, stores }: Parts, way: BehaviourWay): (() => Promise<void>) =>
  makeForgetting({
    ...{ way, runtime, meters, events: stores.events, journal: stores.state.journal },
    log: (text) => options.log("info", text),
  });

function streamOf(
  parts: Parts,
  { detector, beat }: Pick<OpenedRules, "detector" | "beat">,
  input: "files-once" | "live",
): StreamRole {
  const { config, options, runtime, meters, stores } = parts;
  return makeStreamRole({
    spool: stores.spool,
    events: stores.events,
    worklist: stores.state.worklist,
    runtime,
    meters,
    kv: stores.state.kv,
    sealAtEnd: options.durable,
    finishAtEnd: input === "files-once",
    minLevel: config.rules.minLevel,
    normalise: makeNormaliser({ mappings: stores.mappings.mappings, sha256: (text) => runtime.sha256(text) }),
    detector,
    beat,
    ...(options.onResult === undefined ? {} : { onResult: options.onResult }),
  });
}

function filesOf(
  { stores, runtime, meters }: Parts,
  given: { readonly pool: FilePool; readonly intel: Instance["intel"]; readonly push: Instance["push"] },
): Instance["files"] {
  return makeFileDesk({
    ...{ pool: given.pool, intel: given.intel, events: stores.events, journal: stores.state.journal },
    now: () => runtime.now(),
    leftOut(remarks) {
      if (remarks.length === 0) meters.problems.delete("yara-rules");
      else
        raiseProblem(
          meters,
          "yara-rules",
          `${remarks.length} YARA rules are left out; the first: ${remarks[0]?.split("\n")[0]?.slice(0, 300)}`,
          "cordon yara check PATH",
        );
    },
    push: (source, record) => given.push(source, one(record), { peer: "cordon" }),
  });
}

async function* one(record: Uint8Array): AsyncIterable<Uint8Array> {
  yield record;
}

const pushOf =
  ({ config, runtime, meters }: Parts, intake: Intake, mail: MailIntake): Instance["push"] =>
  async (source, given, facts) => {
    const mails = isMail(facts.contentType) ? await readPushedMail(given, mail) : undefined;
    const body = mails?.body ?? given;
    const meter = sourceMeter(meters, source, "push");
    const bytesMax = config.limits.pushMiB * 2 ** 20;
    const answer = await makePushIntake({ source, runtime, deliver: intake.submit, bytesMax }).accept(body, facts);
    meter.accepted += answer.accepted;
    meter.duplicates += answer.duplicates;
    meter.lastRecordAt = runtime.now();
    await mail.keep();
    const problems = [...(mails?.problems ?? []), ...answer.problems];
    return { accepted: answer.accepted, duplicates: answer.duplicates, problems };
  };

function casesOf(
  { config, runtime, meters, stores }: Parts,
  given: Pick<CaseWiring, "inventory" | "contain" | "fault"> & Pick<Instance, "models" | "learning">,
): Cases {
  const { outcomes } = stores.state;
  const autoClose = autoCloseOf(
    { config, runtime, meters, outcomes, learning: given.learning },
    given.models,
    given.inventory,
  );
  return wireCases({ ...given, autoClose, stores, runtime, meters, channels: channelsOf(config) });
}

export const baseUrlOf = (config: Config): string => config.baseUrl ?? `http://${config.listen}`;

interface ContainParts {
  readonly killSwitch: KillSwitch;
  readonly people: ReadonlyMap<string, string>;
  readonly inventory: Parameters<typeof makeContain>[0]["inventory"];
  readonly playbooks: Parameters<typeof makeContain>[0]["playbooks"];
}

function wireContain(parts: Parts, given: ContainParts): Contain {
  const { config, options, runtime, stores } = parts;
  const evidenceDir = join(config.data, "evidence");
  mkdirSync(evidenceDir, { recursive: true, mode: 0o700 });
  const deps: ActionDeps = {
    runtime,
    evidenceDir,
    ownPaths: [resolve(config.data), resolve(CONTENT, "..")],
    hostname: hostname(),
    notice: (incident) => noticeOf(parts, incidentId(incident)),
    events: (ids) => stores.events.get(ids),
  };
  const configured = options.simulateOnly ? [] : config.actuators;
  const simulate = configured.some((actuator) => actuator.kind === "simulate")
    ? []
    : [{ kind: "simulate" as const, name: "simulate" }];
  const [policyFile, schemaFile] = policyFiles(config);
  return makeContain({
    journal: stores.state.journal,
    ledger: stores.state.ledger,
    actions: [...configured, ...simulate].map((actuator) => makeActuator(actuator, deps)),
    policy: loadCedar({ policies: policyFile.text, schema: schemaFile.text, name: policyFile.path }),
    inventory: given.inventory,
    runtime,
    playbooks: given.playbooks,
    breaker: { book: stores.state.kv, onChange: (open) => showBreakers(parts.meters, open) },
    settings: {
      mode: options.simulateOnly ? "simulation" : config.mode,
      notifyChannel: channelsOf(config)[0],
      approvalLifeMs: config.approvals.minutes * MINUTE,
      killSwitch: () => given.killSwitch.on(),
      rolesOf: (person) => [given.people.get(person) ?? "viewer"],
      ownAddresses: ownAddresses(config),
      ownHosts: [hostname().toLowerCase()],
    },
  });
}

/** Ways on which people can be told, as far as they are configured; without any the first one is simulated. */
export function channelsOf({ actuators }: Pick<Config, "actuators">): CaseWiring["channels"] {
  const has = (kind: ActionConfig["kind"]): boolean => actuators.some((actuator) => actuator.kind === kind);
  if (!has("smtp")) return ["webhook"];
  return has("webhook") ? ["webhook", "email"] : ["email"];
}

/** An open breaker is a problem on the status page until somebody closes it. */
function showBreakers(meters: Meters, open: readonly OpenBreaker[]): void {
  for (const kind of ACTION_KINDS) meters.problems.delete(`breaker-${kind}`);
  for (const { kind, reason } of open) {
    const fix = `look at these actions, then: cordon action close-breaker ${kind} --reason TEXT`;
    raiseProblem(meters, `breaker-${kind}`, `every ${kind} needs a person: ${reason}`, fix);
  }
}

/** The shipped schema always holds; the owner may bring another policy text for it. */
function policyFiles(config: Config) {
  const folder = join(CONTENT, "policies");
  const policy =
    config.policies.path === undefined ? join(folder, "default.cedar") : configPath(config, config.policies.path);
  const [policyFile] = readTexts(policy, [".cedar"]);
  const [schemaFile] = readTexts(join(folder, "schema.cedarschema"), []);
  if (policyFile === undefined || schemaFile === undefined) throw new Error(`no policy text in ${policy}`);
  return [policyFile, schemaFile] as const;
}

function ownAddresses(config: Config): string[] {
  const host = config.listen.slice(0, config.listen.lastIndexOf(":")).replace(/^\[|\]$/g, "");
  return /^[\d.]+$|:/.test(host) && host !== "0.0.0.0" && host !== "::" ? [host] : [];
}

async function noticeOf(parts: Parts, id: IncidentId): Promise<Notice> {
  const incident = await parts.stores.state.journal.get(id);
  return {
    incident: id,
    title: incident?.title ?? id,
    severity: incident?.severity ?? "informational",
    priority: Math.round(incident?.priority ?? 0),
    summary: incident?.investigation?.summary.map((sentence) => sentence.text) ?? [],
    link: `${parts.address.url}/incidents/${id}`,
  };
}

function responseOf(contain: Contain, people: Map<string, string>, cases: CaseRole): Response {
  const said = async (person: Person, act: () => Promise<{ readonly incident: IncidentId }>): Promise<void> => {
    people.set(person.name, person.role);
    cases.nudge((await act()).incident);
  };
  return {
    approve: (key, person, planHash) =>
      said(person, async () => (await contain.approve(key, person.name, planHash)).row),
    deny: (key, person, reason) => said(person, () => contain.deny(key, person.name, reason)),
    revert: (key, person, reason) => said(person, () => contain.askRevert(key, person.name, reason)),
    async closeBreaker(name, person, reason) {
      const kind = ACTION_KINDS.find((known) => known === name);
      if (kind === undefined) throw new AppError("not-found", `no kind of action "${name.slice(0, 80)}"`);
      await contain.closeBreaker(kind, `${person.name}: ${reason}`);
    },
    nudge: (incident) => cases.nudge(incident),
  };
}
