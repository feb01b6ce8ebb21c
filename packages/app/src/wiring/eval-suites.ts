/** Every evaluation that `cordon eval` knows. */
import type { Suite } from "@cordon/engine/learning/evaluate/suite";
import { SUITES } from "@cordon/engine/learning/evaluate/suites";
import { SIGMA_REGRESSION } from "./eval-sigma.ts";

export const allSuites = (): readonly Suite[] =>
  [...SUITES, SIGMA_REGRESSION].toSorted((a, b) => (a.name < b.name ? -1 : 1));
