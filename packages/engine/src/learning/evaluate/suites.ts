/** The suites that need nothing but the mathematics of learning; those that run the whole stream are added where it is wired. */
import type { Suite } from "./suite.ts";
import { TRIAGE_AIT_ADS } from "./triage-ait-ads.ts";

export const SUITES: readonly Suite[] = [TRIAGE_AIT_ADS];
