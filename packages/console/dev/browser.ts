/// <reference types="node" />
/** A browser for the console's own test: one page, everything that must not happen is written down. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const hasBrowser = (): boolean => existsSync(CHROMIUM);

export interface Opened {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Console errors, policy violations, dialogs, crashes: must stay empty. */
  readonly bad: string[];
  readonly close: () => Promise<void>;
}

export async function openBrowser(base: string): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), "cordon-console-"));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: CHROMIUM,
    headless: true,
    args: FLAGS,
    baseURL: base,
    viewport: { width: 1440, height: 900 },
    reducedMotion: "reduce",
  });
  const bad: string[] = [];
  const page = context.pages()[0] ?? (await context.newPage());
  page.on("console", (message) => {
    // A refused vote is an answer, and the browser logs every answer with an error status.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) bad.push(message.text());
  });
  page.on("pageerror", (error) => bad.push(`page error: ${error.message}`));
  page.on("dialog", (dialog) => {
    bad.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) =>
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  const close = async () => {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { context, page, bad, close };
}
