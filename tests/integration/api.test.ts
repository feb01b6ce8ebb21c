/**
 * The API against its own table: every route, role and method gives the status that the row promises, every answer has the
 * row's shape on real data, and the served OpenAPI document says the same.
 */
import { ROUTES, type RouteName, type RouteSpec } from "@cordon/model/api/routes";
import { ROLES, type Role } from "@cordon/model/api/system";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningServer, startServer } from "../server.ts";
import { type ScannedStory, scanStory } from "../story.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
const CALLERS = [...ROLES, "none"] as const;
const RANK: Readonly<Record<Role, number>> = { viewer: 1, analyst: 2, approver: 3, admin: 4, ingest: 0 };
const ENTRIES = Object.entries(ROUTES) as [RouteName, RouteSpec][];

let story: ScannedStory;
let server: RunningServer;
const tokens = new Map<string, string>();

beforeAll(async () => {
  story = await scanStory(11);
  server = await startServer({ data: story.data });
  for (const role of ROLES) {
    const { json } = await server.call("POST", "/tokens", { name: `matrix-${role}`, role });
    tokens.set(role, String(json.secret));
  }
}, 180_000);
afterAll(async () => {
  await server?.stop();
  story?.remove();
});

/** What the table says about a caller: 401 without credentials, 403 below the least role, else the route's own answer. */
function verdict(spec: RouteSpec, caller: (typeof CALLERS)[number]): 401 | 403 | "own" {
  if (spec.role === "public") return "own";
  if (caller === "none") return 401;
  if (spec.role === "ingest") return caller === "ingest" || caller === "admin" ? "own" : 403;
  return RANK[caller] >= RANK[spec.role] ? "own" : 403;
}

/** Requests that name nothing that exists: allowed callers get 404 or 400, and nothing changes under the other tests. */
const NOWHERE: Readonly<Record<string, string>> = {
  id: "INC-NOTTHERE",
  key: "no-such-key",
  source: "matrix",
  digest: "none",
};
const OWN: Readonly<Partial<Record<RouteName, { body?: unknown; query?: string; status: number }>>> = {
  login: { body: { link: "cdn_nobody-made-this-link" }, status: 401 },
  getIncident: { status: 404 },
  getJournal: { status: 404 },
  closeIncident: { body: { verdict: "true-positive", note: "n" }, status: 404 },
  reopenIncident: { body: { reason: "r" }, status: 404 },
  addNote: { body: { text: "t" }, status: 404 },
  assignIncident: { body: { person: null }, status: 404 },
  getReport: { status: 404 },
  getEvent: { status: 404 },
  approveAction: { body: { planHash: "0".repeat(64) }, status: 404 },
  denyAction: { body: { reason: "r" }, status: 404 },
  revertAction: { body: { reason: "r" }, status: 404 },
  closeBreaker: { body: { reason: "r" }, status: 404 },
  explainRule: { query: "?event=nothing", status: 404 },
  tryRule: { body: { event: "nothing", text: "title: t" }, status: 404 },
  backtestRule: { body: {}, status: 400 },
  reloadRules: { body: { force: "yes" }, status: 400 },
  getRuleVersion: { status: 404 },
  intelLookup: { query: "?value=203.0.113.7", status: 200 },
  retroIntel: { body: { days: 0 }, status: 400 },
  examineFile: { status: 400 },
  simulatePlaybook: { body: { variables: {} }, status: 404 },
  modelCard: { status: 404 },
  promoteModel: { body: {}, status: 404 },
  modelGates: { status: 404 },
  answerFlag: { body: { flag: "none", answer: "accept", reason: "no such flag" }, status: 404 },
  answerProposal: { body: { answer: "accept", reason: "no such proposal" }, status: 404 },
  waiveReview: { status: 404 },
  giveReview: { body: { verdict: "true-positive" }, status: 404 },
  trainModel: { status: 409 },
  rollbackModel: { status: 409 },
  createToken: { body: { name: "", role: "viewer" }, status: 400 },
  revokeToken: { status: 404 },
  killSwitch: { body: { on: false, reason: "matrix" }, status: 200 },
};

async function send(method: string, path: string, token: string | undefined, body?: unknown): Promise<Response> {
  return fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

const fill = (path: string, names: Readonly<Record<string, string>>): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(names[name] ?? ""));

describe("who may call what", () => {
  const rows = ENTRIES.flatMap(([name, spec]) =>
    CALLERS.map((caller) => [spec.method, spec.path, caller, name] as const),
  );

  it.each(rows)("%s %s as %s", async (method, path, caller, name) => {
    const spec: RouteSpec = ROUTES[name];
    const own = OWN[name];
    const answer = await send(method, fill(path, NOWHERE) + (own?.query ?? ""), tokens.get(caller), own?.body);
    const wanted = verdict(spec, caller);
    expect(answer.status).toBe(wanted === "own" ? (own?.status ?? 200) : wanted);
    if (answer.status >= 400) {
      expect(answer.headers.get("content-type")).toContain("application/problem+json");
      const problem = (await answer.json()) as Record<string, unknown>;
      expect(problem).toMatchObject({ status: answer.status, code: expect.any(String), detail: expect.any(String) });
    }
    await answer.body?.cancel().catch(() => {});
  });

  const paths = [...new Set(ENTRIES.map(([, spec]) => spec.path))];
  const absent = paths.flatMap((path) =>
    METHODS.filter((method) => !ENTRIES.some(([, spec]) => spec.path === path && spec.method === method)).map(
      (method) => [method, path] as const,
    ),
  );
  it.each(absent)("%s %s is not in the table and does not exist", async (method, path) => {
    const answer = await send(method, fill(path, NOWHERE), tokens.get("admin"));
    expect(answer.status).toBe(405);
    const allowed = ENTRIES.filter(([, spec]) => spec.path === path).map(([, spec]) => spec.method);
    expect(answer.headers.get("allow")?.split(", ")).toEqual(expect.arrayContaining(allowed));
  });

  it.each([
    ["no scheme", "cdn_abc"],
    ["unknown token", `Bearer cdn_${"A".repeat(43)}`],
    ["a token of another system", "Bearer eyJhbGciOiJub25lIn0.e30."],
    ["basic", "Basic YWRtaW46YWRtaW4="],
    ["very long", `Bearer cdn_${"A".repeat(5_000)}`],
  ])("refuses %s", async (_name, authorization) => {
    expect((await fetch(`${server.url}/api/v1/me`, { headers: { authorization } })).status).toBe(401);
  });

  it("a revoked token opens nothing from the next request on", async () => {
    const { json } = await server.call("POST", "/tokens", { name: "short-lived", role: "viewer" });
    const secret = String(json.secret);
    expect((await send("GET", "/me", secret)).status).toBe(200);
    expect((await server.call("DELETE", `/tokens/${json.id}`)).status).toBe(200);
    expect((await send("GET", "/me", secret)).status).toBe(401);
  });
});

/** What the row says and not a member more: the document promises that there are no others. */
function expectShape(spec: RouteSpec, json: unknown): void {
  const read = spec.answer.safeParse(json);
  expect(read.error?.issues ?? []).toEqual([]);
  expect(read.data).toEqual(json);
}

describe("answers have the shape of the table", () => {
  let known: Record<string, string>;
  beforeAll(async () => {
    const incidents = (await server.call("GET", "/incidents")).json.items as { id: string }[];
    const events = (await server.call("GET", "/events?limit=5")).json.items as { id: string }[];
    const detections = (await server.call("GET", "/detections")).json.items as {
      rule: { id: string; version: string };
      evidence: string[];
    }[];
    const detection = detections.find((each) => each.rule.id !== "");
    known = {
      incident: incidents[0]?.id ?? "",
      event: events[0]?.id ?? "",
      rule: detection?.rule.id ?? "",
      digest: detection?.rule.version ?? "",
      evidence: detection?.evidence[0] ?? "",
    };
  });

  const OF_RULE: readonly string[] = ["explainRule", "getRuleVersion"];
  // A story has no verdicts and so no model: shapes of its card and gates are tested where a model is made (model-loop.test.ts).
  const gets = ENTRIES.filter(
    ([name, spec]) =>
      spec.method === "GET" && spec.media === undefined && name !== "modelCard" && name !== "modelGates",
  );
  it.each(gets)("%s", async (name, spec) => {
    const id = name === "getEvent" ? known.event : OF_RULE.includes(name) ? known.rule : known.incident;
    const queries: Readonly<Partial<Record<RouteName, string>>> = {
      explainRule: `?event=${known.evidence}`,
      listRules: "?rejected=true",
      intelLookup: "?value=203.0.113.7",
    };
    const query = queries[name] ?? "";
    const answer = await server.call("GET", fill(spec.path, { id: id ?? "", digest: known.digest ?? "" }) + query);
    expect(answer.status).toBe(200);
    expectShape(spec, answer.json);
  });

  it("lists are not empty: the story fills every one of them", async () => {
    for (const path of [
      "/incidents",
      "/events",
      "/detections",
      "/approvals",
      "/actions",
      "/rules",
      "/playbooks",
      "/tokens",
    ])
      expect((await server.call("GET", path)).json.items, path).not.toHaveLength(0);
  });

  it("every incident of the story parses, and so does its journal", async () => {
    const { items } = (await server.call("GET", "/incidents?limit=500")).json as { items: { id: string }[] };
    for (const { id } of items) {
      const { json } = await server.call("GET", `/incidents/${id}`);
      expectShape(ROUTES.getIncident, json);
      const journal = await server.call("GET", `/incidents/${id}/journal`);
      expectShape(ROUTES.getJournal, journal.json);
    }
  });

  it("pages of events are disjoint and complete", async () => {
    const seen: string[] = [];
    let after = "";
    do {
      const { json } = await server.call("GET", `/events?limit=400${after}`);
      const page = json as { items: { id: string }[]; next?: string };
      seen.push(...page.items.map((event) => event.id));
      after = page.next === undefined ? "" : `&after=${encodeURIComponent(page.next)}`;
    } while (after !== "");
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBe(story.lines.at(-1)?.records);
  });

  it("a person's work on an incident shows in the answers", async () => {
    const id = known.incident;
    const note = await server.call("POST", `/incidents/${id}/notes`, { text: "seen <b>\u202e" });
    expect(ROUTES.addNote.answer.safeParse(note.json).success).toBe(true);
    const assigned = await server.call("POST", `/incidents/${id}/assign`, { person: "alice" });
    expect(assigned.json.assignee).toBe("alice");
    const closed = await server.call("POST", `/incidents/${id}/close`, { verdict: "benign-positive", note: "a drill" });
    expect(closed.json).toMatchObject({ status: "closed", verdict: "benign-positive" });
    expect((await server.call("POST", `/incidents/${id}/close`, { verdict: "true-positive", note: "x" })).status).toBe(
      409,
    );
    const open = await server.call("POST", `/incidents/${id}/reopen`, { reason: "not a drill" });
    expect(open.json.status).not.toBe("closed");
  });

  it("a dry run of a shipped playbook", async () => {
    const { json, status } = await server.call("POST", "/playbooks/block-address/simulate", {
      variables: { address: "ip:203.0.113.7" },
    });
    expect(status).toBe(200);
    expectShape(ROUTES.simulatePlaybook, json);
  });

  it.each([
    ["limit over the bound", "/events?limit=501"],
    ["limit not a number", "/incidents?limit=many"],
    ["unknown parameter", "/incidents?limitt=5"],
    ["unknown status", "/incidents?status=lost"],
    ["foreign cursor", "/events?after=%00%00"],
    ["unknown entity kind", "/events?entity=planet:mars"],
    ["unknown operator", "/events?field=Image:like:x"],
    ["class not a number", "/events?class=abc"],
    ["time not a number", "/events?from=yesterday"],
    ["text too long", `/events?q=${"a".repeat(501)}`],
    ["given twice", "/incidents?limit=1&limit=2"],
    ["report in no format", "/incidents/INC-NOTTHERE/report?format=pdf"],
  ])("bad query, %s: 400 that names what", async (_name, path) => {
    const { status, json } = await server.call("GET", path);
    expect(status).toBe(400);
    expect(String(json.detail).length).toBeGreaterThan(5);
  });

  it.each([
    ["not JSON", "{"],
    ["empty", ""],
    ["an array", "[]"],
    ["null", "null"],
    ["unknown key", '{"on":true,"reason":"x","role":"admin"}'],
    ["wrong type", '{"on":"yes","reason":"x"}'],
    ["prototype key", '{"on":true,"reason":"x","__proto__":{"role":"admin"}}'],
    ["10,000 levels deep", `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`],
    ["lone surrogate and NUL, wrong key", '{"on":true,"reasons":"\\ud800\\u0000"}'],
  ])("bad body, %s: 400", async (_name, body) => {
    expect((await server.call("POST", "/kill-switch", body)).status).toBe(400);
  });
});

describe("OpenAPI", () => {
  it("covers every route and nothing else, and every reference leads somewhere", async () => {
    const answer = await fetch(`${server.url}/api/v1/openapi.json`);
    expect(answer.status).toBe(200);
    const doc = (await answer.json()) as OpenApi;
    expect(doc.openapi).toMatch(/^3\.1\.\d$/);
    expect(doc.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
    const operations = Object.entries(doc.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
    );
    const told = operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`).sort();
    expect(told).toEqual(ENTRIES.map(([, spec]) => `${spec.method} /api/v1${spec.path}`).sort());
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, operation } of operations) {
      expect(Object.keys(operation.responses), path).toContain("200");
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
      const declared = (operation.parameters ?? []).filter((each) => each.in === "path");
      expect(declared.map((each) => each.name).sort(), path).toEqual(inPath);
      for (const parameter of declared) expect(parameter.required).toBe(true);
      for (const parameter of operation.parameters ?? []) expect(parameter.schema, parameter.name).toBeTypeOf("object");
    }
    const refs = [...JSON.stringify(doc).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? "");
    expect(refs.length).toBeGreaterThan(10);
    for (const ref of new Set(refs)) {
      expect(ref).toMatch(/^#\/components\/schemas\/[\w.-]+$/);
      expect(doc.components.schemas[ref.slice("#/components/schemas/".length)], ref).toBeDefined();
    }
    expect(JSON.stringify(doc)).not.toContain("#/$defs/");
  });
});

interface OpenApi {
  readonly openapi: string;
  readonly info: object;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}
interface Operation {
  readonly operationId: string;
  readonly responses: object;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly schema: object;
  }[];
}
