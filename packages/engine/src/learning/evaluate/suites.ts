/** The suites that need nothing but the mathematics of learning; those that run the whole stream are added where it is wired. */
import { MALWARE_CLAMP } from "./malware-clamp.ts";
import { MAIL } from "./mail.ts";
import type { Suite } from "./suite.ts";
import { TRIAGE_AIT_ADS } from "./triage-ait-ads.ts";
import { WEB_HTTPPARAMS } from "./web-httpparams.ts";

export const SUITES: readonly Suite[] = [MALWARE_CLAMP, MAIL, TRIAGE_AIT_ADS, WEB_HTTPPARAMS];
