import { describe, expect, it } from "vitest";
import { parseMessage } from "./parse-message.ts";
import { receiversOf, sourceOf } from "./receivers.ts";

const placesIn = (head: string): readonly string[] =>
  receiversOf(parseMessage(new TextEncoder().encode(`${head}\nSubject: hi\n\nhello`)));

describe("receiversOf", () => {
  it.each([
    ["Delivered-To", "Delivered-To: ann@mail.corp.example\nTo: x@elsewhere.example", ["corp.example"]],
    ["the topmost of several", "Delivered-To: a@one.example\nDelivered-To: b@two.example", ["one.example"]],
    [
      "X-Original-To and Envelope-To",
      "X-Original-To: a@one.example\nEnvelope-To: <b@two.example>",
      ["one.example", "two.example"],
    ],
    [
      "for whom the topmost hop took it, however it is folded",
      "Received: from a (b [192.0.2.1])\n by mx.corp.example with ESMTP id 7\n for <ann@corp.example>; Mon, 1 Jan 2024 10:00:00 +0000\nTo: list@lists.example",
      ["corp.example"],
    ],
    [
      "a hop within the machine names no place: the next one does",
      "Received: from phobos by localhost with IMAP\n for zzzz@localhost; Mon, 1 Jan 2024 10:00:00 +0000\nReceived: from x by mx.corp.example for <a@corp.example>; Mon, 1 Jan 2024 10:00:00 +0000",
      ["corp.example"],
    ],
    [
      "To and Cc where nothing else tells",
      "To: Ann <ann@corp.example>, b@two.example\nCc: c@three.example",
      ["corp.example", "two.example", "three.example"],
    ],
    ["a free mailer is a place", "Delivered-To: ann@gmail.com\nTo: ann@corp.example", ["gmail.com"]],
    ["a name without an ending is none", "To: phishing@pot, zzzz@localhost", []],
    ["no recipients", "From: x@y.example\nTo: undisclosed-recipients:;", []],
    ["what is no name of a domain", "Delivered-To: a@<script>.example\nTo: b@exa mple", []],
    [
      "hops far below are another's",
      `${Array.from({ length: 6 }, (_, at) => `Received: from h${at} by h${at + 1}; Mon, 1 Jan 2024 10:00:00 +0000`).join("\n")}\nReceived: from z by y for <q@far.example>; Mon, 1 Jan 2024 10:00:00 +0000`,
      [],
    ],
  ])("RV1, RV2. %s", (_, head, expected) => expect(placesIn(head)).toEqual(expected));
});

describe("sourceOf", () => {
  const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
  const [a, b, c] = [["a.example"], ["b.example"], ["c.example"]];
  it.each<readonly [string, readonly (readonly string[])[], readonly string[], boolean]>([
    [
      "the most frequent first, chance ones left out",
      [...times(60, a), ...times(80, b), c],
      ["b.example", "a.example"],
      false,
    ],
    ["a few do not say", [...times(96, a), ...times(4, [])], ["a.example"], false],
    ["some do not say", [...times(90, a), ...times(10, [])], ["a.example"], true],
    ["most do not say", [...times(40, a), ...times(60, [])], [], true],
    ["no mails", [], [], true],
  ])("%s", (_, mails, places, untold) => expect(sourceOf(mails)).toEqual({ places, untold }));
});
