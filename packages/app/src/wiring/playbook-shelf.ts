/** Shipped and the operator's playbooks, linted; and their dry run. */
import { join } from "node:path";
import type { Contain } from "@cordon/engine/cases/contain/contain";
import { type LintResult, lintPlaybook } from "@cordon/engine/cases/contain/lint";
import { AppError } from "@cordon/model/error";
import type { LoadedPlaybook } from "@cordon/model/playbook";
import { NEVER_STOP, type Runtime } from "@cordon/model/ports/runtime";
import { type Config, configPath } from "../config.ts";
import type { PlaybookShelf } from "../instance.ts";
import { CONTENT, readTexts } from "./content.ts";

export interface LoadedPlaybooks {
  readonly results: readonly LintResult[];
  readonly playbooks: readonly LoadedPlaybook[];
}

export function readPlaybooks(config: Config, runtime: Runtime): LoadedPlaybooks {
  const own = readTexts(join(CONTENT, "playbooks"), [".json"]);
  const theirs = config.playbooks.paths.flatMap((path) => readTexts(configPath(config, path), [".json"]));
  const options = { sha256: (text: string) => runtime.sha256(text), now: runtime.now() };
  const results = [
    ...own.map((file) => ({ ...file, origin: "content" as const })),
    ...theirs.map((file) => ({ ...file, origin: "import" as const })),
  ]
    .filter((file) => !file.path.endsWith(".test.json"))
    .map((file) => lintPlaybook(file.text, file.path, { ...options, origin: file.origin }));
  // A playbook of the operator's replaces the shipped one of the same file name.
  const playbooks = new Map(
    results.flatMap(({ playbook }) => (playbook === undefined ? [] : [[playbook.slug, playbook] as const])),
  );
  return { results, playbooks: [...playbooks.values()] };
}

export function playbookShelf(loaded: LoadedPlaybooks, contain: Pick<Contain, "simulate">): PlaybookShelf {
  return {
    list: () => loaded.playbooks.map(rowOf),
    async simulate(id, variables) {
      const found = loaded.playbooks.find((each) => each.slug === id || each.playbook.id === id);
      if (found === undefined)
        throw new AppError("playbook-unknown", `no playbook "${id}"`, { fix: "cordon playbook list" });
      const named = Object.fromEntries(
        Object.entries(variables).map(([name, value]) => [name.startsWith("__") ? name : `__${name}__`, value]),
      );
      const simulation = await contain.simulate(found.slug, named, NEVER_STOP);
      return {
        playbook: simulation.playbook,
        ends: simulation.ends,
        reason: simulation.reason,
        steps: simulation.steps.map((step) => ({ ...step, effects: [...step.effects], affected: [...step.affected] })),
      };
    },
  };
}

function rowOf(loaded: LoadedPlaybook): ReturnType<PlaybookShelf["list"]>[number] {
  const { playbook } = loaded;
  return {
    id: playbook.id,
    name: loaded.slug,
    title: playbook.name,
    description: playbook.description ?? "",
    source: loaded.path,
    digest: loaded.digest,
    runnable: loaded.runnable,
    problems: loaded.findings.map(({ level, where, text }) => ({ level, where, message: text })),
    steps: Object.entries(playbook.workflow).map(([id, step]) => ({
      id,
      type: step.type,
      name: step.name ?? step.type,
      next: nextOf(step),
    })),
    variables: Object.entries(playbook.playbook_variables ?? {}).map(([name, variable]) => ({
      name,
      type: variable.type,
      required: variable.external === true && variable.value === undefined,
    })),
  };
}

const POINTERS = ["on_completion", "on_success", "on_failure", "on_true", "on_false"];

function nextOf(step: object): string[] {
  const wide = step as Record<string, unknown>;
  const branches = wide.next_steps ?? Object.values((wide.cases ?? {}) as object);
  return [...POINTERS.map((pointer) => wide[pointer]), ...(branches as unknown[])].filter(
    (each): each is string => typeof each === "string",
  );
}
