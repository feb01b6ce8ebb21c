/** What `doctor` can only learn from the wiring: content, rules, actuators and the tools they need. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ACTUATORS } from "@cordon/adapters/actions/index";
import { makeRuntime } from "@cordon/adapters/runtime";
import { messageOf } from "@cordon/model/error";
import type { Config } from "../config.ts";
import { CONSOLE_DIST } from "./content.ts";
import { makeInventory } from "./inventory.ts";
import { readMappings } from "./mapping-files.ts";
import { readPlaybooks } from "./playbook-shelf.ts";
import { readRules } from "./rule-files.ts";

export interface Examined {
  readonly check: string;
  readonly state: "ok" | "warn" | "fail";
  readonly detail: string;
  readonly fix?: string;
}

export async function examine(config: Config): Promise<Examined[]> {
  return [
    attempt("mappings", () => ({ state: "ok", detail: `${readMappings(config).mappings.length} source mappings` })),
    attempt("rules", () => rules(config)),
    attempt("playbooks", () => playbooks(config)),
    attempt("assets", () => ({
      state: "ok",
      detail: `${makeInventory(config).list().length} assets in the configuration`,
    })),
    ...actuators(config),
    existsSync(join(CONSOLE_DIST, "index.html"))
      ? { check: "console", state: "ok", detail: "built" }
      : {
          check: "console",
          state: "warn",
          detail: "not built; the API and the commands work",
          fix: "npm start builds it",
        },
  ];
}

function attempt(check: string, look: () => Omit<Examined, "check">): Examined {
  try {
    return { check, ...look() };
  } catch (error) {
    return { check, state: "fail", detail: messageOf(error) };
  }
}

function rules(config: Config): Omit<Examined, "check"> {
  const set = readRules(config, { paths: [], shipped: true });
  const detail = `${set.rules.length} rules, ${set.correlations.length} correlations, ${set.filters.length} filters, ${set.rejected.length} rejected`;
  return set.rejected.length === 0
    ? { state: "ok", detail }
    : { state: "warn", detail, fix: "cordon rules list --rejected" };
}

function playbooks(config: Config): Omit<Examined, "check"> {
  const { results, playbooks: loaded } = readPlaybooks(config, makeRuntime());
  const broken = results.filter((result) => result.playbook === undefined);
  const detail = `${loaded.filter((playbook) => playbook.runnable).length} runnable, ${broken.length} refused`;
  return broken.length === 0
    ? { state: "ok", detail }
    : { state: "warn", detail, fix: `cordon playbook validate ${broken.map((result) => result.path).join(" ")}` };
}

/** Programs that an actuator runs on this machine; over ssh they are looked for there when it plans. */
const TOOLS: Readonly<Record<string, readonly string[]>> = {
  nftables: ["nft"],
  "linux-account": ["usermod", "chage"],
  process: [],
  forensics: ["ps", "ss"],
};
const FOLDERS = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];

function actuators(config: Config): Examined[] {
  if (config.actuators.length === 0)
    return [
      {
        check: "actuators",
        state: "warn",
        detail: "none: actions are simulated only",
        fix: "add `actuators:` to the configuration (docs/configuration.md)",
      },
    ];
  return config.actuators.map((actuator) => {
    const check = `actuator ${actuator.name}`;
    const remote = "ssh" in actuator && actuator.ssh !== undefined;
    const missing = remote
      ? []
      : (TOOLS[actuator.kind] ?? []).filter((tool) => !FOLDERS.some((folder) => existsSync(join(folder, tool))));
    if (missing.length === 0) return { check, state: "ok", detail: ACTUATORS[actuator.kind] };
    return {
      check,
      state: "fail",
      detail: `${missing.join(", ")} not found`,
      fix: `apt-get install ${actuator.kind === "nftables" ? "nftables" : "passwd procps iproute2"}`,
    };
  });
}
