/** `%name%` of the `expand` modifier, replaced from the operator's lists. `\%` is a percent sign. */
import { RuleRefusal, type YamlPath } from "./refusal.ts";

export type Placeholders = ReadonlyMap<string, readonly string[]>;

/** Several long lists in one value multiply. */
const EXPANSIONS_MAX = 10_000;

type Piece = { readonly kind: "text"; readonly text: string } | { readonly kind: "name"; readonly name: string };

export function expandPlaceholders(value: string, lists: Placeholders, at: YamlPath): readonly string[] {
  let texts: readonly string[] = [""];
  for (const piece of split(value)) {
    const choices = piece.kind === "text" ? [piece.text] : lists.get(piece.name);
    if (choices === undefined || choices.length === 0) {
      const name = piece.kind === "name" ? piece.name : "";
      throw new RuleRefusal("placeholder-unresolved", `no value list for the placeholder %${name}%`, at);
    }
    if (texts.length * choices.length > EXPANSIONS_MAX) {
      throw new RuleRefusal("schema-too-large", `placeholders give more than ${EXPANSIONS_MAX} values`, at);
    }
    texts = texts.flatMap((start) => choices.map((choice) => start + choice));
  }
  return texts;
}

function split(value: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let text = "";
  let i = 0;
  while (i < value.length) {
    const next = value.charAt(i + 1);
    const name = value.charAt(i) === "%" ? /^%([\w.-]+)%/.exec(value.slice(i, i + 260))?.[1] : undefined;
    if (value.charAt(i) === "\\" && next === "%") {
      text += "%";
      i += 2;
    } else if (value.charAt(i) === "\\" && next === "\\") {
      text += "\\\\";
      i += 2;
    } else if (name !== undefined) {
      pieces.push({ kind: "text", text }, { kind: "name", name });
      text = "";
      i += name.length + 2;
    } else {
      text += value.charAt(i);
      i += 1;
    }
  }
  pieces.push({ kind: "text", text });
  return pieces;
}
