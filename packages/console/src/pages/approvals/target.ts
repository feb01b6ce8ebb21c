/** What an action is aimed at, and how to name it. Pure. */
import type { WireIncidentAction } from "@cordon/model/api/incidents";

type WireAction = WireIncidentAction["action"];
type Target = NonNullable<WireAction["host"]>;

export function targetOf(action: WireAction): Target | undefined {
  switch (action.kind) {
    case "block-address":
      return action.address;
    case "disable-account":
      return action.account;
    case "isolate-host":
    case "capture-forensics":
      return action.host;
    case "kill-process":
      return action.process;
    case "quarantine-file":
      return action.file;
    case "purge-mail":
      return action.mailboxes?.[0];
    case "block-sender":
      return action.sender;
    case "block-link":
      return action.link;
    case "revoke-sessions":
      return action.account;
    case "notify":
      return undefined;
  }
}

/** Typed back by the approver; case and outer blanks are forgiven, nothing else. */
export const typedRight = (typed: string, target: string): boolean =>
  typed.trim().toLowerCase() === target.trim().toLowerCase();
