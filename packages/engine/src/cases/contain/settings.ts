/** What the owner decides about containment, with the defaults and their reasons. */
import { DAY, HOUR, MINUTE, SECOND } from "@cordon/model/time";

export interface ContainSettings {
  /** `assisted`: people allow containment; `auto`: what the policy lets run at once runs; `simulation`: nothing is touched. */
  readonly mode: "assisted" | "auto" | "simulation";
  /** How long a proposal waits for approval, and how long a given approval may be used. Silence is a no. */
  readonly approvalLifeMs: number;
  readonly grantLifeMs: number;
  /** No request may leave or land later than this after its intent. */
  readonly requestDeadlineMs: number;
  /** Added to the deadline before anybody else looks: clocks differ and packets linger. */
  readonly recoveryGraceMs: number;
  /** How long verify is repeated before its answer counts. */
  readonly verifyWithinMs: number;
  /** Longest time limit that counts as one. */
  readonly ttlMaxMs: number;
  readonly caps: { readonly perAction: number; readonly perIncident: number; readonly perHour: number };
  /** Addresses and prefixes of Cordon itself, its egress and its managers: never a target. */
  readonly ownAddresses: readonly string[];
  readonly ownHosts: readonly string[];
  /** Accounts of last resort, without domain, lower case. */
  readonly breakGlass: readonly string[];
  /** Channel of notices when a playbook leaves it open. */
  readonly notifyChannel: "webhook" | "email";
  /** True stops everything new; reverts go on. */
  readonly killSwitch: () => boolean;
  readonly rolesOf: (person: string) => readonly string[];
}

export const CONTAIN_DEFAULTS: ContainSettings = {
  mode: "assisted",
  approvalLifeMs: 30 * MINUTE,
  grantLifeMs: 30 * MINUTE,
  requestDeadlineMs: MINUTE,
  recoveryGraceMs: 5 * SECOND,
  verifyWithinMs: 5 * SECOND,
  ttlMaxMs: 30 * DAY,
  caps: { perAction: 10, perIncident: 25, perHour: 50 },
  ownAddresses: [],
  ownHosts: [],
  breakGlass: ["root", "administrator", "system", "localsystem", "local service", "network service", "krbtgt", "toor"],
  notifyChannel: "webhook",
  killSwitch: () => false,
  rolesOf: () => ["responder"],
};

/** Window of `caps.perHour`. */
export const CAP_WINDOW_MS = HOUR;
/** How long something held by the kill switch or a cap waits before it is looked at again. */
export const HOLD_MS = 30 * SECOND;
/** Tries of one action after a lost answer; each needs a probe that says "absent" or a class that allows it. */
export const ATTEMPTS_MAX = 3;
/** Proposals of one step whose plan or policy kept changing under it. */
export const GENERATIONS_MAX = 5;
/** Waits between failed undos; the last one repeats for ever, since an effect must not stay unnoticed. */
export const REVERT_BACKOFF_MS: readonly number[] = [5 * SECOND, 30 * SECOND, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE];
/** Resolvers half the world uses: blocking one by an attacker's trick would hurt the owner, not the attacker. */
export const PUBLIC_RESOLVERS: readonly string[] = [
  ...["1.1.1.1", "1.0.0.1", "8.8.8.8", "8.8.4.4", "9.9.9.9", "149.112.112.112", "208.67.222.222", "208.67.220.220"],
  ...["2606:4700:4700::1111", "2606:4700:4700::1001", "2001:4860:4860::8888", "2001:4860:4860::8844", "2620:fe::fe"],
];
