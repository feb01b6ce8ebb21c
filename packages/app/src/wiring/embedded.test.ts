import type { ActionConfig } from "@cordon/model/action-config";
import { describe, expect, it } from "vitest";
import { channelsOf } from "./embedded.ts";

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
