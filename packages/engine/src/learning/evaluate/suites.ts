/** The suites that need nothing but the mathematics of learning; those that run the whole stream are added where it is wired. */
import { ANOMALY_ADBENCH } from "./anomaly-adbench.ts";
import { DGA } from "./dga.ts";
import { DRIFT } from "./drift.ts";
import { MAIL } from "./mail.ts";
import { MALWARE_CLAMP } from "./malware-clamp.ts";
import { NAB } from "./nab.ts";
import { NETWORK_NSL_KDD } from "./network-nsl-kdd.ts";
import { NETWORK_UNSW } from "./network-unsw.ts";
import type { Suite } from "./suite.ts";
import { TRIAGE_AIT_ADS } from "./triage-ait-ads.ts";
import { URLS } from "./urls.ts";
import { WEB_HTTPPARAMS } from "./web-httpparams.ts";

export const SUITES: readonly Suite[] = [
  ANOMALY_ADBENCH,
  DGA,
  DRIFT,
  MAIL,
  MALWARE_CLAMP,
  NAB,
  NETWORK_NSL_KDD,
  NETWORK_UNSW,
  TRIAGE_AIT_ADS,
  URLS,
  WEB_HTTPPARAMS,
];
