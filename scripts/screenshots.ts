/**
 * Makes the pictures of the README: runs the demo, opens the console in Chromium, saves PNG files to docs/images.
 * Usage: node scripts/screenshots.ts [folder]; needs Chromium (Debian: chromium) and a built console (npm start builds it).
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { launchBrowser } from "../tests/browser.ts";
import { ROOT, type RunningServer, sleep, startServer } from "../tests/server.ts";

const target = process.argv[2] ?? join(ROOT, "docs/images");
const STORY_MS = 40_000; // the demo plays for 20 s, then investigations settle

const data = mkdtempSync(join(tmpdir(), "cordon-pictures-"));
mkdirSync(target, { recursive: true });
const server = await startServer({ data: join(data, "data"), args: ["--demo"] });
const browser = await launchBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: "dark" });
  await page.goto(server.link);
  await sleep(STORY_MS);
  const incident = await worst(server);
  for (const scheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await shoot(page, "/", `queue-${scheme}`);
    await shoot(page, `/incidents/${incident}`, `incident-${scheme}`);
    await shoot(page, `/incidents/${incident}?tab=timeline`, `timeline-${scheme}`);
    await shoot(page, `/incidents/${incident}?tab=timeline&show=both`, `done-${scheme}`);
    await shoot(page, "/models/health", `health-${scheme}`);
    await shoot(page, "/approvals", `approvals-${scheme}`);
    await shoot(page, "/search", `search-${scheme}`);
    await shoot(page, "/status", `status-${scheme}`);
  }
} finally {
  await browser.close();
  await server.stop();
  rmSync(data, { recursive: true, force: true });
}

async function shoot(page: Page, path: string, name: string): Promise<void> {
  await page.goto(`${server.url}${path}`, { waitUntil: "load" });
  await sleep(1_500);
  await page.screenshot({ path: join(target, `${name}.png`) });
  process.stdout.write(`${name}.png\n`);
}

async function worst(running: RunningServer): Promise<string> {
  const { json } = await running.call("GET", "/incidents?limit=10");
  const items = json.items as { id: string; title: string }[];
  const found = items.find((item) => /LSASS|mail|phish/i.test(item.title)) ?? items[0];
  if (found === undefined) throw new Error("the demo made no incident");
  return found.id;
}
