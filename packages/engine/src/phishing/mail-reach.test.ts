import { describe, expect, it } from "vitest";
import { parseMessage } from "../mail/parse-message.ts";
import type { MailSource } from "../mail/receivers.ts";
import { type MailReach, type OwnMail, reachOf } from "./mail-reach.ts";

const LEARNT: MailSource = { places: ["corp.example", "corp.test"], untold: false };
const SOME_UNTOLD: MailSource = { ...LEARNT, untold: true };
const [HERE, THERE, NOWHERE] = ["To: ann@mail.corp.example", "To: bob@other.example", "To: undisclosed-recipients:;"];
const by = (domains: readonly string[], reported = false): OwnMail => ({ domains, reported });

describe("reachOf", () => {
  it.each<readonly [string, string, MailSource, OwnMail, MailReach]>([
    ["came in where it learnt", HERE, LEARNT, by([]), "home"],
    ["came in elsewhere", THERE, LEARNT, by([]), "away"],
    ["elsewhere, though the operator is one of the learnt", THERE, LEARNT, by(["corp.example"]), "away"],
    ["RE3. does not say; own domains do", NOWHERE, LEARNT, by(["corp.test"]), "home"],
    ["RE3. does not say; own domains are others", NOWHERE, LEARNT, by(["mine.example"]), "away"],
    ["RE3. nothing is known, as of some that it learnt", NOWHERE, SOME_UNTOLD, by([]), "untold"],
    ["RE3. nothing is known, and of all that it learnt it is", NOWHERE, LEARNT, by([]), "away"],
    ["came in at a free mailer", "To: ann@gmail.com", LEARNT, by([]), "away"],
    ["the model does not know where", HERE, { places: [], untold: true }, by(["corp.example"]), "untold"],
    ["RE1. reported to those it learnt from, whatever it says", THERE, LEARNT, by(["corp.example"], true), "home"],
    ["RE1. reported to others, whatever it says", HERE, LEARNT, by(["mine.example"], true), "away"],
    ["RE2. reported, own domains not configured", HERE, LEARNT, by([], true), "home"],
  ])("%s", (_, head, source, own, expected) => {
    const message = parseMessage(new TextEncoder().encode(`From: x@y.example\n${head}\n\nhello`));
    expect(reachOf(message, source, own)).toBe(expected);
  });
});
