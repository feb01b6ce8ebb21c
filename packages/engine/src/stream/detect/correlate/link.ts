/**
 * Drafts -> correlations: references resolved by id or name, circles and dead ends refused.
 *
 * K1. A correlation is refused when anything it refers to is: a missing rule must not turn into a quieter correlation.
 * K2. A name is looked for in the same file first, so that shipped and operators' names cannot cross.
 */
import { RuleRefusal } from "../sigma/refusal.ts";
import type { SigmaRule } from "../sigma/rule.ts";
import type { CorrelationRule, Reference } from "./correlation.ts";
import type { CorrelationDraft } from "./parse-correlation.ts";

export interface Linked {
  /** What is referred to stands before what refers to it. */
  readonly correlations: readonly CorrelationRule[];
  readonly refused: readonly { readonly draft: CorrelationDraft; readonly refusal: RuleRefusal }[];
  readonly remarks: readonly { readonly draft: CorrelationDraft; readonly remark: string }[];
}

type Named = SigmaRule | CorrelationDraft;

/** Longer chains are not written by people, and would let a file exhaust the stack. */
const CHAIN_MAX = 32;

interface Linker {
  readonly byId: ReadonlyMap<string, Named>;
  readonly byName: ReadonlyMap<string, readonly Named[]>;
  readonly done: Map<CorrelationDraft, CorrelationRule | RuleRefusal>;
  readonly open: CorrelationDraft[];
  readonly order: CorrelationRule[];
}

export function linkCorrelations(rules: readonly SigmaRule[], drafts: readonly CorrelationDraft[]): Linked {
  const byName = new Map<string, Named[]>();
  const byId = new Map<string, Named>();
  for (const one of [...rules, ...drafts]) {
    byId.set(one.id.toLowerCase(), one);
    if (one.name === undefined) continue;
    const same = byName.get(one.name);
    if (same === undefined) byName.set(one.name, [one]);
    else same.push(one);
  }
  const linker: Linker = { byId, byName, done: new Map(), open: [], order: [] };
  const refused = drafts.flatMap((draft) => {
    const linked = link(linker, draft);
    return linked instanceof RuleRefusal ? [{ draft, refusal: linked }] : [];
  });
  return { correlations: linker.order, refused, remarks: drafts.flatMap((draft) => remarksOn(linker, draft)) };
}

function link(linker: Linker, draft: CorrelationDraft): CorrelationRule | RuleRefusal {
  const known = linker.done.get(draft);
  if (known !== undefined) return known;
  const circle = linker.open.includes(draft);
  if (circle || linker.open.length >= CHAIN_MAX) {
    const names = [...linker.open, draft].map((one) => one.name ?? one.title).join(" -> ");
    const reason = circle ? "refers to itself" : `a chain of more than ${CHAIN_MAX}`;
    return new RuleRefusal("correlation-cycle", `${reason}: ${names}`, ["correlation", "rules"]);
  }
  linker.open.push(draft);
  const made = linkOne(linker, draft);
  linker.open.pop();
  linker.done.set(draft, made);
  if (!(made instanceof RuleRefusal)) linker.order.push(made);
  return made;
}

function linkOne(linker: Linker, draft: CorrelationDraft): CorrelationRule | RuleRefusal {
  const parts: Reference[] = [];
  for (const written of draft.written) {
    const to = resolve(linker, draft, written);
    if (to instanceof RuleRefusal) return to;
    parts.push({
      written,
      to,
      groupFields: draft.groupBy.map((name) => fieldOf(draft, name, [written, to.rule])),
      valueFields: draft.valueNames.map((name) => fieldOf(draft, name, [written, to.rule])),
    });
  }
  const texts = parts.map(({ to }) => (to.kind === "rule" ? to.rule.text : to.rule.definition));
  const { written: _, ...rest } = draft;
  return { ...rest, parts, definition: [draft.text, ...texts].join("\0") };
}

function resolve(linker: Linker, draft: CorrelationDraft, written: string): Reference["to"] | RuleRefusal {
  const at = ["correlation", "rules"];
  const found = linker.byId.get(written.toLowerCase()) ?? byName(linker, draft, written);
  if (found === undefined) {
    return new RuleRefusal("correlation-unknown-rule", `no loaded rule has the id or name \`${written}\``, at);
  }
  if (!("written" in found)) return { kind: "rule", rule: found };
  const inner = link(linker, found);
  if (!(inner instanceof RuleRefusal)) return { kind: "correlation", rule: inner };
  if (inner.code === "correlation-cycle") return inner;
  return new RuleRefusal("correlation-unknown-rule", `\`${written}\` was refused: ${inner.message}`, at);
}

function byName(linker: Linker, draft: CorrelationDraft, written: string): Named | undefined {
  const all = linker.byName.get(written);
  return all?.find(({ path }) => path === draft.path) ?? all?.[0];
}

function remarksOn(linker: Linker, draft: CorrelationDraft): Linked["remarks"] {
  const made = linker.done.get(draft);
  if (made === undefined || made instanceof RuleRefusal) return [];
  return [...ambiguous(linker, draft), ...foreignInAliases(draft, made)].map((remark) => ({ draft, remark }));
}

/** Names are meant to be unique; where they are not, which rule is meant must not depend on the order of files unseen. */
function ambiguous(linker: Linker, draft: CorrelationDraft): readonly string[] {
  return draft.written.flatMap((written) => {
    if (linker.byId.has(written.toLowerCase())) return [];
    const all = linker.byName.get(written) ?? [];
    const here = all.filter(({ path }) => path === draft.path);
    const count = here.length > 0 ? here.length : all.length;
    const meant = byName(linker, draft, written);
    if (count < 2 || meant === undefined) return [];
    return [`${count} rules are called \`${written}\`: taken is that of ${meant.path}:${meant.line}`];
  });
}

/** Rules that an alias names but the correlation does not refer to: most often a slip of the pen. */
function foreignInAliases(draft: CorrelationDraft, made: CorrelationRule): readonly string[] {
  const names = new Set(made.parts.flatMap(({ written, to }) => [written, to.rule.name ?? "", to.rule.id]));
  return [...draft.aliases].flatMap(([alias, fields]) =>
    [...fields.keys()]
      .filter((rule) => !names.has(rule))
      .map((rule) => `alias \`${alias}\` names \`${rule}\`, which is not among the rules`),
  );
}

/** An alias that says nothing about a rule leaves the name as it is: the rule's events may have that field. */
function fieldOf(
  { aliases }: CorrelationDraft,
  name: string,
  [written, rule]: readonly [string, { readonly id: string; readonly name: string | undefined }],
): string {
  const alias = aliases.get(name);
  return alias?.get(written) ?? alias?.get(rule.name ?? "") ?? alias?.get(rule.id) ?? name;
}
