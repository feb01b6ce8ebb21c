/** Browsers at the API: one-time links, session cookies, CSRF, foreign hosts, strict headers, server-sent events. */
import { mkdtempSync, rmSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningServer, startServer } from "../server.ts";

const data = mkdtempSync(join(tmpdir(), "cordon-session-"));
let server: RunningServer;
beforeAll(async () => {
  server = await startServer({ data });
}, 90_000);
afterAll(async () => {
  await server?.stop();
  rmSync(data, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** `fetch` forbids Host, Origin and Cookie; a hostile page's browser does not ask fetch. */
function raw(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body: string | Buffer = "",
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(`${server.url}${path}`, { method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(chunks).toString() }),
      );
    });
    call.on("error", reject);
    call.end(body);
  });
}

const JSON_TYPE = { "content-type": "application/json" };
const secretOf = (link: string): string => link.split("#")[1] ?? "";

async function signIn(): Promise<{ readonly cookie: string; readonly header: string }> {
  const { json } = await server.call("POST", "/tokens", { name: "browser", role: "admin", use: "link" });
  const answer = await raw("POST", "/api/v1/session", JSON_TYPE, JSON.stringify({ link: json.secret }));
  const header = answer.headers["set-cookie"]?.[0] ?? "";
  return { cookie: header.split(";")[0] ?? "", header };
}

describe("one-time link", () => {
  it("the link of the start signs in once, and never again", async () => {
    const body = JSON.stringify({ link: secretOf(server.link) });
    const first = await raw("POST", "/api/v1/session", JSON_TYPE, body);
    expect(first.status).toBe(200);
    expect(JSON.parse(first.text)).toMatchObject({ name: "admin", role: "admin" });
    const second = await raw("POST", "/api/v1/session", JSON_TYPE, body);
    expect(second.status).toBe(401);
    expect(second.headers["set-cookie"]).toBeUndefined();
  });

  it("of many at once only one gets in", async () => {
    const { json } = await server.call("POST", "/tokens", { name: "race", role: "admin", use: "link" });
    const body = JSON.stringify({ link: json.secret });
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => raw("POST", "/api/v1/session", JSON_TYPE, body)),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 401)]);
  });

  it("a link is no token, a token is no link, a session is neither", async () => {
    const { json } = await server.call("POST", "/tokens", { name: "kind", role: "admin", use: "link" });
    const asToken = await raw("GET", "/api/v1/me", { authorization: `Bearer ${json.secret}` });
    expect(asToken.status).toBe(401);
    const asLink = await raw("POST", "/api/v1/session", JSON_TYPE, JSON.stringify({ link: server.token }));
    expect(asLink.status).toBe(401);
    const { cookie } = await signIn();
    const session = cookie.split("=")[1] ?? "";
    expect((await raw("GET", "/api/v1/me", { authorization: `Bearer ${session}` })).status).toBe(401);
    expect((await raw("GET", "/api/v1/me", { cookie: `cordon_session=${server.token}` })).status).toBe(401);
  });
});

describe("session cookie", () => {
  it("is out of reach of scripts and of other sites", async () => {
    const { header } = await signIn();
    for (const part of ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age="]) expect(header).toContain(part);
  });

  it("reads alone, changes nothing alone", async () => {
    const { cookie } = await signIn();
    const own = new URL(server.url).host;
    const body = JSON.stringify({ on: false, reason: "csrf" });
    const post = (headers: Readonly<Record<string, string>>): Promise<Answer> =>
      raw("POST", "/api/v1/kill-switch", { cookie, ...JSON_TYPE, ...headers }, body);
    expect((await raw("GET", "/api/v1/me", { cookie })).status).toBe(200);
    expect((await post({})).status).toBe(403);
    expect((await post({ origin: `http://${own}` })).status).toBe(403);
    expect((await post({ "x-cordon-csrf": "1", origin: "https://evil.example" })).status).toBe(403);
    expect((await post({ "x-cordon-csrf": "1", origin: "null" })).status).toBe(403);
    expect((await post({ "x-cordon-csrf": "1", origin: `http://${own}.evil.example` })).status).toBe(403);
    expect((await post({ "x-cordon-csrf": "1", origin: `http://${own}` })).status).toBe(200);
  });

  it("a form of another site cannot push records either", async () => {
    const { cookie } = await signIn();
    const answer = await raw("POST", "/api/v1/ingest/forged", { cookie, "content-type": "text/plain" }, '{"a":1}');
    expect(answer.status).toBe(403);
  });

  it("ends with sign-out", async () => {
    const { cookie } = await signIn();
    const headers = { cookie, "x-cordon-csrf": "1", origin: server.url };
    expect((await raw("DELETE", "/api/v1/session", headers)).status).toBe(200);
    expect((await raw("GET", "/api/v1/me", { cookie })).status).toBe(401);
  });
});

describe("every answer", () => {
  it.each([
    ["evil.example", 403],
    ["evil.example:8420", 403],
    ["127.0.0.1.evil.example", 403],
    ["localhost", 200],
    ["[::1]:1", 200],
  ])("Host %s gets %i", async (host, status) => {
    expect((await raw("GET", "/api/v1/health", { host })).status).toBe(status);
  });

  it.each([
    "/api/v1/health",
    "/api/v1/me",
    "/api/v1/nowhere",
    "/nowhere",
    "/api/v1/openapi.json",
    "/%00",
    "/..%2f..%2fetc/passwd",
  ])("%s carries the strict headers", async (path) => {
    const { headers, text } = await raw("GET", path);
    expect(headers["content-security-policy"]).toMatch(/default-src 'none'/);
    expect(headers["content-security-policy"]).not.toMatch(/unsafe/);
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["referrer-policy"]).toBe("no-referrer");
    expect(headers["cross-origin-opener-policy"]).toBe("same-origin");
    expect(headers["access-control-allow-origin"]).toBeUndefined();
    expect(text).not.toContain("root:");
  });
});

describe("push", () => {
  const push = (body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
    raw("POST", "/api/v1/ingest/session-test", { authorization: `Bearer ${server.token}`, ...headers }, body);

  it.each([
    ["NDJSON", '{"n":1}\n{"n":2}\n', {}, 2],
    ["an array", '[{"n":3},{"n":4},{"n":5}]', {}, 3],
    ["one after another", '{"n":6}{"n":7}', {}, 2],
    ["gzip", gzipSync('{"n":8}\n'), { "content-encoding": "gzip" }, 1],
    ["the type of a form", '{"n":9}\n', { "content-type": "application/x-www-form-urlencoded" }, 1],
    ["no type", '{"n":10}\n', {}, 1],
    ["multipart in name only", '{"n":11}\n', { "content-type": "multipart/form-data" }, 1],
    ["nothing", "", {}, 0],
  ])("%s", async (_name, body, headers, accepted) => {
    const answer = await push(body, headers);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({ accepted, duplicates: 0 });
  });

  it("the same body again counts as known", async () => {
    expect(JSON.parse((await push('{"twice":1}\n{"twice":1}\n')).text)).toMatchObject({ accepted: 2, duplicates: 0 });
    expect(JSON.parse((await push('{"twice":1}\n{"twice":1}\n')).text)).toMatchObject({ accepted: 0, duplicates: 2 });
  });

  it.each([
    ["damaged gzip", Buffer.from("this is not gzip"), { "content-encoding": "gzip" }, 400],
    ["cut gzip", gzipSync("x".repeat(10_000)).subarray(0, 30), { "content-encoding": "gzip" }, 400],
    ["an encoding we do not speak", "x", { "content-encoding": "br" }, 415],
  ])("%s is the sender's fault, by name", async (_name, body, headers, status) => {
    const answer = await push(body, headers);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({ code: expect.any(String) });
  });

  it.each(["UPPER", "a%2fb", "..", "a".repeat(65), "%E2%80%AE"])("source name %s is refused", async (source) => {
    const headers = { authorization: `Bearer ${server.token}` };
    expect((await raw("POST", `/api/v1/ingest/${source}`, headers, "{}")).status).toBeGreaterThanOrEqual(400);
  });

  it("what was damaged is no fault of the server: no problem is raised", async () => {
    expect((await server.call("GET", "/status")).json.problems).toEqual([]);
  });
});

describe("server-sent events", () => {
  it("start at now, tell every entry once, and resume after Last-Event-ID", async () => {
    await push(attack("alpha"));
    const first = await listen({}, (messages) => messages.some((each) => each.event === "hello"));
    const start = Number(first.find((each) => each.event === "hello")?.id);
    await push(attack("beta"));
    const seen = await listen({ "last-event-id": String(start) }, (messages) => entries(messages).length >= 3);
    const positions = entries(seen).map((each) => Number(each.id));
    expect(positions[0]).toBe(start + 1);
    expect(positions).toEqual(positions.map((_, at) => start + 1 + at));
    const middle = positions[1] ?? 0;
    const again = await listen({ "last-event-id": String(middle) }, (messages) => entries(messages).length >= 1);
    expect(Number(entries(again)[0]?.id)).toBe(middle + 1);
    expect(JSON.parse(entries(again)[0]?.data ?? "{}")).toMatchObject({
      position: middle + 1,
      incident: expect.any(String),
    });
  });

  it.each(["-1", "abc", "99999999999999999999", "1;2"])("a foreign Last-Event-ID %s starts at now", async (id) => {
    const messages = await listen({ "last-event-id": id }, (all) => all.some((each) => each.event === "hello"));
    expect(messages.some((each) => each.event === "hello")).toBe(true);
  });

  async function push(body: string): Promise<void> {
    expect((await server.call("POST", "/ingest/stream-test", body)).status).toBe(200);
  }
});

interface Message {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}
const entries = (messages: readonly Message[]): Message[] => messages.filter((each) => each.event === "entry");

/** Reads the stream until `enough`, then hangs up. */
async function listen(
  headers: Readonly<Record<string, string>>,
  enough: (messages: readonly Message[]) => boolean,
): Promise<Message[]> {
  const answer = await fetch(`${server.url}/api/v1/stream`, {
    headers: { authorization: `Bearer ${server.token}`, ...headers },
  });
  expect(answer.headers.get("content-type")).toContain("text/event-stream");
  let text = "";
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk).toString();
    const messages = text.split("\n\n").slice(0, -1).map(messageOf);
    if (enough(messages)) return messages; // leaving the loop hangs up
  }
  throw new Error(`the stream ended early: ${text}`);
}

function messageOf(block: string): Message {
  const field = (name: string): string =>
    block
      .split("\n")
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2) ?? "";
  return { id: field("id"), event: field("event"), data: field("data") };
}

/** Sysmon: encoded PowerShell, which a shipped rule detects. */
function attack(host: string): string {
  return `${JSON.stringify({
    Event: {
      System: {
        Provider: { "#attributes": { Name: "Microsoft-Windows-Sysmon" } },
        EventID: 1,
        TimeCreated: { "#attributes": { SystemTime: new Date().toISOString() } },
        EventRecordID: 1,
        Channel: "Microsoft-Windows-Sysmon/Operational",
        Computer: `${host}.corp.example`,
      },
      EventData: {
        ProcessGuid: `{${host}}`,
        ProcessId: 7,
        Image: "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
        CommandLine: "powershell.exe -NoP -EncodedCommand SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQAKQA=",
        User: "CORP\\alice",
      },
    },
  })}\n`;
}
