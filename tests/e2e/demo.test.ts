/**
 * The README's promise, by a real browser: the demo shows an incident within a minute, its story, a waiting approval; approving
 * puts a real drop rule into a network namespace of this test; traffic is measured before, during and after expiry; the report opens.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { whyNoNetns } from "@cordon/testkit/network-namespaces";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browserPath, launchBrowser } from "../browser.ts";
import { ROOT, type RunningServer, sleep, startServer } from "../server.ts";

const TTL_MS = 12_000;
const missing = whyNoNetns() ?? (browserPath === undefined ? "no chromium" : undefined);
const folder = mkdtempSync(join(tmpdir(), "cordon-demo-"));
const inside = `cordon-in-${process.pid % 100_000}`;
const outside = `cordon-out-${process.pid % 100_000}`;

function ip(...words: readonly string[]): void {
  const ran = spawnSync("ip", [...words], { encoding: "utf8" });
  if (ran.status !== 0) throw new Error(`ip ${words.join(" ")}: ${ran.stderr}`);
}

/** Two namespaces and a cable between them; the packet filter to be changed is the inner one's. */
function cable(): void {
  ip("netns", "add", inside);
  ip("netns", "add", outside);
  ip("-n", inside, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", outside);
  ip("-n", inside, "addr", "add", "203.0.113.1/24", "dev", "eth0");
  for (const space of [inside, outside])
    for (const device of ["lo", "eth0"]) ip("-n", space, "link", "set", device, "up");
}

/** The demo's command-and-control address lives in the outer namespace and answers on 443. */
async function answerOn(address: string): Promise<() => void> {
  ip("-n", outside, "addr", "add", `${address}/24`, "dev", "eth0");
  const script = `require("net").createServer((s) => s.on("error", () => {}).end("hi")).listen(443, "${address}", () => console.log("ready"))`;
  const listener = spawn("ip", ["netns", "exec", outside, process.execPath, "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve) => listener.stdout.once("data", resolve));
  return () => void listener.kill("SIGKILL");
}

function reaches(address: string): boolean {
  const script = `const s = require("net").connect(443, "${address}"); s.on("connect", () => process.exit(0)); s.on("error", () => process.exit(1)); setTimeout(() => process.exit(2), 1500)`;
  return spawnSync("ip", ["netns", "exec", inside, process.execPath, "-e", script]).status === 0;
}

/** Our own playbook of the same name, with a shorter time limit: the operator's way to change one. */
function shortPlaybook(): string {
  const path = join(folder, "playbooks");
  mkdirSync(path);
  const text = readFileSync(join(ROOT, "content/playbooks/block-address.json"), "utf8");
  writeFileSync(join(path, "block-address.json"), text.replace('"ttlMs": 3600000', `"ttlMs": ${TTL_MS}`));
  return path;
}

describe.skipIf(missing !== undefined)(
  `demo in a browser${missing === undefined ? "" : ` (skipped: ${missing})`}`,
  () => {
    let server: RunningServer;
    let browser: Browser;
    let page: Page;
    let cut = (): void => {};
    const complaints: string[] = [];

    beforeAll(async () => {
      const config = join(folder, "cordon.yml");
      const playbooks = shortPlaybook();
      writeFileSync(
        config,
        `playbooks:\n  paths: [${playbooks}]\nactuators:\n  - {name: edge-fw, kind: nftables, netns: ${inside}, handles: [block-address], graceMs: 60000}\n`,
      );
      ensureConsole();
      cable();
      server = await startServer({ data: join(folder, "data"), args: ["--demo", "--config", config] });
      browser = await launchBrowser();
      page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("dialog", (dialog) => {
        complaints.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
    });
    afterAll(async () => {
      await browser?.close();
      await server?.stop();
      cut();
      rmSync(folder, { recursive: true, force: true });
    });

    it("shows, approves, blocks, lets go, reports", { timeout: 180_000 }, async () => {
      await page.goto(server.link);
      await page.getByText(/LSASS/).first().waitFor({ timeout: 60_000 });
      expect(page.url()).not.toContain("#");

      const waiting = await untilApproval(server);
      const address = waiting.action.address.value;
      cut = await answerOn(address);
      expect(reaches(address)).toBe(true);

      await page.goto(`${server.url}/incidents/${waiting.incident.id}`);
      await page.locator("svg").first().waitFor();
      await page
        .getByText(/winword\.exe/i)
        .first()
        .waitFor();

      await page.goto(`${server.url}/approvals`);
      const card = page.locator(`[data-key="${waiting.key}"]`);
      await card.getByText(/nft/).first().waitFor();
      await card.getByRole("button", { name: /approve/i }).click();
      await confirmIfAsked(page, address);
      await untilState(server, waiting.key, ["verified"]);
      expect(reaches(address)).toBe(false);
      expect(
        spawnSync("ip", ["netns", "exec", inside, "nft", "list", "ruleset"], { encoding: "utf8" }).stdout,
      ).toContain(address);

      await untilState(server, waiting.key, ["reverted"]);
      expect(reaches(address)).toBe(true);

      const report = await page.goto(`${server.url}/api/v1/incidents/${waiting.incident.id}/report?format=html`);
      expect(report?.status()).toBe(200);
      await page
        .getByText(/winword\.exe/i)
        .first()
        .waitFor();
      expect(complaints).toEqual([]);
    });
  },
);

interface Card {
  readonly key: string;
  readonly action: { readonly kind: string; readonly address: { readonly value: string } };
  readonly plan: { readonly actuator: string };
  readonly incident: { readonly id: string; readonly title: string };
}

async function untilApproval(server: RunningServer): Promise<Card> {
  for (let round = 0; round < 120; round += 1) {
    const { json } = await server.call("GET", "/approvals");
    const found = (json.items as Card[]).find(
      (card) => card.action.kind === "block-address" && /LSASS/.test(card.incident.title),
    );
    if (found !== undefined) return found;
    await sleep(500);
  }
  throw new Error("no approval for a block came up");
}

async function untilState(server: RunningServer, key: string, states: readonly string[]): Promise<void> {
  let seen = "";
  for (let round = 0; round < 120; round += 1) {
    const { json } = await server.call("GET", "/actions");
    seen = (json.items as { key: string; state: string }[]).find((row) => row.key === key)?.state ?? "gone";
    if (states.includes(seen)) return;
    await sleep(500);
  }
  throw new Error(`action is ${seen}, not ${states.join(" or ")}: ${server.errors()}`);
}

async function confirmIfAsked(page: Page, value: string): Promise<void> {
  const dialog = page.getByRole("dialog");
  await dialog.waitFor({ timeout: 5_000 }).catch(() => undefined);
  if (!(await dialog.isVisible())) return;
  const field = dialog.getByRole("textbox");
  if (await field.isVisible()) await field.fill(value);
  await dialog.getByRole("button", { name: /approve/i }).click();
}

function ensureConsole(): void {
  const built = spawnSync(
    process.execPath,
    [join(ROOT, "node_modules/vite/bin/vite.js"), "build", "--logLevel", "error"],
    {
      cwd: join(ROOT, "packages/console"),
      encoding: "utf8",
    },
  );
  if (built.status !== 0) throw new Error(`console build: ${built.stdout}${built.stderr}`);
}
