import { createHash } from "node:crypto";
import { sha256Of } from "@cordon/model/ids";
import { CORDON_EXTENSION, type LoadedPlaybook } from "@cordon/model/playbook";
import { instant } from "@cordon/model/time";
import { describe, expect, it } from "vitest";
import { advance, type RunMove, type StepRow } from "./interpret.ts";
import { lintPlaybook } from "./lint.ts";

const sha256 = (text: string) => sha256Of(createHash("sha256").update(text).digest("hex"));
const uuid = (name: string) => {
  const hex = createHash("sha1").update(name).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
const id = (name: string) => {
  const [type] = name.split(":");
  return `${type}--${uuid(name)}`;
};

/** Names like `action:a` stand for step ids; pointers are rewritten. */
function playbook(
  name: string,
  steps: Record<string, Record<string, unknown>>,
  more: Record<string, unknown> = {},
): LoadedPlaybook {
  const pointer = (value: unknown): unknown => {
    if (typeof value === "string" && value in steps) return id(value);
    if (Array.isArray(value)) return value.map(pointer);
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, pointer(member)]));
    }
    return value;
  };
  const workflow = Object.fromEntries(
    Object.entries(steps).map(([key, step]) => {
      const type = key.split(":")[0];
      const action =
        type === "action" ? { agent: `organization--${uuid("a")}`, commands: [{ type: "manual", command: key }] } : {};
      return [id(key), { type, ...action, ...(pointer(step) as object) }];
    }),
  );
  const document = {
    ...{ type: "playbook", spec_version: "cacao-2.0", id: `playbook--${uuid(name)}`, name },
    ...{
      created_by: `identity--${uuid("i")}`,
      created: "2026-01-01T00:00:00.000Z",
      modified: "2026-01-01T00:00:00.000Z",
    },
    ...{ workflow_start: id("start:s"), workflow },
    agent_definitions: { [`organization--${uuid("a")}`]: { type: "organization", name: "a" } },
    extension_definitions: { [CORDON_EXTENSION]: { type: "extension-definition", name: "c" } },
    ...(pointer(more) as object),
  };
  const result = lintPlaybook(JSON.stringify(document), `${name}.json`, { sha256 });
  if (result.playbook === undefined) throw new Error(JSON.stringify(result.findings));
  return result.playbook;
}

/** Plays a run to its end: each asked step succeeds unless `outcomes` says otherwise; returns what was asked and the end. */
function play(
  loaded: LoadedPlaybook,
  outcomes: Record<string, Record<string, unknown>> = {},
  library: LoadedPlaybook[] = [],
) {
  const rows = new Map<string, StepRow>();
  const asked: string[] = [];
  let now = 0;
  for (let turn = 0; turn < 200; turn++) {
    const { moves, wakeAt } = advance({ playbook: loaded, variables: {}, rows, library }, instant(now));
    for (const move of moves) {
      if (move.kind === "finish") return { asked, state: move.state, reason: move.reason };
      record(rows, move, asked, outcomes, now);
    }
    if (moves.length === 0) {
      if (wakeAt === undefined) return { asked, state: "stuck", reason: "" };
      now = wakeAt;
    }
  }
  return { asked, state: "endless", reason: "" };
}

function record(
  rows: Map<string, StepRow>,
  move: Exclude<RunMove, { kind: "finish" }>,
  asked: string[],
  outcomes: Record<string, Record<string, unknown>>,
  now: number,
): void {
  const at = instant(now);
  const startedAt = rows.get(move.path)?.startedAt ?? at;
  if (move.kind === "record") {
    rows.set(move.path, { state: move.state, at, startedAt, detail: move.detail });
    return;
  }
  const name = move.kind === "ask" ? move.text : move.title;
  asked.push(name);
  const outcome = outcomes[name] ?? outcomes[`${name}#${asked.filter((other) => other === name).length}`] ?? {};
  if (outcome.hang === true) {
    rows.set(move.path, { state: "running", at, startedAt, detail: {} });
    return;
  }
  const state = outcome.failed === undefined ? "succeeded" : "failed";
  rows.set(move.path, { state, at, startedAt, detail: { reason: "x", ...(outcome as object) } });
}

const N = { type: "integer", value: "0" };

describe("interpreter", () => {
  it("walks a line in order", () => {
    const steps = {
      "start:s": { on_completion: "action:a" },
      "action:a": { on_completion: "action:b" },
      "action:b": { on_completion: "end:e" },
      "end:e": {},
    };
    expect(play(playbook("line", steps))).toMatchObject({ asked: ["action:a", "action:b"], state: "succeeded" });
  });

  const failing = {
    "start:s": { on_completion: "action:a" },
    "action:a": { on_success: "end:e", on_failure: "action:f" },
    "action:f": { on_completion: "end:f" },
    ...{ "end:e": {}, "end:f": {} },
  };
  it("takes on_failure", () => {
    const outcome = play(playbook("failure", failing), { "action:a": { failed: true } });
    expect(outcome).toMatchObject({ asked: ["action:a", "action:f"], state: "succeeded" });
  });

  const handled = {
    "start:s": { on_completion: "action:a" },
    "action:a": { on_completion: "action:b" },
    "action:b": { on_completion: "end:e" },
    "action:x": { on_completion: "end:x" },
    ...{ "end:e": {}, "end:x": {} },
  };
  it("runs the exception handler and ends failed (P2)", () => {
    const outcome = play(playbook("handled", handled, { workflow_exception: "action:x" }), {
      "action:a": { failed: true },
    });
    expect(outcome).toMatchObject({ asked: ["action:a", "action:x"], state: "failed" });
  });
  it("fails without a handler", () => {
    const { "action:x": _x, "end:x": _e, ...plain } = handled;
    expect(play(playbook("plain", plain), { "action:a": { failed: true } })).toMatchObject({
      asked: ["action:a"],
      state: "failed",
    });
  });
  it("goes on after failure only with continueOnError", () => {
    const { "action:x": _x, "end:x": _e, ...plain } = handled;
    const tolerant = {
      ...plain,
      "action:a": { ...plain["action:a"], step_extensions: { [CORDON_EXTENSION]: { continueOnError: true } } },
    };
    const outcome = play(playbook("tolerant", tolerant), { "action:a": { failed: true } });
    expect(outcome).toMatchObject({ asked: ["action:a", "action:b"], state: "succeeded" });
  });

  const branching = (condition: string) => ({
    "start:s": { on_completion: "if-condition:i" },
    "if-condition:i": { condition, on_true: "action:t", on_false: "action:f", on_completion: "action:after" },
    "action:t": { on_completion: "end:t" },
    "action:f": { on_completion: "end:f" },
    "action:after": { on_completion: "end:e" },
    ...{ "end:t": {}, "end:f": {}, "end:e": {} },
  });
  it.each([
    ["__n__:value < 5", ["action:t", "action:after"]],
    ["__n__:value > 5 OR __n__:value NOT IN (0, 1)", ["action:f", "action:after"]],
  ])("if %s", (condition, asked) => {
    const loaded = playbook("branch", branching(condition), { playbook_variables: { __n__: N } });
    expect(play(loaded)).toMatchObject({ asked, state: "succeeded" });
  });
  it("a condition over an unknown value fails the step", () => {
    const loaded = playbook("untyped", branching("__n__:value < 5"), {
      playbook_variables: { __n__: { type: "integer" } },
    });
    expect(play(loaded)).toMatchObject({ asked: [], state: "failed" });
  });

  const loop = (more: object) => ({
    "start:s": { on_completion: "while-condition:w" },
    "while-condition:w": { condition: "__n__:value < 2", on_true: "action:a", on_completion: "end:e", ...more },
    "action:a": { on_completion: "end:a", out_args: ["__n__"] },
    ...{ "end:a": {}, "end:e": {} },
  });
  it("while repeats with fresh instances and sees outputs", () => {
    const loaded = playbook("loop", loop({}), { playbook_variables: { __n__: N } });
    const outcome = play(loaded, {
      "action:a#1": { outputs: { __n__: "1" } },
      "action:a#2": { outputs: { __n__: "2" } },
    });
    expect(outcome).toMatchObject({ asked: ["action:a", "action:a"], state: "succeeded" });
  });
  it("while is bounded (P4)", () => {
    const limited = loop({ step_extensions: { [CORDON_EXTENSION]: { maxIterations: 3 } } });
    const outcome = play(playbook("bounded", limited, { playbook_variables: { __n__: N } }));
    expect(outcome).toMatchObject({ state: "failed" });
    expect(outcome.asked).toHaveLength(3);
  });

  const both = {
    "start:s": { on_completion: "parallel:p" },
    "parallel:p": { next_steps: ["action:a", "action:b"], on_success: "end:e", on_failure: "action:f" },
    "action:a": { on_completion: "end:a" },
    "action:b": { on_completion: "end:b" },
    "action:f": { on_completion: "end:f" },
    ...{ "end:a": {}, "end:b": {}, "end:e": {}, "end:f": {} },
  };
  it("parallel asks both and joins (P3)", () => {
    expect(play(playbook("both", both))).toMatchObject({ asked: ["action:a", "action:b"], state: "succeeded" });
    const outcome = play(playbook("both", both), { "action:b": { failed: true } });
    expect(outcome).toMatchObject({ asked: ["action:a", "action:b", "action:f"], state: "succeeded" });
  });

  it.each([
    ["red", "action:r"],
    ["blue", "action:d"],
  ])("switch on %s", (value, asked) => {
    const steps = {
      "start:s": { on_completion: "switch-condition:w" },
      "switch-condition:w": {
        switch: "__c__",
        cases: { red: "action:r", default: "action:d" },
        on_completion: "end:e",
      },
      "action:r": { on_completion: "end:r" },
      "action:d": { on_completion: "end:d" },
      ...{ "end:e": {}, "end:r": {}, "end:d": {} },
    };
    const loaded = playbook("switch", steps, { playbook_variables: { __c__: { type: "string", value } } });
    expect(play(loaded)).toMatchObject({ asked: [asked], state: "succeeded" });
  });

  it("a step that hangs past its timeout fails with ACTION_TIMEOUT", () => {
    const steps = { ...failing, "action:a": { ...failing["action:a"], timeout: 500 } };
    const outcome = play(playbook("timeout", steps), { "action:a": { hang: true } });
    expect(outcome).toMatchObject({ asked: ["action:a", "action:f"], state: "succeeded" });
  });
  it("a delay holds the step back", () => {
    const steps = { ...failing, "action:a": { ...failing["action:a"], delay: 500 } };
    const first = advance(
      { playbook: playbook("delay", steps), variables: {}, rows: new Map(), library: [] },
      instant(0),
    );
    expect(first.moves.map((move) => move.kind)).toEqual(["record"]);
    expect(first.wakeAt).toBe(500);
    expect(play(playbook("delay", steps)).state).toBe("succeeded");
  });

  it("tries again what the device failed to do, not what was refused", () => {
    const retry = { step_extensions: { [CORDON_EXTENSION]: { retry: { max: 2, backoffMs: 100 } } } };
    const steps = { ...failing, "action:a": { ...failing["action:a"], ...retry } };
    const outcome = play(playbook("retry", steps), { "action:a#1": { failed: true, outcome: "failed" } });
    expect(outcome.asked).toEqual(["action:a", "action:a"]);
    expect(play(playbook("retry", steps), { "action:a": { failed: true, outcome: "denied" } }).asked).toEqual([
      "action:a",
      "action:f",
    ]);
  });

  it("calls a playbook, passing and returning variables, and refuses recursion", () => {
    const child = playbook(
      "child",
      {
        "start:s": { on_completion: "action:c" },
        "action:c": { on_completion: "end:e", out_args: ["__n__"] },
        "end:e": {},
      },
      { playbook_variables: { __n__: N } },
    );
    const parent = playbook(
      "parent",
      {
        "start:s": { on_completion: "playbook-action:p" },
        "playbook-action:p": {
          playbook_id: child.playbook.id,
          in_args: ["__n__"],
          out_args: ["__n__"],
          on_completion: "if-condition:i",
        },
        "if-condition:i": { condition: "__n__:value = 7", on_true: "action:seven", on_completion: "end:e" },
        "action:seven": { on_completion: "end:i" },
        ...{ "end:i": {}, "end:e": {} },
      },
      { playbook_variables: { __n__: N } },
    );
    const outcome = play(parent, { "action:c": { outputs: { __n__: "7" } } }, [child]);
    expect(outcome).toMatchObject({ asked: ["action:c", "action:seven"], state: "succeeded" });
    const self = playbook("self", {
      "start:s": { on_completion: "playbook-action:p" },
      "playbook-action:p": { playbook_id: `playbook--${uuid("self")}`, on_completion: "end:e" },
      "end:e": {},
    });
    expect(play(self, {}, [self])).toMatchObject({ state: "failed" });
  });
});
