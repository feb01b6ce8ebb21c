/** `cordon rules test`: the tests beside rules, without a server. docs/specs/rule-tests.md. */

import { write } from "../file-faults.ts";
import type { RuleTests } from "../wiring/rule-check-tests.ts";
import { configOf } from "./client.ts";
import { type CommandContext, EXIT } from "./command.ts";
import { junitOf } from "./rules-junit.ts";
import { safeText, type Terminal } from "./terminal.ts";

export async function test(context: CommandContext): Promise<number> {
  const { terminal, json } = context;
  const { testRules } = await import("../wiring/rule-check-tests.ts");
  const tests = testRules(configOf(context), context.words);
  const file = context.text("junit");
  if (file !== undefined) write(file, junitOf(tests));
  const { results, orphans, others } = tests;
  const count = (state: string): number => results.filter((result) => result.state === state).length;
  const summary = {
    ...{ rules: results.length, passed: count("passed"), failed: count("failed"), untested: count("untested") },
    ...{
      cases: results.reduce((sum, { cases }) => sum + cases.length, 0),
      orphans: orphans.length,
      others: others.length,
    },
  };
  if (json) {
    for (const { tested: _tested, ok: _ok, ...result } of results) terminal.json({ kind: "rule", ...result });
    for (const path of orphans) terminal.json({ kind: "orphan", path });
    for (const path of others) terminal.json({ kind: "other", path });
    terminal.json({ kind: "summary", ...summary });
  } else {
    print(terminal, tests);
    const { rules, cases, passed, failed, untested } = summary;
    terminal.line(`${rules} rules, ${cases} cases: ${passed} passed, ${failed} failed, ${untested} without tests`);
    if (others.length > 0) terminal.note(othersText(others));
  }
  return summary.failed > 0 || orphans.length > 0 ? EXIT.partial : EXIT.ok;
}

const OTHERS_SHOWN = 3;

/** A folder may hold more than rules; what was passed over is counted and named. */
export function othersText(others: readonly string[]): string {
  const shown = others.slice(0, OTHERS_SHOWN).join(", ");
  const rest = others.length > OTHERS_SHOWN ? `, ...; --json names all` : "";
  return `${others.length} YAML ${others.length === 1 ? "file is no rule" : "files are no rules"} and passed over: ${shown}${rest}`;
}

function print(terminal: Terminal, { results, orphans }: RuleTests): void {
  for (const result of results) {
    const name = `${safeText(result.title ?? result.id ?? "(no rule)")}  ${safeText(result.path)}`;
    if (result.state === "untested") terminal.line(`${terminal.paint("yellow", "untested")}  ${name}`);
    if (result.state !== "failed") continue;
    terminal.line(`${terminal.paint("red", "FAILED")}    ${name}`);
    for (const problem of result.problems) terminal.line(`  ${safeText(problem)}`);
    for (const one of result.cases.filter(({ ok }) => !ok)) {
      const got = one.got ?? one.reason ?? "?";
      terminal.line(`  ${safeText(one.name)}: expected ${one.expected}, got ${safeText(got)}`);
      if (one.got === undefined) continue;
      for (const line of one.why ?? []) terminal.line(terminal.paint("dim", `    ${safeText(line)}`));
    }
  }
  for (const path of orphans)
    terminal.line(`${terminal.paint("red", "FAILED")}    ${safeText(path)}: no rule beside it`);
}
