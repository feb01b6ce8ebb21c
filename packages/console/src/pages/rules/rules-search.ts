import { RULE_ORDERS } from "@cordon/model/api/system";
import { defined, readChoice, readText, type SearchRecord } from "../../api/search-text.ts";

export const RULE_VIEWS = ["loaded", "hits", "rejected"] as const;

export interface RulesSearch {
  readonly view?: (typeof RULE_VIEWS)[number];
  readonly q?: string;
  readonly sort?: (typeof RULE_ORDERS)[number];
  readonly order?: "up" | "down";
}

export function readRulesSearch(search: SearchRecord): RulesSearch {
  return defined<RulesSearch>({
    view: readChoice(search, "view", RULE_VIEWS),
    q: readText(search, "q")?.slice(0, 200),
    sort: readChoice(search, "sort", RULE_ORDERS),
    order: readChoice(search, "order", ["up", "down"]),
  });
}
