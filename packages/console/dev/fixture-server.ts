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
import { problem, type Reply, write } from "./writes.ts";

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
  /** `last-event-id` of every stream that was opened; "" where none was sent. */
  readonly resumedFrom: string[];
  /** Cuts every open stream. */
  readonly cut: () => void;
}

/** `dist`: folder of the built console. */
export function startFixture(port: number, dist = DIST): Promise<Fixture> {
  checkAnswers();
  const streams = new Set<ServerResponse>();
  let position = 1_000;
  const push = (kind: string, incident: string) => {
    position += 1;
    const data = JSON.stringify({ position, incident, kind, at: Date.now(), by: "cordon" });
    for (const stream of streams) stream.write(`id: ${position}\nevent: ${kind}\ndata: ${data}\n\n`);
  };
  const server = createServer((request, response) => {
    void handle({ fixture, streams, dist }, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  const fixture: Fixture = {
    server,
    world: newWorld(),
    calls: [],
    refuse: 0,
    push,
    resumedFrom: [],
    cut: () => {
      for (const stream of streams) stream.destroy();
    },
  };
  return new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve(fixture)));
}

interface Serving {
  readonly fixture: Fixture;
  readonly streams: Set<ServerResponse>;
  readonly dist: string;
}

async function handle(
  { fixture, streams, dist }: Serving,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://localhost");
  response.setHeader("content-security-policy", POLICY);
  response.setHeader("x-content-type-options", "nosniff");
  if (!url.pathname.startsWith("/api/v1/")) return serveFile(dist, url.pathname, response);
  const found = routeOf(request.method ?? "GET", url.pathname.slice("/api/v1".length));
  if (found === undefined) return send(response, problem(404, "not-found"));
  if (found.name === "stream") {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(": hello\n\n");
    streams.add(response);
    fixture.resumedFrom.push(String(request.headers["last-event-id"] ?? ""));
    request.on("close", () => streams.delete(response));
    return;
  }
  if (request.method === "GET") {
    answerRead(fixture, found, url, response);
    return;
  }
  const body = await readBody(request);
  fixture.calls.push({ ...found, body, csrf: request.headers["x-cordon-csrf"] === "1" });
  send(response, write(fixture.world, { ...found, body, refuse: fixture.refuse }));
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
  if (answer === undefined) send(response, problem(404, "not-found"));
  else if (typeof answer === "string")
    response.writeHead(200, { "content-type": "text/plain; charset=utf-8" }).end(answer);
  else send(response, { status: 200, body: answer });
}

async function serveFile(dist: string, path: string, response: ServerResponse): Promise<void> {
  const file = extname(path) === "" ? "index.html" : normalize(path).replace(/^[/\\]+/, "");
  try {
    const bytes = await readFile(join(dist, file));
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

function send(response: ServerResponse, { status, body }: Reply): void {
  const type = status < 400 ? "application/json" : "application/problem+json";
  response.writeHead(status, { "content-type": type }).end(JSON.stringify(body));
}

if (import.meta.main) {
  const port = Number(process.argv[2] ?? 8787);
  await startFixture(port);
  process.stdout.write(`console with canned data on http://127.0.0.1:${port}/\n`);
}
