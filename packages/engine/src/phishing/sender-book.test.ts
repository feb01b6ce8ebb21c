import { DAY, instant } from "@cordon/model/time";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeSenderBook } from "./sender-book.ts";

const at = (days: number) => instant(Date.UTC(2026, 10, 1) + days * DAY);
const ANN = "ann@partner.example";
const BOB = "bob@corp.example";

describe("sender book", () => {
  it("SB1. says nothing while it is young", () => {
    const book = makeSenderBook();
    expect(book.seenBefore(ANN, BOB, at(0))).toBeUndefined();
    book.learn(ANN, [BOB], at(0));
    book.learn(ANN, [BOB], at(5));
    expect(book.seenBefore(ANN, BOB, at(13))).toBeUndefined();
    expect(book.seenBefore(ANN.toUpperCase(), BOB, at(15))).toBe(true);
    expect(book.seenBefore("new@partner.example", BOB, at(15))).toBe(false);
  });

  it("SB2. a wave of one day teaches nothing; what was judged phishing is not known again for long", () => {
    const book = makeSenderBook();
    book.learn(ANN, [BOB], at(0));
    for (let i = 0; i < 500; i += 1) book.learn("wave@evil.test", [`p${i}@corp.example`], at(20));
    expect(book.seenBefore("wave@evil.test", "p1@corp.example", at(25))).toBe(false);
    book.learn(ANN, [BOB], at(9));
    expect(book.seenBefore(ANN, BOB, at(25))).toBe(true);
    book.taint(ANN, at(25));
    book.learn(ANN, [BOB], at(26));
    book.learn(ANN, [BOB], at(40));
    expect(book.seenBefore(ANN, BOB, at(60))).toBe(false);
    book.learn(ANN, [BOB], at(120));
    book.learn(ANN, [BOB], at(125));
    expect(book.seenBefore(ANN, BOB, at(126))).toBe(true);
  });

  it("SB3. is bounded: who wrote longest ago goes first; a restart changes no answer", () => {
    const book = makeSenderBook({ senders: 100, pairs: 100 });
    for (let i = 0; i < 1_000; i += 1) {
      book.learn(`s${i}@x.example`, [BOB], at(i));
      book.learn(`s${i}@x.example`, [BOB], at(i + 4));
    }
    expect(book.size().senders).toBeLessThanOrEqual(100);
    expect(book.seenBefore("s0@x.example", undefined, at(1_010))).toBe(false);
    expect(book.seenBefore("s999@x.example", undefined, at(1_010))).toBe(true);
    const again = makeSenderBook({ senders: 100, pairs: 100 });
    expect(again.restore(book.snapshot())).toBe(true);
    for (let i = 900; i < 1_000; i += 1)
      expect(again.seenBefore(`s${i}@x.example`, BOB, at(1_010))).toBe(
        book.seenBefore(`s${i}@x.example`, BOB, at(1_010)),
      );
    expect(again.restore("{")).toBe(false);
  });

  it("agrees with a naive twin while nothing is dropped, in whatever order mails come", () => {
    const mails = fc.array(fc.record({ from: fc.integer({ min: 0, max: 4 }), day: fc.integer({ min: 0, max: 30 }) }));
    fc.assert(
      fc.property(mails, (list) => {
        const book = makeSenderBook();
        book.learn("first@x.example", [], at(0));
        for (const { from, day } of list) book.learn(`s${from}@x.example`, [], at(day));
        for (let from = 0; from <= 4; from += 1) {
          const days = list.filter((mail) => mail.from === from).map(({ day }) => day);
          const known = days.length > 0 && 60 - Math.min(...days) >= 3 && new Set(days).size >= 2;
          const said = book.seenBefore(`s${from}@x.example`, undefined, at(60));
          // Days out of order between first and last are not counted: that errs on the side of "new".
          if (said === true) expect(known).toBe(true);
          if (known && days.every((day, i) => i === 0 || day >= (days[i - 1] ?? 0))) expect(said).toBe(true);
        }
      }),
    );
  });
});
