import type { AddressInfo } from "node:net";
import type { Action } from "@cordon/model/action";
import type { ActionConfigOf } from "@cordon/model/action-config";
import { incidentId } from "@cordon/model/ids";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { actionCompliance, orderFor } from "@cordon/testkit/action-compliance";
import { SMTPServer } from "smtp-server";
import { describe, expect, it } from "vitest";
import { makeRuntime } from "../../runtime.ts";
import { makeSmtp } from "./smtp.ts";

const runtime = makeRuntime();
const action: Action = { kind: "notify", incident: incidentId("INC-TEST0001"), channel: "email" };
const notice = async (incident: string) => ({
  ...{ incident, title: "Evil\r\nBcc: all@example.com <script>", severity: "high", priority: 80 },
  ...{ summary: ["<img src=http://evil.example/x.png>"], link: "https://cordon.example/incidents/INC-TEST0001" },
});
const deps = { runtime, evidenceDir: "", hostname: "web01", notice, events: async () => [] };
const config = (port: number, more: Partial<ActionConfigOf<"smtp">> = {}): ActionConfigOf<"smtp"> => ({
  ...{ kind: "smtp", name: "mail", host: "127.0.0.1", port, security: "none", from: "cordon@example.com" },
  ...{ to: ["soc@example.com", "lead@example.com"] as [string, ...string[]], timeoutMs: 2_000 },
  ...more,
});

async function mailServer(options: { readonly refuse?: boolean } = {}) {
  const mails: { readonly to: readonly string[]; readonly text: string }[] = [];
  const server = new SMTPServer({
    ...{ authOptional: true, disabledCommands: ["STARTTLS"], logger: false },
    onRcptTo: (_address, _session, done) => done(options.refuse === true ? new Error("no such user") : null),
    onData(stream, session, done) {
      let text = "";
      stream.on("data", (chunk) => {
        text += chunk;
      });
      stream.on("end", () => {
        mails.push({ to: session.envelope.rcptTo.map((item) => item.address), text });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.server.address() as AddressInfo;
  return { mails, port: address.port, close: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}

actionCompliance({
  name: "smtp",
  async make() {
    const server = await mailServer();
    return {
      ...{ port: makeSmtp(config(server.port), deps), action, now: () => runtime.now() },
      observe: async () => String(server.mails.length),
      close: server.close,
    };
  },
});

async function send(port: ReturnType<typeof makeSmtp>) {
  const plan = await port.plan(action, undefined, NEVER_STOP);
  return port.apply(orderFor({ action, now: () => runtime.now() }, plan), NEVER_STOP);
}

describe("smtp", () => {
  it("sends one mail that carries its key and no trick of the attacker (M1)", async () => {
    const server = await mailServer();
    expect(await send(makeSmtp(config(server.port), deps))).toMatchObject({ kind: "ok", detail: { accepted: 2 } });
    const [mail] = server.mails;
    expect(mail?.to).toEqual(["soc@example.com", "lead@example.com"]);
    const head = mail?.text.split("\r\n\r\n")[0] ?? "";
    expect(head).toMatch(/^Message-ID:\s+<[0-9a-f]{64}@cordon>\r?$/m);
    expect(head).not.toMatch(/^Bcc:/m);
    const html = mail?.text.split("text/html")[1] ?? "";
    expect(html).toContain("&lt;img");
    expect(html).not.toContain("<img");
    expect(mail?.text).not.toContain("http://evil");
    await server.close();
  });
  it("refused recipients are a refusal, a dead server too", async () => {
    const server = await mailServer({ refuse: true });
    expect(await send(makeSmtp(config(server.port), deps))).toMatchObject({ kind: "refused" });
    await server.close();
    const outcome = await send(makeSmtp(config(server.port), deps));
    expect(outcome.kind).not.toBe("ok");
  });
  it("never falls back to plain text (M2)", async () => {
    const server = await mailServer();
    expect((await send(makeSmtp(config(server.port, { security: "starttls" }), deps))).kind).not.toBe("ok");
    expect(server.mails).toEqual([]);
    await server.close();
  });
});
