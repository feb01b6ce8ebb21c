import { defined, readChoice, readText, type SearchRecord } from "../../api/search-text.ts";

export const RULE_VIEWS = ["loaded", "hits", "rejected"] as const;

export interface RulesSearch {
  readonly view?: (typeof RULE_VIEWS)[number];
  readonly q?: string;
}

export function readRulesSearch(search: SearchRecord): RulesSearch {
  return defined<RulesSearch>({
    view: readChoice(search, "view", RULE_VIEWS),
    q: readText(search, "q")?.slice(0, 200),
  });
}
