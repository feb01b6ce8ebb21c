/**
 * The HTTP face: routes from the table, the console's files, server-sent events, push intake.
 * Enters: an Instance. Leaves: a fastify server, listening or used in-process by the CLI through `inject`.
 * H1. every answer carries the strict headers below; nothing from a log is ever sent as a page of ours.
 * H2. intake answers 200 only after the records are durable; over the bound it answers 429 with Retry-After.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { UPLOAD_BYTES_MAX } from "@cordon/model/api/files";
import { ROUTES, type RouteName, type RouteSpec } from "@cordon/model/api/routes";
import { AppError } from "@cordon/model/error";
import { FILE_SOURCE } from "@cordon/model/file-source";
import fastifyStatic from "@fastify/static";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { sayFaultsInOurWords } from "../fault-words.ts";
import type { Instance } from "../instance.ts";
import { type Caller, COOKIE, cookieOf, hostAllowed, identify, SESSION_MS } from "./auth.ts";
import { HANDLERS, meOf } from "./handlers.ts";
import { makeMethodsOf } from "./methods.ts";
import { openApi } from "./openapi.ts";
import { problemOf } from "./problem.ts";
import { makeStream } from "./sse.ts";

const CONSOLE_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": CONSOLE_CSP,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
};

const REQUEST_TIMEOUT_MS = 60_000; // a body that takes longer is a slow-loris or a dead line
/** As Prometheus wants it said. */
const PLAIN = "text/plain; version=0.0.4; charset=utf-8";
const RETRY_AFTER_S = "2";

export async function makeServer(instance: Instance, consoleDir: string | undefined): Promise<FastifyInstance> {
  sayFaultsInOurWords();
  const app = fastify({
    bodyLimit: instance.config.limits.bodyMiB * 1024 * 1024,
    requestTimeout: REQUEST_TIMEOUT_MS,
    logger: false,
    routerOptions: { maxParamLength: 300, querystringParser: parseQuery },
    forceCloseConnections: true,
  });
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(HEADERS);
    if (!hostAllowed(instance.config, request.headers.host))
      throw new AppError("not-allowed", "this host name is not one Cordon listens as", {
        fix: "set baseUrl in the configuration",
      });
  });
  const methodsOf = makeMethodsOf(Object.values(ROUTES));
  app.addHook("onRequest", async (request, reply) => {
    const methods = methodsOf(request.url.split("?", 1)[0] ?? "");
    if (methods.length === 0 || methods.includes(request.method)) return;
    reply.header("allow", methods.join(", "));
    throw new AppError("method-not-allowed", `this route takes ${methods.join(", ")}, not ${request.method}`);
  });
  // Looked at once: what is built while the server runs is there after its next start.
  const hasConsole = consoleDir !== undefined && existsSync(join(consoleDir, "index.html"));
  app.setErrorHandler((error, _request, reply) => sendProblem(instance, reply, error));
  app.setNotFoundHandler((request, reply) => {
    if (request.method === "GET" && !request.url.startsWith("/api/") && hasConsole)
      return reply.type("text/html").sendFile("index.html");
    return sendProblem(
      instance,
      reply,
      new AppError("not-found", `no route ${request.method} ${request.url.split("?")[0]}`),
    );
  });
  addRoutes(app, instance);
  addSession(app, instance);
  addStream(app, instance);
  await addIngest(app, instance);
  await addFiles(app, instance);
  const document = openApi(instance.version);
  app.get("/api/v1/openapi.json", async () => document);
  if (hasConsole)
    await app.register(fastifyStatic, { root: consoleDir, cacheControl: true, maxAge: 0, index: "index.html" });
  return app;
}

function sendProblem(instance: Instance, reply: FastifyReply, error: unknown): FastifyReply {
  const problem = problemOf(error);
  if (problem.status === 500) instance.fault(error);
  if (problem.retry === "later") reply.header("retry-after", RETRY_AFTER_S);
  return reply.code(problem.status).type("application/problem+json").send(JSON.stringify(problem));
}

function addRoutes(app: FastifyInstance, instance: Instance): void {
  for (const [name, handler] of Object.entries(HANDLERS)) {
    const spec: RouteSpec = ROUTES[name as RouteName];
    app.route({
      method: spec.method,
      url: urlOf(spec),
      handler: async (request, reply) => {
        const caller = await identify(instance, request, spec);
        const answer = await handler({
          instance,
          caller,
          params: request.params as Record<string, string>,
          query: request.query,
          body: request.body,
        });
        if (spec.media === "text/plain") return reply.type(PLAIN).send(String(answer));
        if (spec.media !== "text/html") return answer;
        return sendReport(reply, String(answer), (request.query as { format?: string }).format);
      },
    });
  }
}

const urlOf = (spec: RouteSpec): string => `/api/v1${spec.path.replace(/\{(\w+)\}/g, ":$1")}`;

/** A report is a page of its own: no script at all, only its own style sheet by hash. */
function sendReport(reply: FastifyReply, text: string, format: string | undefined): FastifyReply {
  if (format === "markdown") return reply.type("text/markdown; charset=utf-8").send(text);
  const styles = [...text.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(
    (match) =>
      `'sha256-${createHash("sha256")
        .update(match[1] ?? "")
        .digest("base64")}'`,
  );
  reply.header(
    "content-security-policy",
    `default-src 'none'; style-src ${styles.join(" ") || "'none'"}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'`,
  );
  return reply.type("text/html; charset=utf-8").send(text);
}

function addSession(app: FastifyInstance, instance: Instance): void {
  app.post("/api/v1/session", async (request, reply) => {
    const { link } = ROUTES.login.body.parse(request.body);
    const key = await instance.keys.find(link);
    if (key === undefined || key.use !== "link" || !(await instance.keys.revoke(key.id)))
      throw new AppError("not-signed-in", "the link was used already or has expired", { fix: "cordon token link" });
    const session = await instance.keys.create({
      name: key.name,
      role: key.role,
      expiresAt: instance.runtime.now() + SESSION_MS,
      use: "session",
    });
    const secure = instance.config.baseUrl?.startsWith("https:") === true ? "; Secure" : "";
    reply.header(
      "set-cookie",
      `${COOKIE}=${session.secret}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${SESSION_MS / 1000}${secure}`,
    );
    return meOf(instance, key);
  });
  app.delete("/api/v1/session", async (request, reply) => {
    const caller = await identify(instance, request, ROUTES.logout);
    if (caller?.by === "cookie" && cookieOf(request) !== undefined) await instance.keys.revoke(caller.key.id);
    reply.header("set-cookie", `${COOKIE}=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0`);
    return { ok: true };
  });
}

function addStream(app: FastifyInstance, instance: Instance): void {
  const stream = makeStream(instance);
  app.addHook("onClose", async () => stream.close());
  app.get("/api/v1/stream", async (request, reply) => {
    await identify(instance, request, ROUTES.stream);
    reply.hijack();
    reply.raw.writeHead(200, {
      ...HEADERS,
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
    stream.join(reply.raw, lastEventId(request));
  });
}

function lastEventId(request: FastifyRequest): number | undefined {
  const header = request.headers["last-event-id"];
  return typeof header === "string" && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}

async function addIngest(app: FastifyInstance, instance: Instance): Promise<void> {
  await app.register(async (scope) => {
    // The parser is bound to the route, never chosen by content type: the body goes as a stream to the push intake.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
    scope.post(urlOf(ROUTES.ingest), async (request) => {
      const caller = (await identify(instance, request, ROUTES.ingest)) as Caller;
      const { source } = request.params as { source: string };
      if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(source))
        throw new AppError("bad-request", "the source name must be lower case letters, digits and dashes");
      if (source === FILE_SOURCE)
        throw new AppError("not-allowed", `${FILE_SOURCE} is the name under which Cordon itself judges files`);
      const encoding = request.headers["content-encoding"];
      const key = request.headers["idempotency-key"];
      const body = (request.body ?? emptyBody()) as AsyncIterable<Uint8Array>;
      return instance.push(source, body, {
        peer: `${caller.name}@${request.ip}`,
        ...(typeof encoding === "string" ? { contentEncoding: encoding } : {}),
        ...(typeof request.headers["content-type"] === "string"
          ? { contentType: request.headers["content-type"] }
          : {}),
        ...(typeof key === "string" ? { idempotencyKey: key } : {}),
      });
    });
  });
}

/** The body is the file: nothing of it is parsed here, whatever type it says it is. */
async function addFiles(app: FastifyInstance, instance: Instance): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: UPLOAD_BYTES_MAX }, (_request, body, done) =>
      done(null, body),
    );
    scope.route({
      method: "POST",
      url: urlOf(ROUTES.examineFile),
      bodyLimit: UPLOAD_BYTES_MAX,
      // Before the body is read: a stranger's 64 MiB are not even taken in.
      onRequest: async (request) => void (await identify(instance, request, ROUTES.examineFile)),
      handler: async (request) => {
        const { name, host, path, record } = ROUTES.examineFile.query.parse(request.query);
        if (!Buffer.isBuffer(request.body) || request.body.length === 0)
          throw new AppError("bad-request", "the body must be the file, and it is empty");
        if ((host === undefined) !== (path === undefined))
          throw new AppError("bad-request", "host and path belong together: where the file was found");
        return instance.files.examine({
          ...{ name, bytes: request.body, from: "upload", record: record === "yes" },
          ...(host === undefined || path === undefined ? {} : { host, path }),
        });
      },
    });
  });
}

async function* emptyBody(): AsyncIterable<Uint8Array> {}

/** Repeated names become arrays; everything stays text until zod has seen it. */
function parseQuery(text: string): Record<string, string | string[]> {
  const result: Record<string, string | string[]> = Object.create(null);
  for (const [key, value] of new URLSearchParams(text)) {
    const known = result[key];
    result[key] = known === undefined ? value : Array.isArray(known) ? [...known, value] : [known, value];
  }
  return { ...result };
}
