import { DAY, instant } from "@cordon/model/time";
import { describe, expect, it } from "vitest";
import { makeCampaignBook } from "./campaign-book.ts";

const at = (days: number) => instant(Date.UTC(2026, 10, 1) + days * DAY);
const WORDS =
  "dear user your mailbox password expires today and all messages will be lost please sign in to keep it now";
const mark = (digest: string, ties: readonly string[], words = "") => ({ digest: digest.padEnd(64, "0"), ties, words });

describe("campaign book", () => {
  it("CB1. ties by a link, by nearly the same words, and through a chain", () => {
    const book = makeCampaignBook();
    const first = book.place(mark("a", ["link to x.test"], WORDS), at(0));
    expect(first).toMatchObject({ id: "campaign:a000000000000000", earlier: 0, ties: [] });
    expect(book.place(mark("b", ["link to x.test"]), at(1))).toMatchObject({ id: first.id, ties: ["link to x.test"] });
    const third = book.place(mark("c", ["link to y.test"], `${WORDS} 4711`), at(2));
    expect(third).toMatchObject({ id: first.id, earlier: 2, ties: ["nearly the same words"] });
    expect(book.place(mark("d", ["link to y.test"]), at(3)).id).toBe(first.id);
    expect(book.place(mark("e", ["link to z.test"], "something else entirely"), at(3)).id).not.toBe(first.id);
  });

  it("CB2. the same mail again is not counted twice, also after a restart; what is old is forgotten", () => {
    const book = makeCampaignBook();
    const first = book.place(mark("a", ["link to x.test"]), at(0));
    const again = makeCampaignBook(book.snapshot());
    expect(again.place(mark("a", ["link to x.test"]), at(1))).toMatchObject({ id: first.id, earlier: 0 });
    expect(again.place(mark("b", ["link to x.test"]), at(2))).toMatchObject({ id: first.id, earlier: 1 });
    expect(again.place(mark("c", ["link to x.test"]), at(40)).id).toBe("campaign:c000000000000000");
  });

  it("a snapshot that cannot be read begins a new book", () => {
    for (const text of ["", "[]", "{}", '{"form":1,"mails":[{"campaign":1}]}', '{"form":1,"mails":7}'])
      expect(makeCampaignBook(text).place(mark("a", []), at(0)).earlier).toBe(0);
  });
});
