/** A product in one process for tests of phishing: mails are pushed, logs are pushed, incidents are read. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Incident } from "@cordon/model/incident";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { loadConfig } from "../../packages/app/src/config.ts";
import { type Embedded, openEmbedded } from "../../packages/app/src/wiring/embedded.ts";

export interface PhishingWorld {
  readonly embedded: Embedded;
  push(
    body: string,
    contentType?: string,
  ): Promise<{ readonly accepted: number; readonly problems: readonly unknown[] }>;
  /** All that was pushed is judged, investigated and planned. */
  settle(): Promise<readonly Incident[]>;
  close(): Promise<void>;
}

const SETTLE_MAX_MS = 20_000;
const isThoughtless = ({ investigation, status }: Incident): boolean =>
  investigation === undefined && status !== "closed";

export async function openPhishingWorld(extra: object = {}, data?: string): Promise<PhishingWorld> {
  const folder = data ?? mkdtempSync(join(tmpdir(), "cordon-phishing-"));
  const mail = { servers: ["mx.corp.example"], ownDomains: ["corp.example"] };
  // JSON is YAML.
  const file = join(folder, "cordon.yml");
  writeFileSync(file, JSON.stringify({ mail, behaviour: { enabled: false }, content: { enabled: false }, ...extra }));
  const config = loadConfig({ config: file, data: join(folder, "data") }, {});
  const rules = { paths: [], shipped: true };
  const embedded = await openEmbedded(config, {
    demo: false,
    durable: true,
    simulateOnly: false,
    rules,
    log: () => {},
  });
  const { instance } = embedded;
  return {
    embedded,
    push: (body, contentType) =>
      instance.push("test", once(body), { peer: "test", ...(contentType === undefined ? {} : { contentType }) }),
    async settle() {
      await embedded.intake.drain();
      await embedded.stream.drain(NEVER_STOP);
      await embedded.cases.drain(NEVER_STOP);
      // An incident is thought about when nothing has joined it for a moment.
      const end = Date.now() + SETTLE_MAX_MS;
      while (Date.now() < end && (await instance.journal.list({ order: "opened", limit: 100 })).some(isThoughtless)) {
        await instance.runtime.sleep(200, NEVER_STOP);
        await embedded.cases.drain(NEVER_STOP);
      }
      const list = await instance.journal.list({ order: "opened", limit: 100 });
      return Promise.all(list.map(async ({ id }) => (await instance.journal.get(id)) ?? Promise.reject(new Error(id))));
    },
    async close() {
      await embedded.close();
      if (data === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function* once(text: string): AsyncIterable<Uint8Array> {
  yield new TextEncoder().encode(text);
}

export interface Letter {
  readonly id: string;
  readonly from?: string;
  readonly to?: string;
  readonly subject?: string;
  readonly link?: string;
  readonly words?: string;
  readonly date?: string;
  readonly replyTo?: string;
}

/** A mail that pretends to be from the help desk, with a link that leads elsewhere. */
export function phish(letter: Letter): string {
  const { id, from = "help@c0rp.example", to = "bob@corp.example", subject = "Password expires today" } = letter;
  const link = letter.link ?? "http://login.evil-host.test/x?id=7";
  const words =
    letter.words ??
    "Dear user your mailbox password expires today and all messages will be lost please sign in with the button below to keep it";
  return [
    `Return-Path: <bounce@evil-host.test>`,
    `Received: from out.evil-host.test (198.51.100.7) by mx.corp.example; ${letter.date ?? "Sun, 22 Nov 2026 01:00:00 +0000"}`,
    `Authentication-Results: mx.corp.example; spf=fail smtp.mailfrom=evil-host.test; dkim=none; dmarc=fail header.from=${from.split("@")[1]}`,
    `From: "Help desk corp.example" <${from}>`,
    `Reply-To: <${letter.replyTo ?? "collect@gmail.com"}>`,
    `To: <${to}>`,
    `Subject: ${subject}`,
    `Message-ID: <${id}>`,
    `Date: ${letter.date ?? "Sun, 22 Nov 2026 01:00:00 +0000"}`,
    `MIME-Version: 1.0`,
    `Content-Type: text/html; charset=utf-8`,
    "",
    `<p>${words}</p><a href="${link}">https://sso.corp.example/login</a>`,
    "",
  ].join("\r\n");
}
