import { describe, expect, it } from "vitest";
import { COMMANDS } from "./commands.ts";

describe("the list of commands", () => {
  it("has each name once, with a summary of one line", () => {
    const names = COMMANDS.map(({ name }) => name);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    expect(COMMANDS.filter(({ summary }) => summary === "" || summary.includes("\n"))).toEqual([]);
  });
});
