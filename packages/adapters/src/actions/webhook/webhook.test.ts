import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Action } from "@cordon/model/action";
import type { ActionConfigOf } from "@cordon/model/action-config";
import { incidentId } from "@cordon/model/ids";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { actionCompliance, orderFor } from "@cordon/testkit/action-compliance";
import { afterEach, describe, expect, it } from "vitest";
import { makeRuntime } from "../../runtime.ts";
import { makeEgress } from "./egress.ts";
import { makeWebhook, sign } from "./webhook.ts";

const runtime = makeRuntime();
const action: Action = { kind: "notify", incident: incidentId("INC-TEST0001"), channel: "webhook" };
const notice = async (incident: string) => ({
  ...{ incident, title: "Bad\u202e thing\r\nX-Injected: 1 at https://evil.example/x", severity: "high", priority: 80 },
  summary: ["first\u0000 line"],
});
const deps = { runtime, evidenceDir: "", hostname: "web01", notice, events: async () => [] };

interface Received {
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function receiver(answer: (response: ServerResponse) => void = (response) => response.end("ok")) {
  const received: Received[] = [];
  const made = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      received.push({ headers: request.headers, body });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
  server = made;
  const { port } = made.address() as AddressInfo;
  return { received, url: `http://127.0.0.1:${port}/hook` };
}

const config = (url: string, more: Partial<ActionConfigOf<"webhook">> = {}): ActionConfigOf<"webhook"> => ({
  ...{ kind: "webhook", name: "chat", url, secret: "0123456789abcdef", allow: ["127.0.0.1"], timeoutMs: 1_000 },
  ...more,
});

actionCompliance({
  name: "webhook",
  async make() {
    const { received, url } = await receiver();
    return {
      ...{ port: makeWebhook(config(url), deps), action, now: () => runtime.now() },
      observe: async () => String(received.length),
      close: async () => {},
    };
  },
});

async function send(port: ReturnType<typeof makeWebhook>) {
  const plan = await port.plan(action, undefined, NEVER_STOP);
  return port.apply(orderFor({ action, now: () => runtime.now() }, plan), NEVER_STOP);
}

describe("webhook", () => {
  it("is signed, carries its key, and is clean (W1)", async () => {
    const { received, url } = await receiver();
    expect(await send(makeWebhook(config(url), deps))).toMatchObject({ kind: "ok", detail: { status: 200 } });
    const [first] = received;
    const {
      "x-cordon-timestamp": timestamp,
      "x-cordon-signature": signature,
      "idempotency-key": key,
    } = first?.headers ?? {};
    expect(signature).toBe(`v1=${sign("0123456789abcdef", String(timestamp), first?.body ?? "")}`);
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    const body = JSON.parse(first?.body ?? "");
    expect(body).toMatchObject({
      incident: "INC-TEST0001",
      title: "Bad thing X-Injected: 1 at hxxps://evil.example/x",
    });
    expect(body.summary).toEqual(["first line"]);
  });

  it.each([
    [302, "refused"],
    [404, "refused"],
    [429, "unknown"],
    [500, "unknown"],
  ])("status %s is %s (W2, W3)", async (status, kind) => {
    let hits = 0;
    const { url } = await receiver((response) => {
      hits += 1;
      response.writeHead(status, { location: "http://127.0.0.1:1/" }).end();
    });
    expect(await send(makeWebhook(config(url), deps))).toMatchObject({ kind });
    expect(hits).toBe(1);
  });

  it("a receiver that never answers leaves it unknown", async () => {
    const { url } = await receiver(() => {});
    expect(await send(makeWebhook(config(url, { timeoutMs: 200 }), deps))).toMatchObject({ kind: "unknown" });
  });

  it.each([
    "http://127.0.0.1:PORT/",
    "http://localhost:PORT/",
    "http://[::1]:PORT/",
    "http://[::ffff:127.0.0.1]:PORT/",
    "http://169.254.169.254/latest",
    "http://10.0.0.1/",
    "http://2130706433:PORT/",
  ])("%s is internal and refused (W2)", async (text) => {
    const { received, url } = await receiver();
    const port = makeWebhook(config(text.replace("PORT", new URL(url).port), { allow: [] }), deps);
    expect(await send(port)).toMatchObject({ kind: "refused", reason: expect.stringContaining("internal") });
    expect(received).toEqual([]);
  });

  it("the plan shows no secret of the URL", async () => {
    const port = makeWebhook(config("https://hooks.example/x?token=geheim"), deps);
    expect(JSON.stringify(await port.plan(action, undefined, NEVER_STOP))).not.toContain("geheim");
  });
});

describe("egress", () => {
  const egress = makeEgress(["hooks.internal", "10.9.0.0/16"]);
  it.each([
    ["a.example", "203.0.113.1", true],
    ["a.example", "10.1.1.1", false],
    ["a.example", "10.9.1.1", true],
    ["HOOKS.internal", "192.168.1.1", true],
    ["a.example", "::ffff:10.1.1.1", false],
    ["a.example", "fd00::1", false],
    ["a.example", "2001:db8::1", true],
  ])("%s at %s", (host, address, free) => {
    expect(egress.whyNot(host, address) === undefined).toBe(free);
  });
});
