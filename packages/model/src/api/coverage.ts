/** Wire shape of coverage: which techniques the loaded rules can see with the sources that are alive. */
import { z } from "zod";
import { zInstant, zLevel } from "./nouns.ts";

const zLogSource = z.object({
  product: z.string().optional(),
  service: z.string().optional(),
  category: z.string().optional(),
});

const zCoverageRule = z.object({ id: z.string(), title: z.string(), level: zLevel, live: z.boolean() });

export const zCoverage = z
  .object({
    /** `covered`: a rule with a live source. `no-source`: rules, but nothing feeds them. `none`: no rule. */
    techniques: z.array(
      z.object({
        id: z.string(),
        name: z.string().optional(),
        tactics: z.array(z.string()),
        state: z.enum(["covered", "no-source", "none"]),
        rules: z.array(zCoverageRule),
      }),
    ),
    sources: z.array(
      z.object({
        source: z.string(),
        events: z.number().int(),
        lastSeen: zInstant.optional(),
        logs: z.array(
          z.object({
            product: z.string().optional(),
            service: z.string().optional(),
            categories: z.array(z.string()),
            rules: z.number().int(),
          }),
        ),
        /** Rules that name a log source and admit events of this one. */
        rules: z.number().int(),
      }),
    ),
    /** Log sources that rules ask for and nothing feeds, most rules first. */
    missing: z.array(
      z.object({ logsource: zLogSource, rules: z.number().int(), levels: z.record(z.string(), z.number()) }),
    ),
    rules: z.object({
      total: z.number().int(),
      live: z.number().int(),
      /** Without any technique tag. */
      untagged: z.number().int(),
    }),
    /** Newest events per source that were looked at: a rarer kind of event may be missed. */
    sampled: z.number().int(),
  })
  .meta({ id: "Coverage" });
export type WireCoverage = z.infer<typeof zCoverage>;
