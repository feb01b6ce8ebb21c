/** Which actuator sends a notice: real ones where they are configured, `simulate` only where none is. */
import { makeActuator } from "@cordon/adapters/actions/index";
import { makeRuntime } from "@cordon/adapters/runtime";
import type { Action } from "@cordon/model/action";
import { type ActionConfig, actionConfigSchema } from "@cordon/model/action-config";
import { CASE, proposalsFor } from "@cordon/testkit/contain-case";
import { makeContainWorld } from "@cordon/testkit/contain-world";
import { describe, expect, it } from "vitest";

const deps = {
  ...{ runtime: makeRuntime(), evidenceDir: "", hostname: "web01", events: async () => [] },
  notice: async (incident: string) => ({ incident, title: "A case", severity: "high", priority: 80, summary: [] }),
};
const configs: Readonly<Record<string, ActionConfig>> = {
  smtp: actionConfigSchema.parse({
    kind: "smtp",
    name: "mail",
    host: "127.0.0.1",
    port: 1,
    from: "a@b.c",
    to: ["d@e.f"],
  }),
  webhook: actionConfigSchema.parse({
    kind: "webhook",
    name: "chat",
    url: "http://127.0.0.1:1/",
    secret: "0123456789abcdef",
  }),
  simulate: actionConfigSchema.parse({ kind: "simulate", name: "simulate" }),
};
const notify = (channel: "webhook" | "email"): Action => ({ kind: "notify", incident: CASE, channel });

describe("notices", () => {
  it.each([
    [["smtp", "simulate"], ["email"], ["mail"]],
    [["webhook", "simulate"], ["webhook"], ["chat"]],
    [
      ["smtp", "webhook", "simulate"],
      ["webhook", "email"],
      ["chat", "mail"],
    ],
    [["simulate"], ["webhook"], ["simulate"]],
  ] as const)("with %j, by %j: sent by %j", async (names, channels, actuators) => {
    const actions = names.flatMap((name) => (configs[name] === undefined ? [] : [makeActuator(configs[name], deps)]));
    const proposals = proposalsFor(channels.map(notify));
    const { drive, rows } = await makeContainWorld({
      proposals,
      deps: { actions, settings: { killSwitch: () => true } },
    });
    await drive();
    expect((await rows()).map((row) => row.plan.actuator).sort()).toEqual(actuators);
  });
});
