/** What a changing call does to the canned world, and what it answers. */
import type { RouteName } from "@cordon/model/api/routes";
import type { World } from "./answers.ts";
import { MAIN_ID } from "./incidents.ts";

export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

const ok = (body: unknown): Reply => ({ status: 200, body });

export const problem = (status: number, code: string): Reply => ({
  status,
  body: {
    type: "about:blank",
    title: code,
    status,
    code,
    detail: `Refused: ${code}.`,
    fix: "Look again.",
    retry: "never",
  },
});

interface Write {
  readonly name: RouteName;
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Status approvals are refused with; 0 = accepted. */
  readonly refuse: number;
}

export function write(world: World, { name, params, body, refuse }: Write): Reply {
  const said = Object(body) as Record<string, unknown>;
  switch (name) {
    case "login":
      return ok(world.me);
    case "approveAction":
      return approve(world, params.key ?? "", refuse);
    case "denyAction":
      world.approvals = world.approvals.filter((card) => card.key !== params.key);
      return ok({ ok: true });
    case "closeIncident":
      world.main = { ...world.main, status: "closed", verdict: "true-positive", closedAt: Date.now() };
      return ok(params.id === MAIN_ID ? world.main : { ...world.main, id: params.id });
    case "assignIncident":
      world.main = { ...world.main, assignee: String(said.person) };
      return ok({ ...world.main, id: params.id });
    case "addNote":
      world.main = {
        ...world.main,
        notes: [...world.main.notes, { at: Date.now(), by: "admin", text: String(said.text) }],
      };
      return ok(world.main);
    case "killSwitch":
      world.me = { ...world.me, killSwitch: said.on === true };
      return ok(world.me);
    case "simulatePlaybook":
      return ok(dryRun(world));
    case "createToken":
      return ok({
        id: "tok-9",
        name: said.name,
        role: said.role,
        createdAt: Date.now(),
        secret: "cdn_0123456789abcdefghij",
      });
    default:
      return ok({ ok: true });
  }
}

const NEW_LINE = "nft add rule inet cordon output ip daddr @isolated drop";

function approve(world: World, key: string, refuse: number): Reply {
  if (refuse === 0) {
    world.approvals = world.approvals.filter((card) => card.key !== key);
    return ok({ ok: true });
  }
  if (refuse !== 409) return problem(refuse, "approval-lapsed");
  world.approvals = world.approvals.map((card) => {
    if (card.key !== key) return card;
    return {
      ...card,
      plan: { ...card.plan, hash: "f".repeat(64), effects: [...card.plan.effects.slice(1), NEW_LINE] },
    };
  });
  return problem(409, "plan-changed");
}

function dryRun(world: World) {
  const [first] = world.main.actions;
  return {
    playbook: "contain-workstation",
    ends: "waiting",
    reason: "the isolation waits for an approval",
    steps: [
      {
        path: "s2",
        title: "Isolate the host",
        kind: "action",
        actuator: first?.plan.actuator,
        effects: first?.plan.effects ?? [],
        affected: [],
        undo: "yes",
        policy: first?.policy,
      },
    ],
  };
}
