/// <reference types="node" />
/**
 * Takes pictures of every page, dark and light, in two sizes, to be looked at by a person.
 * Usage: node dev/look.ts FOLDER [name...]
 */
import { join } from "node:path";
import { LONG_ID } from "./answers.ts";
import { EVENTS } from "./attack.ts";
import { openBrowser } from "./browser.ts";
import { startFixture } from "./fixture-server.ts";
import { MAIN_ID } from "./incidents.ts";

export const PAGES: Readonly<Record<string, string>> = {
  queue: "/",
  preview: `/?peek=${MAIN_ID}`,
  story: `/incidents/${MAIN_ID}`,
  pick: `/incidents/${MAIN_ID}?pick=ps`,
  timeline: `/incidents/${MAIN_ID}?tab=timeline`,
  done: `/incidents/${MAIN_ID}?tab=timeline&show=both`,
  long: `/incidents/${LONG_ID}?tab=timeline`,
  evidence: `/incidents/${MAIN_ID}?tab=evidence&event=${EVENTS[2]?.id}`,
  extent: `/incidents/${MAIN_ID}?tab=extent`,
  actions: `/incidents/${MAIN_ID}?tab=actions`,
  notes: `/incidents/${MAIN_ID}?tab=notes`,
  report: `/incidents/${MAIN_ID}?tab=report`,
  close: `/incidents/${MAIN_ID}?close=1`,
  approvals: "/approvals",
  search: "/search?entity=host:ws-12",
  event: `/events/${EVENTS[8]?.id}`,
  status: "/status",
  rules: "/rules",
  rejected: "/rules?view=rejected",
  intel: "/intel",
  files: "/files",
  playbooks: "/playbooks",
  tokens: "/tokens",
  health: "/models/health",
  groups: "/models/groups",
  reviews: "/models/reviews",
  registry: "/models/registry",
  backtest: "/rules/backtest",
  coverage: "/rules/coverage",
  login: "/login",
};

const SIZES = [
  [1440, 900],
  [1024, 768],
] as const;
const SETTLE_MS = 600;

if (import.meta.main) {
  const [folder = ".", ...names] = process.argv.slice(2);
  const fixture = await startFixture(0);
  const address = fixture.server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const browser = await openBrowser(`http://127.0.0.1:${port}`);
  for (const [width, height] of SIZES) {
    await browser.page.setViewportSize({ width, height });
    for (const scheme of ["dark", "light"] as const) {
      await browser.page.emulateMedia({ colorScheme: scheme });
      for (const [name, path] of Object.entries(PAGES)) {
        if (names.length > 0 && !names.includes(name)) continue;
        await browser.page.goto(path);
        await browser.page.waitForTimeout(SETTLE_MS);
        await browser.page.screenshot({ path: join(folder, `${name}-${scheme}-${width}.png`) });
      }
    }
  }
  process.stdout.write(`${browser.bad.join("\n")}\n`);
  await browser.close();
  fixture.server.closeAllConnections();
  fixture.server.close();
}
