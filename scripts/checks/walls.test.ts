/**
 * The walls hold: each check is run on a copy of the tree with one breach of every wall planted, and must name it.
 * A check that cannot turn red is no check.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..");
let copy = "";

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "cordon-walls-"));
  for (const name of [
    "packages",
    "scripts",
    "bench",
    "tests",
    "package.json",
    "tsconfig.base.json",
    "tsconfig.json",
    "biome.json",
    "knip.json",
    ".dependency-cruiser.mjs",
    "vitest.config.ts",
  ])
    cpSync(join(root, name), join(copy, name), {
      recursive: true,
      filter: (path) => !/\/(node_modules|dist)$/.test(path),
    });
  mkdirSync(join(copy, "node_modules"));
  for (const name of readdirSync(join(root, "node_modules")))
    if (name !== "@cordon" && !name.startsWith("."))
      symlinkSync(join(root, "node_modules", name), join(copy, "node_modules", name));
  mkdirSync(join(copy, "node_modules", "@cordon"));
  for (const name of ["model", "engine", "adapters", "app", "testkit"])
    symlinkSync(join(copy, "packages", name), join(copy, "node_modules", "@cordon", name));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

function plant(file: string, text: string): void {
  mkdirSync(dirname(join(copy, file)), { recursive: true });
  writeFileSync(join(copy, file), text);
}

function run(...command: readonly string[]): { readonly status: number | null; readonly out: string } {
  const result = spawnSync(process.execPath, [...command], { cwd: copy, encoding: "utf8" });
  return { status: result.status, out: `${result.stdout}${result.stderr}` };
}

const ARROWS: readonly (readonly [rule: string, file: string, text: string])[] = [
  [
    "no-circular",
    "packages/model/src/planted-a.ts",
    'import type { B } from "./planted-b.ts";\nexport type A = B | 1;\n',
  ],
  [
    "model-imports-only-nothing",
    "packages/model/src/planted-c.ts",
    'export { simulate } from "@cordon/engine/simulate/simulate";\n',
  ],
  [
    "engine-imports-only-model",
    "packages/engine/src/planted.ts",
    'export { makeRuntime } from "@cordon/adapters/runtime";\n',
  ],
  [
    "adapters-imports-only-model",
    "packages/adapters/src/planted.ts",
    'export { simulate } from "@cordon/engine/simulate/simulate";\n',
  ],
  [
    "console-imports-only-model",
    "packages/console/src/planted.ts",
    'export { simulate } from "@cordon/engine/simulate/simulate";\n',
  ],
  [
    "testkit-only-from-tests",
    "packages/engine/src/planted-kit.ts",
    'export { makeMemoryState } from "@cordon/testkit/memory-state";\n',
  ],
  [
    "only-wiring-knows-adapters",
    "packages/app/src/roles/planted.ts",
    'export { makeRuntime } from "@cordon/adapters/runtime";\n',
  ],
  ["rivers-never-meet", "packages/engine/src/stream/planted.ts", 'export * from "../cases/planted.ts";\n'],
  ["rivers-never-meet-back", "packages/engine/src/cases/planted-back.ts", 'export * from "../stream/stream.ts";\n'],
  [
    "stage-normalise-stands-alone",
    "packages/engine/src/stream/normalise/planted.ts",
    'export * from "../detect/planted.ts";\n',
  ],
  [
    "stage-detect-stands-alone",
    "packages/engine/src/stream/detect/planted-x.ts",
    'export * from "../intake/planted.ts";\n',
  ],
  [
    "stage-triage-stands-alone",
    "packages/engine/src/cases/triage/planted.ts",
    'export * from "../report/planted.ts";\n',
  ],
  [
    "stage-contain-stands-alone",
    "packages/engine/src/cases/contain/planted.ts",
    'export * from "../investigate/planted-x.ts";\n',
  ],
  [
    "action-door",
    "packages/engine/src/cases/investigate/planted.ts",
    'export type { ActionPort } from "@cordon/model/ports/action";\n',
  ],
  ["no-node-in-pure", "packages/engine/src/planted-node.ts", 'export { readFileSync } from "node:fs";\n'],
];

describe("arrows", () => {
  beforeAll(() => {
    plant("packages/model/src/planted-b.ts", 'import type { A } from "./planted-a.ts";\nexport type B = A | 2;\n');
    for (const [, file, text] of ARROWS) plant(file, text);
    for (const stage of ["stream/detect", "stream/intake", "cases/report"])
      plant(`packages/engine/src/${stage}/planted.ts`, "export const planted = 1;\n");
    plant("packages/engine/src/cases/planted.ts", "export const planted = 1;\n");
    plant("packages/engine/src/cases/investigate/planted-x.ts", "export const planted = 1;\n");
  });

  it("names every planted break", () => {
    const { status, out } = run(
      "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs",
      "packages",
      "--config",
      ".dependency-cruiser.mjs",
    );
    expect(status).not.toBe(0);
    for (const [rule, file] of ARROWS) expect(out, `${rule} broken by ${file}`).toMatch(new RegExp(`error ${rule}: `));
  });
});

describe("types", () => {
  it.each([
    ["model", "console.log(1);"],
    ["model", 'import { readFileSync } from "node:fs"; export const x = readFileSync;'],
    ["model", "export const x = document.title;"],
    ["engine", "setTimeout(() => {}, 1);"],
    ["engine", "export const x = fetch;"],
    ["engine", "export const x = crypto.randomUUID();"],
  ])("%s cannot reach the world: %s", (name, text) => {
    const file = `packages/${name}/src/planted-types.ts`;
    plant(file, `${text}\nexport {};\n`);
    const { status, out } = run("node_modules/typescript-native/bin/tsc", "-p", `packages/${name}/tsconfig.json`);
    rmSync(join(copy, file));
    expect(status).not.toBe(0);
    expect(out).toContain("planted-types.ts");
  });
});

describe("source rules", () => {
  it.each([
    ["hidden-effect", "packages/engine/src/planted-effect.ts", "export const now = (): number => Date.now();"],
    ["hidden-effect", "packages/model/src/planted-effect.ts", "export const now = (): Date => new Date();"],
    ["hidden-effect", "packages/engine/src/planted-effect.ts", "export const dice = (): number => Math.random();"],
    ["hidden-effect", "packages/engine/src/planted-effect.ts", "export const shown = new Intl.NumberFormat();"],
    ["process-env", "packages/app/src/roles/planted-env.ts", "export const home = process.env.HOME;"],
    [
      "forged-authority",
      "packages/engine/src/cases/contain/planted-cast.ts",
      'import type { Authorised } from "@cordon/model/ports/action";\nexport const forged = {} as Authorised;',
    ],
    ["file-size", "packages/engine/src/planted-long.ts", "// line\n".repeat(401)],
    [
      "function-size",
      "packages/engine/src/planted-long.ts",
      `export function long(): void {\n${"  // line\n".repeat(71)}}`,
    ],
  ])("%s: %s", (rule, file, text) => {
    plant(file, `${text}\n`);
    const { status, out } = run("scripts/checks/source-rules.ts", copy);
    rmSync(join(copy, file));
    expect(status).toBe(1);
    expect(out).toMatch(new RegExp(`^${file}:\\d+ ${rule}: `, "m"));
  });
});

describe("lint", () => {
  it.each([
    ["noExplicitAny", "export const x: any = 1;"],
    ["noNonNullAssertion", "export const f = (x?: number): number => x!;"],
    ["noDefaultExport", "export default 1;"],
    ["format", "export const x   =  1"],
  ])("%s", (rule, text) => {
    const file = "packages/engine/src/planted-lint.ts";
    plant(file, `${text}\n`);
    const { status, out } = run(
      "node_modules/@biomejs/biome/bin/biome",
      "check",
      "--error-on-warnings",
      "--vcs-enabled=false",
      file,
    );
    rmSync(join(copy, file));
    expect(status).not.toBe(0);
    expect(out).toContain(rule);
  });
});
