import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256Of } from "@cordon/model/ids";
import { instant } from "@cordon/model/time";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { lintPlaybook } from "./lint.ts";

const root = join(import.meta.dirname, "../../../../..");
const ours = join(root, "content/playbooks");
const shared = join(root, "../shared/data/cacao");
const sha256 = (text: string) => sha256Of(createHash("sha256").update(text).digest("hex"));
const files = readdirSync(ours).filter((name) => name.endsWith(".json") && !name.endsWith(".test.json"));
const lint = (text: string, origin: "content" | "import" = "content") =>
  lintPlaybook(text, "x.json", { sha256, origin, now: instant(Date.UTC(2026, 10, 22)) });

describe("our playbooks", () => {
  it.each(files)("%s has no finding and can run", (name) => {
    const result = lintPlaybook(readFileSync(join(ours, name), "utf8"), join(ours, name), { sha256 });
    expect(result.findings).toEqual([]);
    expect(result.playbook?.runnable).toBe(true);
    expect(result.playbook?.slug).toBe(name.replace(".json", ""));
  });

  it.skipIf(!existsSync(shared))(
    "are valid against the published schemas (skipped without ../shared/data/cacao)",
    () => {
      const ajv = new Ajv({ strict: false, allErrors: true });
      const schemas = readdirSync(join(shared, "schemas"), { recursive: true, encoding: "utf8" });
      for (const file of schemas.filter((name) => name.endsWith(".json"))) {
        ajv.addSchema(JSON.parse(readFileSync(join(shared, "schemas", file), "utf8")));
      }
      const id = "https://raw.githubusercontent.com/oasis-open/cacao-json-schemas/main/schemas/playbook.json";
      for (const name of files) {
        const valid = ajv.validate(id, JSON.parse(readFileSync(join(ours, name), "utf8")));
        expect({ name, errors: valid ? [] : ajv.errors }).toEqual({ name, errors: [] });
      }
    },
  );
});

describe("published examples", () => {
  const folder = join(shared, "examples/CACAO-2.0");
  const examples = existsSync(folder)
    ? readdirSync(folder).filter((name) => name.endsWith(".json") && !name.startsWith("identity"))
    : [];
  it.skipIf(examples.length === 0)("import (L1), and say why they cannot run", () => {
    for (const name of examples) {
      const result = lint(readFileSync(join(folder, name), "utf8"), "import");
      const errors = result.findings.filter((finding) => finding.level === "error");
      expect({ name, errors }).toEqual({ name, errors: [] });
      expect(result.playbook).toBeDefined();
    }
    const locky = lint(readFileSync(join(folder, "locky-bart-mbc-examples.json"), "utf8"), "import");
    const texts = locky.findings.map((finding) => finding.text);
    expect(texts).toContain('unknown command type "ftp"');
    expect(texts).toContain('unknown command type "subroutine"');
    expect(locky.playbook?.runnable).toBe(false);
    const expired = lint(readFileSync(join(folder, "spec-3.1-example.json"), "utf8"), "import");
    expect(expired.findings.map((finding) => finding.where)).toContain("valid_until");
  });
});

type Document = Record<string, unknown> & { workflow: Record<string, Record<string, unknown>> };
const base = (): Document => JSON.parse(readFileSync(join(ours, "contain-compromised-account.json"), "utf8"));
const stepOf = (document: Document, name: string): [string, Record<string, unknown>] => {
  const found = Object.entries(document.workflow).find(([, step]) => step.name === name);
  if (found === undefined) throw new Error(`no step ${name}`);
  return found;
};
const ACTION = "action--00000000-0000-4000-8000-000000000001";

describe("semantic checks", () => {
  const rows: [string, (document: Document) => void, string, string][] = [
    [
      "pointer to nowhere",
      (d) => Object.assign(stepOf(d, "Start")[1], { on_completion: ACTION }),
      "error",
      "names no step",
    ],
    [
      "both completion and success",
      (d) => Object.assign(stepOf(d, "Disable the account")[1], { on_success: stepOf(d, "Account done")[0] }),
      "error",
      "excludes",
    ],
    ["no successor", (d) => delete stepOf(d, "Disable the account")[1].on_completion, "error", "needs a successor"],
    [
      "circle",
      (d) =>
        Object.assign(stepOf(d, "Tell the team that the account is disabled")[1], {
          on_completion: stepOf(d, "Account and address")[0],
        }),
      "error",
      "circle",
    ],
    [
      "jump out of a branch",
      (d) => Object.assign(stepOf(d, "Disable the account")[1], { on_completion: stepOf(d, "Contained")[0] }),
      "error",
      "shared by two branches",
    ],
    [
      "bad condition",
      (d) =>
        Object.assign(stepOf(d, "Is an attacking address known for certain?")[1], {
          condition: "__confidence__:value >=",
        }),
      "error",
      "expected a constant",
    ],
    [
      "untyped condition",
      (d) =>
        Object.assign(stepOf(d, "Is an attacking address known for certain?")[1], {
          condition: "__confidence__:value = 'high'",
        }),
      "error",
      "needs a number",
    ],
    [
      "undeclared variable",
      (d) => Object.assign(stepOf(d, "Disable the account")[1], { in_args: ["__nobody__"] }),
      "error",
      "names no variable",
    ],
    [
      "unknown key",
      (d) => Object.assign(stepOf(d, "Disable the account")[1], { colour: "red" }),
      "error",
      'unknown key "colour"',
    ],
    [
      "negative timeout",
      (d) => Object.assign(stepOf(d, "Disable the account")[1], { timeout: -1 }),
      "error",
      "timeout",
    ],
    ["no time limit", (d) => delete extension(d, "Disable the account").ttlMs, "not-runnable", "ttlMs"],
    [
      "unknown action",
      (d) => Object.assign(extension(d, "Disable the account"), { actionId: "launch-missile" }),
      "error",
      "actionId",
    ],
    [
      "modified before created",
      (d) => Object.assign(d, { modified: "2020-01-01T00:00:00.000Z" }),
      "error",
      "before created",
    ],
    ["revoked", (d) => Object.assign(d, { revoked: true }), "not-runnable", "revoked"],
    [
      "two starts",
      (d) => Object.assign(d.workflow, { "start--00000000-0000-4000-8000-000000000001": stepOf(d, "Start")[1] }),
      "error",
      "2 start steps",
    ],
    [
      "key of the wrong kind",
      (d) =>
        Object.assign(d.workflow, { "end--00000000-0000-4000-8000-000000000001": stepOf(d, "Disable the account")[1] }),
      "error",
      'step id must be "action--"',
    ],
  ];
  it.each(rows)("%s", (_name, change, level, text) => {
    const document = base();
    change(document);
    const { findings, playbook } = lint(JSON.stringify(document));
    expect(
      findings
        .filter((finding) => finding.level === level)
        .map((finding) => finding.text)
        .join("\n"),
    ).toContain(text);
    if (level === "error") expect(playbook).toBeUndefined();
    else expect(playbook?.runnable).toBe(false);
  });

  it.each([
    ["not JSON", "{", "not JSON"],
    ["an array", "[]", "not a JSON object"],
    ["too large", `"${"x".repeat(1_048_577)}"`, "larger than"],
  ])("%s is refused", (_name, text, expected) => {
    expect(lint(text).findings[0]?.text).toContain(expected);
  });
});

function extension(document: Document, name: string): Record<string, unknown> {
  const all = stepOf(document, name)[1].step_extensions;
  const [first] = Object.values(all as Record<string, Record<string, unknown>>);
  if (first === undefined) throw new Error("no extension");
  return first;
}
