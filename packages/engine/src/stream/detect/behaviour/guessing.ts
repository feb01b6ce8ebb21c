/** Failed sign-ins: one account guessed, one source on many accounts, many sources alike; prompts until one is accepted. */

import { DAY, HOUR, MINUTE } from "@cordon/model/time";
import { type Expectation, upperTail } from "../../../learning/behaviour/count-tail.ts";
import type { Desk } from "./desk.ts";
import type { Fact } from "./fact.ts";
import * as fields from "./fields.ts";
import type { Remembered } from "./remembered.ts";
import { evidenceOf, type Window } from "./window.ts";

const SHORT = 10 * MINUTE;
const SPRAY_MIN = 5;
const SPRAY_DAY_MIN = 12;
const PER_ACCOUNT = 3;
const BRUTE_MIN = 10;
const STUFFING_ACCOUNTS = 12;
const STUFFING_SOURCES = 8;
const PROMPTS_MIN = 5;
const TAIL = 1e-4;

export function onAttempt(fact: Fact, desk: Desk): void {
  const { user } = fact;
  if (user === undefined) return;
  prompts(fact, user, desk);
  if (!fact.failed) {
    after(fact, user, desk);
    return;
  }
  const about = desk.entity("user", user, fact);
  brute(about, fact, desk);
  if (fact.source === undefined) return;
  spray(fact, user, { desk, source: fact.source });
  stuffing(fact, user, { desk, source: fact.source });
}

function brute(about: Remembered, fact: Fact, desk: Desk): void {
  const window = desk.window(about, "failures", { text: `${fact.time}`, fact, span: SHORT });
  const failures = window.total;
  if (failures < BRUTE_MIN) return;
  const expected = desk.expected(about, "failures", fact.time);
  const p = upperTail(expected, failures);
  if (p > TAIL) return;
  desk.say({
    ...{ detector: "brute-force", about, fact, evidence: evidenceOf(window), p, basis: "definition" },
    ...{ n: expected.windows, mark: "guessed" },
    values: { user: fact.user ?? "", failures, span: "10 minutes", usual: usual(expected.mean), success: "" },
  });
}

const usual = (mean: number): string => `${mean.toFixed(1)} at most on a day`;

interface From {
  readonly desk: Desk;
  readonly source: string;
}

function spray(fact: Fact, user: string, { desk, source }: From): void {
  const about = desk.entity("ip", source, fact);
  const short = desk.window(about, "accounts", { text: user, fact, span: SHORT });
  const long = desk.window(about, "accounts-day", { text: user, fact, span: DAY });
  const subnet = /^(\d+\.\d+\.\d+)\.\d+$/.exec(source)?.[1];
  sayIfSprayed(about, fact, { desk, window: short, least: SPRAY_MIN, span: "10 minutes", name: "accounts", source });
  sayIfSprayed(about, fact, {
    desk,
    window: long,
    least: SPRAY_DAY_MIN,
    span: "24 hours",
    name: "accounts-day",
    source,
  });
  if (subnet === undefined) return;
  const net = desk.entity("ip", `${subnet}.0/24`, fact);
  const wide = desk.window(net, "accounts", { text: user, fact, span: SHORT });
  const said = about.marks["password-spray|sprayed"];
  if (said !== undefined && fact.time - said < DAY) return;
  sayIfSprayed(net, fact, {
    desk,
    window: wide,
    least: SPRAY_MIN + 3,
    span: "10 minutes",
    name: "accounts",
    source: `${subnet}.0/24`,
  });
}

interface Sprayed extends From {
  readonly window: Window;
  readonly least: number;
  readonly span: string;
  readonly name: string;
}

function sayIfSprayed(about: Remembered, fact: Fact, { desk, window, least, span, name, source }: Sprayed): void {
  const few = window.hits.filter((hits) => hits <= PER_ACCOUNT).length;
  if (few < least) return;
  const expected = desk.expected(about, name, fact.time);
  const p = upperTail(expected, few);
  if (p > TAIL && !isPlain(expected, few, { least, about })) return;
  about.marks.sprayed = fact.time;
  desk.say({
    ...{ detector: "password-spray", about, fact, evidence: evidenceOf(window), p, basis: "definition" },
    ...{ n: expected.windows, mark: "sprayed" },
    values: { source, accounts: few, span, most: Math.max(...window.hits), usual: usual(expected.mean), success: "" },
  });
}

interface Least {
  readonly least: number;
  readonly about: Remembered;
}

/** Of a source without a past, a little more than the least says enough, whatever others do; where someone got in, twice. */
const isPlain = ({ windows }: Expectation, count: number, { least, about }: Least): boolean =>
  windows < 3 && count >= (about.marks.opened === undefined ? 1.25 : 2) * least;

/** Many addresses, one tool: what they share is the program they name, or their network. */
function stuffing(fact: Fact, user: string, { desk, source }: From): void {
  const network = fact.text(fields.ASN);
  const shared = fact.agent ?? (network === undefined ? undefined : `AS${network}`);
  if (shared === undefined) return;
  const about = desk.entity("group", `alike ${shared}`, fact);
  const accounts = desk.window(about, "accounts", { text: user, fact, span: HOUR });
  const sources = desk.window(about, "sources", { text: source, fact, span: HOUR });
  if (accounts.values.length < STUFFING_ACCOUNTS || sources.values.length < STUFFING_SOURCES) return;
  const expected = desk.expected(about, "accounts", fact.time);
  const p = upperTail(expected, accounts.values.length);
  if (p > TAIL && !isPlain(expected, accounts.values.length, { least: STUFFING_ACCOUNTS, about })) return;
  desk.say({
    ...{ detector: "credential-stuffing", about, fact, evidence: evidenceOf(accounts), p, basis: "definition" },
    ...{ n: expected.windows, mark: "stuffed" },
    values: {
      ...{ accounts: accounts.values.length, sources: sources.values.length, shared, span: "an hour" },
      ...{ usual: usual(expected.mean), success: "" },
    },
  });
}

/** A success after guessing is graver than the guessing. */
function after(fact: Fact, user: string, desk: Desk): void {
  const about = desk.find("user", user);
  const guessed = about?.marks["brute-force|guessed"];
  if (about !== undefined && guessed !== undefined && fact.time - guessed < HOUR && fact.time >= guessed) {
    desk.say({
      ...{ detector: "brute-force", about, fact, evidence: evidenceOf(about.windows.failures ?? EMPTY), p: 1e-6 },
      ...{ basis: "definition", n: about.n, mark: "opened", graver: true },
      values: {
        user,
        failures: about.windows.failures?.total ?? 0,
        span: "10 minutes",
        usual: "none",
        success: "; then it succeeded",
      },
    });
  }
  if (fact.source === undefined) return;
  const source = desk.find("ip", fact.source);
  const sprayed = source?.marks.sprayed;
  if (source !== undefined) source.marks.opened = fact.time;
  if (source === undefined || sprayed === undefined || fact.time - sprayed > DAY || fact.time < sprayed) return;
  const window = source.windows["accounts-day"] ?? EMPTY;
  desk.say({
    ...{ detector: "password-spray", about: source, fact, evidence: evidenceOf(window), p: 1e-6 },
    ...{ basis: "definition", n: source.n, mark: `opened ${user}`, graver: true },
    values: {
      ...{ source: fact.source, accounts: window.values.length, span: "24 hours", most: PER_ACCOUNT, usual: "none" },
      success: `; then signed in as ${user}`,
    },
  });
}

const EMPTY: Window = { values: [], times: [], hits: [], ids: [], total: 0 };

const PUSH = /push|prompt|notification|phone ?app|authenticator|500121/i;
const REFUSED = /den(?:y|ied)|fraud|reject|no_response|timeout|fail|user_mistake|500121|unanswered/i;
const REFUSED_ACTION = /deny_push|push\.send|verify_push|mfa\.okta_verify/i;

function prompts(fact: Fact, user: string, desk: Desk): void {
  const action = fact.text(fields.ACTION) ?? "";
  const factor = fact.text(fields.MFA_FACTOR) ?? "";
  const error = fact.text(fields.ERROR) ?? "";
  // Most sign-ins ask for nothing more.
  if (action === "" && factor === "" && error === "") return;
  if (!REFUSED_ACTION.test(action) && !PUSH.test(`${factor} ${error}`)) return;
  const about = desk.entity("user", user, fact);
  const result = `${action} ${fact.text(fields.MFA_RESULT) ?? ""} ${error}`;
  const refused = fact.failed || REFUSED.test(result);
  const window = about.windows.prompts;
  if (refused || /push\.send/i.test(action)) {
    const now = desk.window(about, "prompts", { text: `${fact.time}`, fact, span: SHORT });
    if (now.total >= 2 * PROMPTS_MIN) sayPrompted(about, fact, { desk, window: now, accepted: false });
    return;
  }
  const recent = window?.times.filter((time) => Math.abs(fact.time - time) <= SHORT).length ?? 0;
  if (window !== undefined && recent >= PROMPTS_MIN) sayPrompted(about, fact, { desk, window, accepted: true });
}

function sayPrompted(
  about: Remembered,
  fact: Fact,
  { desk, window, accepted }: { readonly desk: Desk; readonly window: Window; readonly accepted: boolean },
): void {
  desk.say({
    ...{ detector: "mfa-fatigue", about, fact, evidence: evidenceOf(window), p: 1e-4, basis: "definition" },
    ...{ n: about.n, mark: accepted ? "accepted" : "asked" },
    values: {
      user: fact.user ?? "",
      prompts: window.total,
      span: "10 minutes",
      success: accepted ? "; the last was accepted" : "",
    },
  });
}
