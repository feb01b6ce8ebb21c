import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ActionConfig } from "@cordon/model/action-config";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadConfig } from "../config.ts";
import { channelsOf, type Embedded, openEmbedded } from "./embedded.ts";

const webhook: ActionConfig = {
  ...{ kind: "webhook", name: "chat", url: "https://chat.example.org/hook", secret: "0123456789abcdef" },
  ...{ allow: [], timeoutMs: 1_000 },
};
const smtp: ActionConfig = {
  ...{ kind: "smtp", name: "mail", host: "mail.example.org", port: 587, security: "starttls" },
  ...{ from: "a@example.org", to: ["b@example.org"], timeoutMs: 1_000 },
};
const firewall: ActionConfig = { kind: "nftables", name: "edge", graceMs: 0 };

describe("ways on which people are told", () => {
  it.each([
    ["none: the webhook is simulated", [firewall], ["webhook"]],
    ["a webhook", [firewall, webhook], ["webhook"]],
    ["mail", [smtp, firewall], ["email"]],
    ["both, whatever stands first", [smtp, webhook], ["webhook", "email"]],
  ] as const)("%s", (_name, actuators, expected) =>
    expect(channelsOf({ actuators: [...actuators] })).toEqual(expected),
  );
});

describe("an open breaker", () => {
  let data: string;
  const opened: Embedded[] = [];
  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), "cordon-embedded-"));
  });
  afterEach(async () => {
    await close();
    rmSync(data, { recursive: true });
  });
  const close = async (): Promise<void> => {
    for (const embedded of opened.splice(0)) await embedded.close();
  };
  async function open(): Promise<Embedded> {
    const rules = { paths: [], shipped: false };
    const options = { demo: false, durable: true, simulateOnly: true, rules, log: () => {} };
    const embedded = await openEmbedded(loadConfig({ data }, {}), options);
    opened.push(embedded);
    return embedded;
  }
  const shown = ({ instance }: Embedded) => instance.meters.problems.get("breaker-block-address");

  it("is a problem on the status page, also after a restart, until a person closes it", async () => {
    const first = await open();
    expect(shown(first)).toBeUndefined();
    const record = { strikes: [], open: [{ kind: "block-address", at: 1, reason: "3 went wrong" }], closed: [] };
    await first.stores.state.kv.set("breaker", JSON.stringify(record));
    await close();
    const second = await open();
    expect(shown(second)).toMatchObject({
      message: "every block-address needs a person: 3 went wrong",
      fix: expect.stringContaining("cordon action close-breaker block-address"),
    });
    const alice = { name: "alice", role: "approver" } as const;
    await expect(second.instance.response.closeBreaker("nonsense", alice, "r")).rejects.toMatchObject({
      code: "not-found",
    });
    await second.instance.response.closeBreaker("block-address", alice, "the firewall is back");
    expect(shown(second)).toBeUndefined();
    await expect(second.instance.response.closeBreaker("block-address", alice, "r")).rejects.toMatchObject({
      code: "breaker-closed",
    });
    await close();
    expect(shown(await open())).toBeUndefined();
  });
});
