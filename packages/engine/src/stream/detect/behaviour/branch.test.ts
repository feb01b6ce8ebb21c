import { describe, expect, it } from "vitest";
import { branchChance, type Known } from "./branch.ts";

const USUAL: readonly Known[] = [
  { path: "c:\\windows\\system32\\", count: 80 },
  { path: "c:\\program files\\office\\", count: 18 },
  { path: "c:\\src\\one\\bin\\", count: 1 },
  { path: "c:\\src\\two\\bin\\", count: 1 },
  { path: "c:\\users\\*\\downloads\\", count: 2 },
];

describe("a folder that is new", () => {
  it.each<readonly [string, path: string, known: readonly Known[], chance: number]>([
    ["where folders come and go", "c:\\src\\three\\bin\\", USUAL, 0.5],
    ["where they never do", "c:\\windows\\temp\\", USUAL, 1 / 81],
    ["beside all others", "c:\\perflogs\\", USUAL, 4 / 106],
    ["on another drive", "d:\\tools\\", USUAL, 1 / 103],
    ["is passed through, but nothing ever ran in it", "c:\\users\\*\\", USUAL, 0],
    ["when nothing is known", "/opt/x/", [], 1],
    ["is itself no past of its own", "/opt/x/", [{ path: "/opt/x/", count: 1 }], 1],
    ["of another system", "/opt/x/", [{ path: "/opt/y/", count: 3 }], 1 / 4],
  ])("%s", (_name, path, known, chance) => expect(branchChance(path, known)).toBeCloseTo(chance, 12));
});
