/** Checks on variables, arguments, conditions and dates (checks 8, 11, 14 of response.md 1.4). */
import { messageOf } from "@cordon/model/error";
import {
  type Playbook,
  type PlaybookFinding,
  type PlaybookStep,
  type PlaybookVariable,
  VARIABLE_TYPES,
} from "@cordon/model/playbook";
import type { Instant } from "@cordon/model/time";
import { parseAddress } from "./address.ts";
import { parseCondition } from "./condition.ts";
import { typeProblems } from "./condition-value.ts";

const NAME = /^__[a-zA-Z_][a-zA-Z0-9_-]{0,199}__$/;
const TYPES: ReadonlySet<string> = new Set(VARIABLE_TYPES);
const HEX_DIGITS: Readonly<Record<string, number>> = { "md5-hash": 32, "sha256-hash": 64 };

const error = (rule: string, where: string, text: string): PlaybookFinding => ({ level: "error", rule, where, text });

export function variableFindings(playbook: Playbook): readonly PlaybookFinding[] {
  const found: PlaybookFinding[] = [];
  const global = playbook.playbook_variables ?? {};
  found.push(...declared(global, ""));
  for (const [id, step] of Object.entries(playbook.workflow)) {
    const scope = { ...global, ...(step.step_variables ?? {}) };
    found.push(...declared(step.step_variables ?? {}, id), ...argumentFindings(playbook, id, scope));
    const condition = "condition" in step && typeof step.condition === "string" ? step.condition : undefined;
    if (condition !== undefined) found.push(...conditionFindings(condition, id, scope));
    if (step.type === "switch-condition" && scope[bare(step.switch)] === undefined) {
      found.push(error("8", id, `switch names no variable: "${step.switch}"`));
    }
  }
  return found;
}

export const bare = (reference: string): string => reference.trim().replace(/:value$/, "");

type Scope = Readonly<Record<string, PlaybookVariable>>;

function declared(scope: Scope, where: string): readonly PlaybookFinding[] {
  return Object.entries(scope).flatMap(([name, variable]) => {
    const at = where === "" ? name : `${where} ${name}`;
    if (!NAME.test(name)) return [error("8", at, "variable names are __name__")];
    if (!TYPES.has(variable.type))
      return [{ ...error("8", at, `unknown type "${variable.type}"`), level: "not-runnable" }];
    const value = variable.value ?? null;
    if (value === null || value === "" || value.startsWith("__")) return [];
    return fitsType(variable.type, value) ? [] : [error("8", at, `"${value.slice(0, 80)}" is not a ${variable.type}`)];
  });
}

/** Does a value, which CACAO always writes as a string, parse as its declared type? */
export function fitsType(type: string, value: string): boolean {
  switch (type) {
    case "bool":
      return value === "true" || value === "false";
    case "integer":
    case "long":
      return /^[+-]?\d{1,19}$/.test(value);
    case "float":
      return /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value);
    case "hexstring":
      return /^([0-9a-fA-F]{2})*$/.test(value);
    case "ipv4-addr":
    case "ipv6-addr":
      return parseAddress(value.split("/")[0] ?? "") !== undefined;
    case "mac-addr":
      return /^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$/.test(value);
    case "md5-hash":
    case "sha256-hash":
      return value.length === HEX_DIGITS[type] && /^[0-9a-fA-F]+$/.test(value);
    case "uuid":
      return /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/.test(value);
    case "dictionary":
      return isObject(value);
    default:
      return true;
  }
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function argumentFindings(playbook: Playbook, id: string, scope: Scope): readonly PlaybookFinding[] {
  const step = playbook.workflow[id];
  if (step?.type !== "action" && step?.type !== "playbook-action") return [];
  const found: PlaybookFinding[] = [];
  for (const name of (step.in_args ?? []).map(bare)) {
    const variable = scope[name];
    if (variable === undefined) found.push(error("8", id, `in_args names no variable: "${name}"`));
    else if (!mayBeBound(playbook, name, variable)) found.push(error("8", id, `${name} has no value on any path`));
  }
  for (const name of (step.out_args ?? []).map(bare)) {
    const variable = scope[name];
    if (variable === undefined) found.push(error("8", id, `out_args names no variable: "${name}"`));
    else if (variable.constant === true) found.push(error("8", id, `out_args writes the constant ${name}`));
  }
  return found;
}

/** Has a default, is set by the caller, or is written by some step. Order of writes is not traced: an unset value fails the step. */
function mayBeBound(playbook: Playbook, name: string, variable: PlaybookVariable): boolean {
  if (variable.external === true || (variable.value ?? null) !== null) return true;
  return Object.values(playbook.workflow).some((step: PlaybookStep) => {
    if (step.type !== "action" && step.type !== "playbook-action") return false;
    return (step.out_args ?? []).some((out) => bare(out) === name);
  });
}

function conditionFindings(text: string, id: string, scope: Scope): readonly PlaybookFinding[] {
  try {
    return typeProblems(parseCondition(text), (name) => scope[name]?.type).map((problem) => error("14", id, problem));
  } catch (problem) {
    return [error("14", id, messageOf(problem))];
  }
}

export function timeFindings(playbook: Playbook, now: Instant | undefined): readonly PlaybookFinding[] {
  const found: PlaybookFinding[] = [];
  const read = (name: "created" | "modified" | "valid_from" | "valid_until"): number | undefined => {
    const text = playbook[name];
    if (text === undefined) return undefined;
    const at = Date.parse(text);
    const exact = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text);
    if (!exact || Number.isNaN(at))
      found.push(error("11", name, "must be UTC with exactly three decimals of a second"));
    return Number.isNaN(at) ? undefined : at;
  };
  const [created, modified, from, until] = [read("created"), read("modified"), read("valid_from"), read("valid_until")];
  if (created !== undefined && modified !== undefined && modified < created) {
    found.push(error("11", "modified", "lies before created"));
  }
  if (from !== undefined && until !== undefined && until <= from)
    found.push(error("11", "valid_until", "is not after valid_from"));
  const off = (where: string, text: string) => found.push({ level: "not-runnable", rule: "11", where, text });
  if (playbook.revoked === true) off("revoked", "the playbook was revoked by its author");
  if (now !== undefined && until !== undefined && until <= now) off("valid_until", "the playbook is no longer valid");
  if (now !== undefined && from !== undefined && from > now) off("valid_from", "the playbook is not valid yet");
  return found;
}
