/** `cordon rules check`: which of an operator's rules load, why others do not, and what a reader would remark. */
import { readFileSync } from "node:fs";
import { AppError, messageOf } from "@cordon/model/error";
import { unreadable } from "../file-faults.ts";
import { configOf } from "./client.ts";
import { type CommandContext, EXIT } from "./command.ts";
import { othersText } from "./rules-test.ts";
import { safeText } from "./terminal.ts";

export async function check(context: CommandContext): Promise<number> {
  const { terminal, json } = context;
  const { checkRules } = await import("../wiring/rule-check.ts");
  const list = context.text("attack");
  const techniques = list === undefined ? undefined : new Set(readTechniques(list).keys());
  const { files, offered, accepted, rejected, remarks, others } = checkRules(
    configOf(context),
    context.words,
    techniques,
  );
  const summary = {
    ...{ files, offered, accepted: accepted.length, rejected: rejected.length, remarks: remarks.length },
    others: others.length,
  };
  const code = rejected.length > 0 || offered === 0 ? EXIT.partial : EXIT.ok;
  if (json) {
    for (const row of accepted) {
      const { kind: type, ...rule } = row;
      terminal.json({ kind: "accepted", type, ...rule });
    }
    for (const row of rejected) terminal.json({ kind: "rejected", ...row });
    for (const row of remarks) terminal.json({ kind: "remark", ...row });
    for (const path of others) terminal.json({ kind: "other", path });
    terminal.json({ kind: "summary", ...summary });
    return code;
  }
  const at = (row: { readonly path: string; readonly line?: number | undefined }): string =>
    safeText(row.line === undefined ? row.path : `${row.path}:${row.line}`);
  for (const row of rejected)
    terminal.line(`${at(row)}: ${terminal.paint("red", "rejected")} ${row.code}: ${safeText(row.reason)}`);
  if (!context.flag("quiet"))
    for (const row of remarks)
      terminal.line(`${at(row)}: ${terminal.paint("yellow", "remark")} ${row.code}: ${safeText(row.remark)}`);
  terminal.line(
    `${files} files, ${offered} rules offered: ${accepted.length} accepted, ${rejected.length} rejected; ${remarks.length} remarks`,
  );
  if (others.length > 0) terminal.note(othersText(others));
  if (offered === 0) terminal.note("no rule in what was given");
  return code;
}

export interface TechniqueName {
  readonly name: string;
  readonly tactics: readonly string[];
}

interface Listed {
  readonly id?: unknown;
  readonly name?: unknown;
  readonly type?: unknown;
  readonly revoked?: unknown;
  readonly x_mitre_deprecated?: unknown;
  readonly external_references?: readonly { readonly source_name?: unknown; readonly external_id?: unknown }[];
  readonly kill_chain_phases?: readonly { readonly phase_name?: unknown }[];
  readonly tactics?: readonly unknown[];
}

/** A list of ATT&CK techniques that the operator has: the published STIX bundle, or `{techniques: [{id, name, tactics}]}`. */
export function readTechniques(path: string): ReadonlyMap<string, TechniqueName> {
  let value: { readonly objects?: readonly Listed[]; readonly techniques?: readonly Listed[] };
  try {
    value = JSON.parse(readFileSync(path, "utf8")) as typeof value;
  } catch (cause) {
    if (cause instanceof SyntaxError) throw new AppError("bad-request", `${path}: ${messageOf(cause)}`, { cause });
    throw unreadable(path, cause);
  }
  const rows = (value?.techniques ?? value?.objects ?? []).map(techniqueOf).filter((row) => row !== undefined);
  if (rows.length === 0)
    throw new AppError("bad-request", `${path}: no techniques in it`, {
      fix: "the STIX bundle enterprise-attack.json of MITRE ATT&CK is one such file",
    });
  return new Map(rows);
}

function techniqueOf(one: Listed): readonly [string, TechniqueName] | undefined {
  if (one.revoked === true || one.x_mitre_deprecated === true) return undefined;
  const isStix = one.type === "attack-pattern";
  if (one.type !== undefined && !isStix) return undefined;
  const reference = one.external_references?.find(({ source_name }) => source_name === "mitre-attack");
  const id = isStix ? reference?.external_id : one.id;
  if (typeof id !== "string" || !/^T\d{4}(?:\.\d{3})?$/.test(id)) return undefined;
  const tactics = isStix ? (one.kill_chain_phases ?? []).map(({ phase_name }) => phase_name) : (one.tactics ?? []);
  return [id, { name: String(one.name ?? id), tactics: tactics.filter((tactic) => typeof tactic === "string") }];
}
