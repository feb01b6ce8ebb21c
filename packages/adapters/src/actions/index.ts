/** Actuators by kind. Adding one = a folder, a line here, and its config in @cordon/model/action-config. */
import type { ActionConfig } from "@cordon/model/action-config";
import { unreachable } from "@cordon/model/error";
import type { ActionPort } from "@cordon/model/ports/action";
import { makeForensics } from "./forensics/forensics.ts";
import { makeLinuxAccount } from "./linux-account/linux-account.ts";
import { makeGoogleWorkspace } from "./mail/google-workspace.ts";
import { makeImapPurge } from "./mail/imap-purge.ts";
import { makeM365 } from "./mail/m365.ts";
import { makeNftables } from "./nftables/nftables.ts";
import type { ActionDeps } from "./order.ts";
import { makeProcess } from "./process/process.ts";
import { makeQuarantine } from "./quarantine/quarantine.ts";
import { makeSimulate } from "./simulate/simulate.ts";
import { makeSmtp } from "./smtp/smtp.ts";
import { makeWebhook } from "./webhook/webhook.ts";

/** What each kind can do, for `doctor` and the console. */
export const ACTUATORS: Readonly<Record<ActionConfig["kind"], string>> = {
  simulate: "says exactly what would be done, and does nothing",
  nftables: "blocks addresses and isolates hosts: local, in a network namespace, over ssh",
  "linux-account": "locks accounts of a Linux machine: local, over ssh",
  process: "ends one process of a Linux machine: local, over ssh",
  quarantine: "takes a file of a Linux machine out of reach, and gives it back as it was: local, over ssh",
  forensics: "records the volatile state of a Linux machine as evidence: local, over ssh",
  webhook: "sends notices to an HTTP endpoint, signed",
  m365: "purges mail, blocks senders and links, ends sessions: Microsoft 365 (Graph, Exchange Online)",
  "google-workspace": "purges mail and ends sessions: Google Workspace",
  "imap-purge": "purges mail on an IMAP server, as its master user",
  smtp: "sends notices by mail",
};

export function makeActuator(config: ActionConfig, deps: ActionDeps): ActionPort {
  switch (config.kind) {
    case "simulate":
      return makeSimulate(config, deps);
    case "nftables":
      return makeNftables(config, deps);
    case "linux-account":
      return makeLinuxAccount(config, deps);
    case "process":
      return makeProcess(config, deps);
    case "forensics":
      return makeForensics(config, deps);
    case "quarantine":
      return makeQuarantine(config, deps);
    case "webhook":
      return makeWebhook(config, deps);
    case "m365":
      return makeM365(config, deps);
    case "google-workspace":
      return makeGoogleWorkspace(config, deps);
    case "imap-purge":
      return makeImapPurge(config, deps);
    case "smtp":
      return makeSmtp(config, deps);
    default:
      return unreachable(config);
  }
}
