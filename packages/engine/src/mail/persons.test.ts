import { describe, expect, it } from "vitest";
import { examineMail } from "./examine.ts";
import { NO_CONTEXT } from "./mail-facts.ts";
import { parseMessage } from "./parse-message.ts";
import { personBorne } from "./persons.ts";

const ADA = { name: "Ada Lovelace", addresses: ["ada.lovelace@corp.example", "ada@home.example"] };

describe("names of known people", () => {
  it.each([
    ["Ada Lovelace", "office4412@gmail.com", "Ada Lovelace"],
    ["LOVELACE, Ada (CEO)", "x@mail.ru", "Ada Lovelace"],
    ["Аda Lоvelace", "x@elsewhere.net", "Ada Lovelace"],
    ["Ada L0velace", "x@elsewhere.net", "Ada Lovelace"],
    ["Ada Lovelace", "ada.lovelace@corp.example", undefined],
    ["Ada Lovelace", "noreply@crm.corp.example", undefined],
    ["Ada Lovelace", "Ada@home.example", undefined],
    ["Ada Smith", "x@elsewhere.net", undefined],
    ["", "x@elsewhere.net", undefined],
  ])("%s <%s>: %s", (name, address, expected) => {
    const domain = address.slice(address.indexOf("@") + 1).replace("crm.", "");
    expect(personBorne({ name, address, domain }, [ADA], [])).toBe(expected);
  });
  it("MP2. says nothing where no domain is known to be one's own, nor of a single word", () => {
    const sender = { name: "Ada Lovelace", address: "x@elsewhere.net", domain: "elsewhere.net" };
    expect(personBorne(sender, [{ name: "Ada Lovelace", addresses: [] }], [])).toBeUndefined();
    expect(personBorne(sender, [{ name: "Ada Lovelace", addresses: [] }], ["corp.example"])).toBe("Ada Lovelace");
    expect(personBorne(sender, [{ name: "Ada", addresses: [] }], ["corp.example"])).toBeUndefined();
  });
  it("is a reason of an examined mail", () => {
    const bytes = new TextEncoder().encode(
      "From: Ada Lovelace <ceo.office@gmail.com>\r\nTo: bob@corp.example\r\nSubject: are you at your desk\r\n\r\nPlease answer soon.\r\n",
    );
    const hash = (): never => {
      throw new Error("nothing is attached");
    };
    const found = examineMail(parseMessage(bytes), hash, { ...NO_CONTEXT, persons: [ADA] });
    expect(found.reasons.find(({ id }) => id === "name-of-person")).toMatchObject({
      points: 35,
      words: "the sender calls itself Ada Lovelace, who writes from elsewhere, not from gmail.com",
    });
  });
});
