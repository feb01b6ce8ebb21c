/**
 * Checks on single steps: keys, commands, references, pointers, our extension (checks 1-4, 10, 12 of response.md 1.4).
 * The published JSON schemas let all of these pass under draft-07, so they are checked here.
 */
import type { ActionKind } from "@cordon/model/action";
import {
  ACTION_ARGUMENTS,
  CORDON_EXTENSION,
  type CordonStep,
  cordonStepSchema,
  LASTING_KINDS,
  type Playbook,
  type PlaybookCommand,
  type PlaybookFinding,
  type PlaybookStep,
  type StepOf,
} from "@cordon/model/playbook";

type Level = PlaybookFinding["level"];
type Add = (level: Level, rule: string, where: string, text: string) => void;

const UUID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-5][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}";
const IDENTIFIER = new RegExp(`^[a-z][a-z0-9-]+[a-z0-9]--${UUID}$`);

const AGENT_TYPES: ReadonlySet<string> = new Set([
  "group",
  "individual",
  "location",
  "organization",
  "sector",
  "http-api",
  "linux",
  "net-address",
  "security-category",
  "ssh",
]);

/** Command types of the standard, and what each must carry. */
const COMMAND_BODY: Readonly<Record<string, readonly (readonly ("command" | "command_b64" | "content_b64")[])[]>> = {
  manual: [["command"], ["command_b64"]],
  ssh: [["command"], ["command_b64"]],
  bash: [["command"], ["command_b64"]],
  powershell: [["command"], ["command_b64"]],
  "http-api": [["command"]],
  "openc2-http": [["command", "content_b64"]],
  sigma: [["command_b64"]],
  yara: [["command_b64"]],
  elastic: [["command_b64"]],
  kestrel: [["command_b64"]],
  jupyter: [["command_b64"]],
  "caldera-cmd": [["command"], ["command_b64"]],
};

const PLAYBOOK_KEYS: ReadonlySet<string> = new Set(
  (
    "type spec_version id name description playbook_types playbook_activities playbook_processing_summary created_by created " +
    "modified revoked valid_from valid_until derived_from related_to priority severity impact industry_sectors labels " +
    "external_references markings playbook_variables workflow_start workflow_exception workflow playbook_extensions " +
    "authentication_info_definitions agent_definitions target_definitions extension_definitions data_marking_definitions signatures"
  ).split(" "),
);

const COMMON_KEYS =
  "type name description external_references delay timeout step_variables owner on_completion on_success on_failure step_extensions";
const STEP_KEYS: Readonly<Record<PlaybookStep["type"], string>> = {
  start: "",
  end: "",
  action: "commands agent targets in_args out_args",
  "playbook-action": "playbook_id playbook_version in_args out_args",
  parallel: "next_steps",
  "if-condition": "condition on_true on_false",
  "while-condition": "condition on_true",
  "switch-condition": "switch cases",
};

export function stepFindings(playbook: Playbook, strict: boolean): readonly PlaybookFinding[] {
  const found: PlaybookFinding[] = [];
  const add: Add = (level, rule, where, text) => found.push({ level, rule, where, text });
  const unknownKey: Level = strict ? "error" : "warning";
  for (const key of Object.keys(playbook)) {
    if (!PLAYBOOK_KEYS.has(key)) add(unknownKey, "2", key, "unknown key");
  }
  if (!IDENTIFIER.test(playbook.id) || !playbook.id.startsWith("playbook--"))
    add("error", "2", "id", "not a playbook id");
  checkDefinitions(playbook, add);
  for (const [id, step] of Object.entries(playbook.workflow)) {
    const known = new Set(`${COMMON_KEYS} ${STEP_KEYS[step.type]}`.split(" "));
    for (const key of Object.keys(step)) if (!known.has(key)) add(unknownKey, "2", id, `unknown key "${key}"`);
    if (!IDENTIFIER.test(id) || !id.startsWith(`${step.type}--`)) {
      add("error", "2", id, `step id must be "${step.type}--" and a UUID of version 1 to 5`);
    }
    checkPointers(playbook, id, step, add);
    checkTimes(id, step, add);
    checkExtension(playbook, id, step, add);
    if (step.type === "action") checkAction(playbook, id, step, add);
    if (step.type === "switch-condition") checkCases(id, step, add);
    if (step.type === "parallel") checkParallel(id, step, add);
  }
  return found;
}

function checkDefinitions(playbook: Playbook, add: Add): void {
  const all = { ...playbook.agent_definitions, ...playbook.target_definitions };
  for (const [id, definition] of Object.entries(all)) {
    if (!AGENT_TYPES.has(definition.type)) add("not-runnable", "1", id, `unknown agent type "${definition.type}"`);
    else if (!id.startsWith(`${definition.type}--`))
      add("error", "2", id, `key must start with "${definition.type}--"`);
    const needsAddress = ["http-api", "linux", "net-address", "ssh"].includes(definition.type);
    if (needsAddress && definition.address === undefined) add("error", "1", id, `a ${definition.type} needs "address"`);
  }
}

/** Which references a step makes into the workflow, by the name of the pointer. */
export function pointersOf(step: PlaybookStep): readonly (readonly [string, string])[] {
  const named: [string, string | undefined][] = [
    ["on_completion", step.on_completion],
    ["on_success", step.on_success],
    ["on_failure", step.on_failure],
  ];
  return [...named, ...branchesOf(step)].flatMap(([name, to]) => (to === undefined ? [] : [[name, to] as const]));
}

/** Entries of the branches of a branching step. */
export function branchesOf(step: PlaybookStep): readonly [string, string][] {
  switch (step.type) {
    case "if-condition":
      return [
        ["on_true", step.on_true],
        ...(step.on_false === undefined ? [] : [["on_false", step.on_false] as [string, string]]),
      ];
    case "while-condition":
      return [["on_true", step.on_true]];
    case "switch-condition":
      return Object.entries(step.cases).map(([label, to]) => [`cases.${label}`, to]);
    case "parallel":
      return step.next_steps.map((to, index) => [`next_steps.${index}`, to]);
    default:
      return [];
  }
}

function checkPointers(playbook: Playbook, id: string, step: PlaybookStep, add: Add): void {
  for (const [name, to] of pointersOf(step)) {
    const target = playbook.workflow[to];
    if (target === undefined) add("error", "3", id, `${name} names no step: "${to}"`);
    else if (target.type === "start") add("error", "4", id, `${name} goes back to the start step`);
  }
  const { on_completion, on_success, on_failure } = step;
  const any = on_completion ?? on_success ?? on_failure;
  if (step.type === "end") {
    if (any !== undefined) add("error", "4", id, "an end step has no pointer");
    return;
  }
  if (on_completion !== undefined && (on_success ?? on_failure) !== undefined) {
    add("error", "4", id, "on_completion excludes on_success and on_failure");
  }
  if (on_completion === undefined && on_success === undefined)
    add("error", "4", id, "a step other than end needs a successor");
  if (step.type === "start" && on_completion === undefined) add("error", "4", id, "a start step needs on_completion");
}

function checkTimes(id: string, step: PlaybookStep, add: Add): void {
  if (step.delay !== undefined && step.delay < 1)
    add("error", "11", id, "delay must be at least 1 ms (omit it for none)");
  if (step.timeout !== undefined && step.timeout < 1)
    add("error", "11", id, "timeout must be at least 1 ms (omit it for none)");
}

function checkCases(id: string, step: StepOf<"switch-condition">, add: Add): void {
  const labels = Object.keys(step.cases).map((label) => label.trim());
  if (new Set(labels).size !== labels.length) add("error", "10", id, "two cases have the same name");
  if (labels.length === 0) add("error", "10", id, "a switch needs at least one case");
}

function checkParallel(id: string, step: StepOf<"parallel">, add: Add): void {
  if (step.next_steps.length < 2) add("error", "1", id, "parallel needs at least two branches");
  if (new Set(step.next_steps).size !== step.next_steps.length)
    add("error", "7", id, "two branches start at the same step");
}

function checkAction(playbook: Playbook, id: string, step: StepOf<"action">, add: Add): void {
  const agents = playbook.agent_definitions ?? {};
  const targets = playbook.target_definitions ?? {};
  if (agents[step.agent] === undefined) {
    // Published examples use other prefixes and agents kept elsewhere: readable, but nobody here could run them.
    add(
      isVariable(playbook, step.agent) ? "warning" : "not-runnable",
      "3",
      id,
      `agent is not defined: "${step.agent}"`,
    );
  }
  for (const target of step.targets ?? []) {
    if (targets[target] === undefined && agents[target] === undefined && !isVariable(playbook, target)) {
      add("not-runnable", "3", id, `target is not defined: "${target}"`);
    }
  }
  const byAction = readExtension(step)?.actionId !== undefined;
  for (const command of step.commands) checkCommand(id, command, byAction, add);
}

const isVariable = (playbook: Playbook, name: string): boolean =>
  /^__.+__(:value)?$/.test(name) && playbook.playbook_variables?.[name.replace(/:value$/, "")] !== undefined;

function checkCommand(id: string, command: PlaybookCommand, byAction: boolean, add: Add): void {
  const forms = COMMAND_BODY[command.type];
  if (forms === undefined) {
    add("not-runnable", "1", id, `unknown command type "${command.type}"`);
    return;
  }
  if (!forms.some((form) => form.every((key) => typeof command[key] === "string"))) {
    const wanted = forms.map((form) => form.join(" and ")).join(" or ");
    add("error", "1", id, `a ${command.type} command needs ${wanted}`);
  }
  if (!byAction && command.type !== "manual") {
    add("not-runnable", "1", id, `no runner for ${command.type} commands: name an action with the Cordon extension`);
  }
}

/** Our extension of a step; undefined when there is none or it does not parse (the linter says which). */
export function readExtension(step: PlaybookStep): CordonStep | undefined {
  const parsed = cordonStepSchema.safeParse(step.step_extensions?.[CORDON_EXTENSION] ?? {});
  return parsed.success ? parsed.data : undefined;
}

function checkExtension(playbook: Playbook, id: string, step: PlaybookStep, add: Add): void {
  for (const key of Object.keys(step.step_extensions ?? {})) {
    if (playbook.extension_definitions?.[key] === undefined)
      add("error", "3", id, `extension is not defined: "${key}"`);
    else if (key !== CORDON_EXTENSION) add("warning", "3", id, `extension is not known here: "${key}"`);
  }
  const raw = step.step_extensions?.[CORDON_EXTENSION];
  if (raw === undefined) return;
  const parsed = cordonStepSchema.safeParse(raw);
  if (!parsed.success) {
    for (const issue of parsed.error.issues)
      add("error", "12", id, `extension: ${issue.path.join(".")}: ${issue.message}`);
    return;
  }
  const { actionId, revert } = parsed.data;
  if (actionId !== undefined && step.type !== "action") add("error", "12", id, "actionId belongs to an action step");
  if (revert !== undefined && revert !== "auto" && revert !== "manual" && playbook.workflow[revert] === undefined) {
    add("error", "3", id, `revert names no step: "${revert}"`);
  }
  if (actionId !== undefined && step.type === "action")
    checkContaining(id, step, { kind: actionId, extension: parsed.data, playbook }, add);
}

function checkContaining(
  id: string,
  step: StepOf<"action">,
  given: { readonly kind: ActionKind; readonly extension: CordonStep; readonly playbook: Playbook },
  add: Add,
): void {
  const { kind, extension } = given;
  if (LASTING_KINDS.has(kind)) {
    const permanentByTwo = extension.permanent === true && (extension.approvals?.min ?? 0) >= 2;
    if (extension.ttlMs === undefined && !permanentByTwo) {
      add("not-runnable", "12", id, "a containing step needs ttlMs, or permanent with approvals.min of 2");
    }
    if (extension.revert === undefined) add("not-runnable", "12", id, `a containing step needs revert ("auto")`);
  }
  if (kind === "kill-process" && extension.class !== "irreversible") {
    add("not-runnable", "12", id, 'kill-process cannot be undone: say class "irreversible"');
  }
  for (const [name, argument] of Object.entries(ACTION_ARGUMENTS[kind])) {
    const variable = `__${name}__`;
    const declared = step.step_variables?.[variable] ?? given.playbook.playbook_variables?.[variable];
    const passed = step.in_args?.includes(variable) === true;
    if ((declared === undefined || !passed) && !argument.optional) {
      add("error", "8", id, `${kind} needs ${variable}, declared and listed in in_args`);
    }
  }
}
