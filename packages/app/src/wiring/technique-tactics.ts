/**
 * Which tactics a technique serves, told from the tags of rules alone: a tag names a technique or a tactic, never which of the
 * rule's tactics belongs to which of its techniques.
 *
 * Enters: techniques and tactics of each rule. Leaves: for each technique the tactics of the first of these that says anything:
 * T1. rules with one tactic, which leave no choice;
 * T2. rules with one tactic of the same family (parent and sub-techniques), if each of its own rules names such a tactic;
 * T3. tactics that all of its rules name;
 * T4. all tactics of its rules.
 */

export interface TacticsOfRule {
  readonly techniques: readonly string[];
  readonly tactics: readonly string[];
}

export function tacticsByTechnique(rules: readonly TacticsOfRule[]): ReadonlyMap<string, ReadonlySet<string>> {
  const certain = new Map<string, Set<string>>();
  const ofFamily = new Map<string, Set<string>>();
  const lists = new Map<string, (readonly string[])[]>();
  for (const { techniques, tactics } of rules) {
    for (const id of techniques) {
      lists.set(id, [...(lists.get(id) ?? []), tactics]);
      if (tactics.length !== 1) continue;
      certain.set(id, new Set([...(certain.get(id) ?? []), ...tactics]));
      ofFamily.set(familyOf(id), new Set([...(ofFamily.get(familyOf(id)) ?? []), ...tactics]));
    }
  }
  return new Map([...lists].map(([id, said]) => [id, certain.get(id) ?? guessed(said, ofFamily.get(familyOf(id)))]));
}

const familyOf = (id: string): string => id.split(".", 1)[0] ?? id;

function guessed(said: readonly (readonly string[])[], family: ReadonlySet<string> | undefined): ReadonlySet<string> {
  const all = new Set(said.flat());
  const related = [...all].filter((tactic) => family?.has(tactic));
  if (related.length > 0 && said.every((tactics) => tactics.some((tactic) => family?.has(tactic))))
    return new Set(related);
  const shared = [...all].filter((tactic) => said.every((tactics) => tactics.includes(tactic)));
  return shared.length > 0 ? new Set(shared) : all;
}
