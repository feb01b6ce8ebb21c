/** Every evaluation that `cordon eval` knows. */
import type { Suite } from "@cordon/engine/learning/evaluate/suite";
import { SUITES } from "@cordon/engine/learning/evaluate/suites";

export const allSuites = (): readonly Suite[] => SUITES.toSorted((a, b) => (a.name < b.name ? -1 : 1));
