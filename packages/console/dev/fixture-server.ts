/// <reference types="node" />
/**
 * Serves the built console with canned answers, for looking at it and for its browser test. Not part of the product.
 * Usage: node dev/fixture-server.ts [port]
 */
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import { ROUTES, type RouteName, type RouteSpec } from "@cordon/model/api/routes";
import { checkAnswers, newWorld, readAnswer, type World } from "./answers.ts";
import { MAIN_ID } from "./incidents.ts";

/** The policy the product serves, word for word. */
export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'";

const DIST = join(import.meta.dirname, "..", "dist");
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

export interface Call {
  readonly name: RouteName;
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly csrf: boolean;
}

export interface Fixture {
  readonly server: Server;
  readonly world: World;
  readonly calls: Call[];
  /** Status the next approval is refused with; 0 = accept. */
  refuse: number;
  readonly push: (kind: string, incident: string) => void;
}

export function startFixture(port: number): Promise<Fixture> {
  checkAnswers();
  const streams = new Set<ServerResponse>();
  let position = 1_000;
  const push = (kind: string, incident: string) => {
    position += 1;
    const data = JSON.stringify({ position, incident, kind, at: Date.now(), by: "cordon" });
    for (const stream of streams) stream.write(`id: ${position}\nevent: ${kind}\ndata: ${data}\n\n`);
  };
  const server = createServer((request, response) => {
    void handle(fixture, streams, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  const fixture: Fixture = { server, world: newWorld(), calls: [], refuse: 0, push };
  return new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve(fixture)));
}

async function handle(
  fixture: Fixture,
  streams: Set<ServerResponse>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://localhost");
  response.setHeader("content-security-policy", POLICY);
  response.setHeader("x-content-type-options", "nosniff");
  if (!url.pathname.startsWith("/api/v1/")) return serveFile(url.pathname, response);
  const found = routeOf(request.method ?? "GET", url.pathname.slice("/api/v1".length));
  if (found === undefined) return problem(response, 404, "not-found");
  if (found.name === "stream") {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(": hello\n\n");
    streams.add(response);
    request.on("close", () => streams.delete(response));
    return;
  }
  if (request.method === "GET") return answerRead(fixture, found, url, response);
  const body = await readBody(request);
  fixture.calls.push({ ...found, body, csrf: request.headers["x-cordon-csrf"] === "1" });
  answerWrite(fixture, found, body, response);
}

interface Found {
  readonly name: RouteName;
  readonly params: Readonly<Record<string, string>>;
}

function routeOf(method: string, path: string): Found | undefined {
  for (const [name, spec] of Object.entries<RouteSpec>(ROUTES)) {
    if (spec.method !== method) continue;
    const pattern = new RegExp(`^${spec.path.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`);
    const match = pattern.exec(path);
    if (match === null) continue;
    const params = Object.fromEntries(
      Object.entries(match.groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)]),
    );
    return { name: name as RouteName, params };
  }
  return undefined;
}

function answerRead(fixture: Fixture, found: Found, url: URL, response: ServerResponse): void {
  const answer = readAnswer(fixture.world, found.name, found.params, url.searchParams);
  if (answer === undefined) return problem(response, 404, "not-found");
  if (typeof answer === "string") response.writeHead(200, { "content-type": "text/plain; charset=utf-8" }).end(answer);
  else json(response, 200, answer);
}

function answerWrite(fixture: Fixture, { name, params }: Found, body: unknown, response: ServerResponse): void {
  const { world } = fixture;
  const said = Object(body) as Record<string, unknown>;
  switch (name) {
    case "login":
      return json(response, 200, world.me);
    case "approveAction":
      if (fixture.refuse !== 0) {
        if (fixture.refuse === 409)
          world.approvals = world.approvals.map((card) =>
            card.key === params.key
              ? {
                  ...card,
                  plan: {
                    ...card.plan,
                    hash: "f".repeat(64),
                    effects: [...card.plan.effects.slice(1), "nft add rule inet cordon output ip daddr @isolated drop"],
                  },
                }
              : card,
          );
        return problem(response, fixture.refuse, fixture.refuse === 409 ? "plan-changed" : "approval-lapsed");
      }
      world.approvals = world.approvals.filter((card) => card.key !== params.key);
      return json(response, 200, { ok: true });
    case "denyAction":
      world.approvals = world.approvals.filter((card) => card.key !== params.key);
      return json(response, 200, { ok: true });
    case "closeIncident":
      world.main = { ...world.main, status: "closed", verdict: "true-positive", closedAt: Date.now() };
      return json(response, 200, params.id === MAIN_ID ? world.main : { ...world.main, id: params.id });
    case "assignIncident":
      world.main = { ...world.main, assignee: String(said.person) };
      return json(response, 200, { ...world.main, id: params.id });
    case "addNote":
      world.main = {
        ...world.main,
        notes: [...world.main.notes, { at: Date.now(), by: "admin", text: String(said.text) }],
      };
      return json(response, 200, world.main);
    case "killSwitch":
      world.me = { ...world.me, killSwitch: said.on === true };
      return json(response, 200, world.me);
    case "simulatePlaybook":
      return json(response, 200, {
        steps: [
          {
            step: "s2",
            name: "Isolate the host",
            outcome: "needs approval",
            plan: world.main.actions[0]?.plan,
            policy: world.main.actions[0]?.policy,
          },
        ],
      });
    case "createToken":
      return json(response, 200, {
        id: "tok-9",
        name: said.name,
        role: said.role,
        createdAt: Date.now(),
        secret: "cdn_0123456789abcdefghij",
      });
    default:
      return json(response, 200, { ok: true });
  }
}

async function serveFile(path: string, response: ServerResponse): Promise<void> {
  const file = extname(path) === "" ? "index.html" : normalize(path).replace(/^[/\\]+/, "");
  try {
    const bytes = await readFile(join(DIST, file));
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" }).end(bytes);
  } catch {
    response.writeHead(404).end();
  }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? undefined : JSON.parse(text);
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function problem(response: ServerResponse, status: number, code: string): void {
  const body = {
    type: "about:blank",
    title: code,
    status,
    code,
    detail: `Refused: ${code}.`,
    fix: "Look again.",
    retry: "never",
  };
  response.writeHead(status, { "content-type": "application/problem+json" }).end(JSON.stringify(body));
}

if (import.meta.main) {
  const port = Number(process.argv[2] ?? 8787);
  await startFixture(port);
  process.stdout.write(`console with canned data on http://127.0.0.1:${port}/\n`);
}
