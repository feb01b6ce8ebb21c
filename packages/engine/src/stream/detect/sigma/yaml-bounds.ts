/**
 * What hostile YAML may cost, bounded before it costs it: the library composes and resolves recursively.
 *
 * Enters: the library's tokens, then a composed document. Leaves: tokens of bounded depth, and what each alias stands for.
 * B1. What lies deeper than a reader would take anyway is cut off; the reader refuses the emptied collection at its place.
 * B2. What aliases would bring is added up, never expanded: a bomb is refused in the time that its text takes.
 * B3. Brackets beyond FLOWS_MAX are not even parsed: each costs microseconds, and a file may have millions.
 * B4. An alias stands for the last node of its name before it; one inside of what it names is refused.
 */
import { type Alias, CST, isAlias, isCollection, isMap, isNode, Lexer } from "yaml";
import { RuleRefusal } from "./refusal.ts";

/** Values that aliases may bring, all together: a rule repeats lists of some hundred. */
const ALIASED_MAX = 100_000;

/** Brackets open at once: what is deeper than a reader takes is refused beside its neighbours, this alone with its file. */
const FLOWS_MAX = 10_000;
/** What the lexer puts before the text of a scalar. */
const SCALAR = "\u001f";

/** Throws RuleRefusal (B3). A short file, and one with few brackets, is not looked at closely. */
export function refuseDeepFlows(text: string): void {
  if (text.length <= FLOWS_MAX || !mayBeDeep(text)) return;
  let depth = 0;
  let before = "";
  for (const lexeme of new Lexer().lex(text)) {
    if (before !== SCALAR) {
      if (lexeme === "[" || lexeme === "{") depth += 1;
      else if (lexeme === "]" || lexeme === "}") depth = Math.max(0, depth - 1);
    }
    if (depth > FLOWS_MAX) throw new RuleRefusal("yaml-too-deep", `more than ${FLOWS_MAX} brackets are open at once`);
    before = lexeme;
  }
}

/** Brackets, also those within texts and comments: never fewer open than there are. */
function mayBeDeep(text: string): boolean {
  let opened = 0;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit !== 0x5b && unit !== 0x7b) continue;
    opened += 1;
    if (opened > FLOWS_MAX) return true;
  }
  return false;
}

/** Empties collections below `depthMax`. True when the text has aliases. */
export function boundDepth(root: CST.Token | undefined, depthMax: number): boolean {
  let aliases = false;
  const open: { readonly token: CST.Token; readonly depth: number }[] =
    root === undefined ? [] : [{ token: root, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    if (token.type === "alias") aliases = true;
    if (!CST.isCollection(token)) continue;
    if (depth > depthMax) token.items.length = 0;
    for (const { key, value } of token.items) {
      if (key) open.push({ token: key, depth: depth + 1 });
      if (value) open.push({ token: value, depth: depth + 1 });
    }
  }
  return aliases;
}

/** What each alias stands for (B2, B4); depth is bounded by `boundDepth` already. */
export function targetsOf(root: unknown): ReadonlyMap<Alias, unknown> {
  const survey = new Survey();
  survey.size(root);
  return survey.targets;
}

class Survey {
  readonly targets = new Map<Alias, unknown>();
  readonly #named = new Map<string, { readonly node: unknown; size?: number }>();
  readonly #at: (string | number)[] = [];
  #brought = 0;

  /** Values of a node with all that its aliases bring. */
  size(node: unknown): number {
    if (isAlias(node)) return this.#alias(node);
    if (!isNode(node)) return 1;
    const name = "anchor" in node && typeof node.anchor === "string" ? node.anchor : undefined;
    const named: { readonly node: unknown; size?: number } = { node };
    if (name !== undefined) this.#named.set(name, named);
    named.size = 1 + this.#within(node);
    return named.size;
  }

  #within(node: unknown): number {
    if (isMap(node))
      return node.items.reduce((sum, { key, value }) => sum + this.size(key) + this.#child(String(key), value), 0);
    if (!isCollection(node)) return 0;
    return node.items.reduce<number>((sum, item, index) => sum + this.#child(index, item), 0);
  }

  #child(step: string | number, node: unknown): number {
    this.#at.push(step);
    const size = this.size(node);
    this.#at.pop();
    return size;
  }

  #alias(alias: Alias): number {
    const named = this.#named.get(alias.source);
    if (named === undefined) return 1; // unknown: refused by the reader, at its place
    if (named.size === undefined)
      throw new RuleRefusal("yaml-too-deep", `alias \`*${alias.source}\` stands inside of what it names`, [
        ...this.#at,
      ]);
    this.targets.set(alias, named.node);
    this.#brought += named.size;
    if (this.#brought > ALIASED_MAX)
      throw new RuleRefusal("yaml-too-large", `aliases bring more than ${ALIASED_MAX} values`, [...this.#at]);
    return named.size;
  }
}
