/// <reference types="node" />
/** The built console in a real browser, on canned answers full of hostile text, under the product's own page policy. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { LONG_ID, newWorld } from "../dev/answers.ts";
import { auditPage, walkByTab } from "../dev/audit.ts";
import { hasBrowser, type Opened, openBrowser } from "../dev/browser.ts";
import { type Fixture, startFixture } from "../dev/fixture-server.ts";
import { MAIN, MAIN_ID } from "../dev/incidents.ts";
import { HEALTH, UNAUDITED } from "../dev/learning.ts";
import { PAGES } from "../dev/look.ts";

const PACKAGE = join(import.meta.dirname, "..");
const VITE = join(PACKAGE, "..", "..", "node_modules", "vite", "bin", "vite.js");
/** A cold page on a busy machine. */
const HEADING_MS = 10_000;
const STILL_LOOKS = 2;
const STILL_MS = 60;

if (!hasBrowser()) console.warn("console smoke test skipped: no Chromium (set CHROMIUM to its path)");

describe.skipIf(!hasBrowser())("console in a browser", () => {
  let fixture: Fixture;
  let browser: Opened;
  let dist = "";

  beforeAll(async () => {
    // A folder of its own: the one of the package may be rebuilt at any moment by a server that starts.
    dist = mkdtempSync(join(tmpdir(), "cordon-console-dist-"));
    const build = spawnSync(process.execPath, [VITE, "build", "--logLevel", "error", "--outDir", dist], {
      cwd: PACKAGE,
      encoding: "utf8",
    });
    if (build.status !== 0) throw new Error(`build failed: ${build.stderr}`);
    fixture = await startFixture(0, dist);
    const address = fixture.server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    browser = await openBrowser(`http://127.0.0.1:${port}`);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    fixture?.server.closeAllConnections();
    fixture?.server.close();
    rmSync(dist, { recursive: true, force: true });
  });

  beforeEach(() => {
    Object.assign(fixture.world, newWorld());
    fixture.calls.length = 0;
    fixture.refuse = 0;
    browser.bad.length = 0;
  });

  const go = async (path: string) => {
    await browser.page.goto(path);
    await browser.page.locator("h1").first().waitFor({ timeout: HEADING_MS });
    // What is asked for may lead to another question: still is what stays still.
    for (let look = 0; look < STILL_LOOKS; look += 1) {
      await browser.page.locator(".spinner").first().waitFor({ state: "detached", timeout: HEADING_MS });
      await browser.page.waitForTimeout(STILL_MS);
    }
    return browser.page;
  };

  it.each(["dark", "light"] as const)(
    "opens every page in %s without an error, a violation, a dialog, or what other eyes and keyboards trip over",
    async (colorScheme) => {
      await browser.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const cdp = await browser.context.newCDPSession(browser.page);
      for (const path of Object.values(PAGES)) {
        const page = await go(path);
        expect(await page.locator("img, script:not([src]), [onerror], [onload]").count(), path).toBe(0);
        expect(await page.locator("[role=alert].tone-bad").count(), path).toBe(0);
        expect(await auditPage(page, cdp), path).toEqual([]);
      }
      expect(browser.bad).toEqual([]);
    },
    180_000,
  );

  it("comes to everything that can be operated by Tab alone, and shows where it is", { timeout: 180_000 }, async () => {
    for (const path of Object.values(PAGES)) {
      const page = await go(path);
      const { findings, stops } = await walkByTab(page);
      expect(findings, path).toEqual([]);
      expect(stops, path).toBeGreaterThan(0);
    }
  });

  it("finds what it looks for: the looking itself", async () => {
    const page = await go("/status");
    await page.evaluate(() => {
      const add = (tag: string, change: (node: HTMLElement) => void): void => {
        const node = document.createElement(tag);
        change(node);
        document.querySelector("main")?.append(node);
      };
      add("p", (node) => {
        node.textContent = "pale";
        Object.assign(node.style, { color: "rgb(120 120 120)", background: "rgb(140 140 140)" });
      });
      add("button", () => {});
      add("div", (node) => node.setAttribute("aria-label", "nothing"));
      add("h5", (node) => {
        node.textContent = "too deep";
      });
      add("button", (node) => {
        node.textContent = "unseen focus";
        Object.assign(node.style, { outline: "none", boxShadow: "none" });
      });
    });
    const cdp = await browser.context.newCDPSession(page);
    const found = (await auditPage(page, cdp)).join("\n");
    for (const what of ["contrast 1.", "button without a name", "label on what has no role", "heading jumps"])
      expect(found).toContain(what);
    expect((await walkByTab(page)).findings.join("\n")).toContain("focus is not seen");
  });

  it("moves in the queue with j and k, previews with o, opens with Enter", async () => {
    const page = await go("/");
    await page.locator(".qrow").first().waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    expect(await page.locator(".row-at").getAttribute("aria-current")).toBe("true");
    const title = await page.locator(".row-at .q-title").textContent();
    await page.keyboard.press("o");
    await page.locator(".drawer").waitFor();
    expect(new URL(page.url()).searchParams.get("peek")).toMatch(/^INC-/);
    await page.keyboard.press("Escape");
    await page.locator(".drawer").waitFor({ state: "detached" });
    await page.keyboard.press("Enter");
    await page.locator(".inc-head h1").waitFor();
    expect(await page.locator(".inc-head h1").textContent()).toBe(title);
    await page.goBack();
    await page.locator(".row-at").waitFor();
    expect(await page.locator(".row-at .q-title").textContent()).toBe(title);
    expect(browser.bad).toEqual([]);
  });

  it("announces new incidents instead of moving the rows under a hand that works", async () => {
    const page = await go("/");
    await page.locator(".qrow").first().hover();
    await page.keyboard.press("j");
    const before = await page.locator(".q-title").first().textContent();
    fixture.world.arrived = 2;
    fixture.push("opened", "INC-NEW00000");
    await page.locator(".new-banner").waitFor({ timeout: 8_000 });
    expect(await page.locator(".q-title").first().textContent()).toBe(before);
    await page.keyboard.press("n");
    await page.getByText("Arrived just now 0").first().waitFor();
  });

  it("goes on after a cut stream from the last id it saw", async () => {
    const page = await go("/status");
    await page.locator(".live-live").waitFor();
    fixture.resumedFrom.length = 0;
    fixture.push("scored", MAIN_ID);
    await page.waitForTimeout(300);
    fixture.cut();
    await expect.poll(() => fixture.resumedFrom[0], { timeout: 10_000 }).toMatch(/^1\d{3}$/);
    await page.locator(".live-live").waitFor();
  });

  it("asks for the target of a high-impact action and votes for exactly the plan that was shown", async () => {
    const page = await go("/approvals");
    await page.locator(".approval-at").waitFor();
    await page.keyboard.press("a");
    const approve = page.getByRole("button", { name: "Approve", exact: true });
    await approve.waitFor();
    expect(await approve.isDisabled()).toBe(true);
    expect(await page.locator("input[name=confirm]:focus").count()).toBe(1);
    await page.locator("input[name=confirm]").fill("ws-99");
    expect(await approve.isDisabled()).toBe(true);
    await page.locator("input[name=confirm]").fill("WS-12");
    await approve.click();
    await page.locator("dialog").waitFor({ state: "detached" });
    const shown = MAIN.actions[0];
    expect(fixture.calls).toEqual([
      { name: "approveAction", params: { key: shown?.key }, body: { planHash: shown?.plan.hash }, csrf: true },
    ]);
  });

  it.each([
    [409, "Something changed since you looked"],
    [410, "It is too late"],
    [403, "You may not give this approval"],
  ])("shows why an approval was refused with %i", async (status, text) => {
    fixture.refuse = status;
    const page = await go("/approvals");
    await page.locator(".approval-at").waitFor();
    await page.keyboard.press("a");
    await page.locator("input[name=confirm]").fill("ws-12");
    await page.keyboard.press("Enter");
    await page.getByText(text).waitFor();
    if (status === 409) await page.locator("dialog .effect-new").waitFor();
    expect(await page.getByRole("button", { name: "Approve", exact: true }).isDisabled()).toBe(true);
  });

  it("shows the approvals of one incident at a time, chosen by keyboard", async () => {
    const page = await go("/approvals");
    await page.locator(".approval").first().waitFor();
    const all = await page.locator(".approval").count();
    const chips = page.locator(".waiting .facet");
    const incidents = (await chips.count()) - 1;
    expect(incidents).toBeGreaterThan(1);
    await chips.nth(1).focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator(".approval").count()).toBeLessThan(all);
    expect(new URL(page.url()).searchParams.get("incident")).toMatch(/^INC-/);
    await chips.first().click();
    await expect.poll(() => page.locator(".approval").count()).toBe(all);
  });

  it("denies only with a reason", async () => {
    const page = await go("/approvals");
    await page.locator(".approval-at").waitFor();
    await page.keyboard.press("r");
    const deny = page.getByRole("button", { name: "Deny", exact: true });
    await deny.waitFor();
    expect(await deny.isDisabled()).toBe(true);
    await page.locator("dialog textarea").fill("It is the backup server.");
    await deny.click();
    await page.locator("dialog").waitFor({ state: "detached" });
    expect(fixture.calls[0]?.body).toEqual({ reason: "It is the backup server." });
  });

  it("closes only with a verdict and a note", async () => {
    const page = await go(`/incidents/${MAIN_ID}`);
    await page.locator(".next").waitFor();
    await page.keyboard.press("e");
    const close = page.getByRole("button", { name: "Close incident" });
    await close.waitFor();
    expect(await close.isDisabled()).toBe(true);
    await page.locator("input[value=true-positive]").check();
    expect(await close.isDisabled()).toBe(true);
    await page.locator("dialog textarea").fill("Contained, host reimaged.");
    await close.click();
    await page.locator("dialog").waitFor({ state: "detached" });
    expect(fixture.calls[0]?.body).toEqual({ verdict: "true-positive", note: "Contained, host reimaged." });
    await page.getByText("Open the report").waitFor();
  });

  it("goes from a claim to the raw event with the cited field marked", async () => {
    const page = await go(`/incidents/${MAIN_ID}?tab=evidence`);
    await page.locator(".claim .chip-event").nth(1).click();
    await page.locator(".drawer .json-cited").first().waitFor();
    expect(await page.locator(".drawer .log-mark, .drawer .json-cited").count()).toBeGreaterThan(0);
    await page.keyboard.press("Escape");
    await page.locator(".drawer").waitFor({ state: "detached" });
  });

  it("tells in the timeline what was done, with a score that was made anew, beside what happened", async () => {
    const page = await go(`/incidents/${MAIN_ID}?tab=timeline`);
    await page.getByRole("button", { name: "What was done" }).click();
    await page.getByText(/priority 61 before, without a model; model c0ffee serves/).waitFor();
    await page.locator(".timeline").getByText("Isolate host ws-12", { exact: true }).waitFor();
    expect(await page.locator(".timeline .t-item").count()).toBe(7);
    expect(new URL(page.url()).searchParams.get("show")).toBe("done");
    expect(browser.bad).toEqual([]);
  });

  it("draws of a timeline of 1,200 items only those in sight, and reaches the last by keyboard", async () => {
    const page = await go(`/incidents/${LONG_ID}?tab=timeline`);
    const box = page.getByRole("region", { name: /^Timeline, / });
    await box.getByText("Thing number 0", { exact: true }).waitFor();
    expect(await box.locator(".t-item").count()).toBeLessThan(60);
    await box.focus();
    await page.keyboard.press("End");
    await box.getByText("Thing number 1199", { exact: true }).waitFor();
    expect(await box.locator("li").last().getAttribute("aria-posinset")).toBe("1200");
  });

  it("shows of closings that nobody looked at two estimates with intervals, and opens what is worth a verdict", async () => {
    const page = await go("/models/health");
    await page.getByText("estimated from audits").waitFor();
    await page.getByText("0.0 %–6.0 %").or(page.getByText("0 %–6.0 %")).waitFor();
    await page.getByText("0.3 %–4.0 %").waitFor();
    await page.getByText(/24 audited, worth 21.4 of equal weight, 1 undone; 6 too young to count/).waitFor();
    await page.getByRole("link", { name: /^audit .*drawn for a person/ }).click();
    await page.locator(".inc-head h1").waitFor();
    expect(new URL(page.url()).pathname).toBe(`/incidents/${MAIN_ID}`);
    fixture.world.health = { ...HEALTH, selective: UNAUDITED, ask: [] };
    await go("/models/health");
    await page.getByText("it is not taken for good").waitFor();
    await page.getByText("None: no audit was drawn").waitFor();
    expect(await page.getByText("Doubly robust").count()).toBe(0);
    expect(browser.bad).toEqual([]);
  });

  it("walks the story graph by keyboard", async () => {
    const page = await go(`/incidents/${MAIN_ID}`);
    await page.locator(".g-node").first().waitFor();
    await page.locator(".g-node[tabindex='0']").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await page.locator(".story-pick").waitFor();
    expect(new URL(page.url()).searchParams.get("pick")).not.toBeNull();
  });

  it("trades the link for a session and takes it out of the address", async () => {
    const page = browser.page;
    await page.goto("about:blank");
    await page.goto("/login#0123456789abcdef0123");
    await page.locator(".queue").waitFor();
    expect(page.url()).not.toContain("0123456789abcdef");
    expect(fixture.calls[0]).toMatchObject({ name: "login", body: { link: "0123456789abcdef0123" }, csrf: true });
  });

  it("turns the kill switch only with a reason", async () => {
    const page = await go("/status");
    await page.getByRole("button", { name: "Kill switch" }).click();
    await page.locator("dialog textarea").fill("Wrong playbook");
    await page.getByRole("button", { name: "Stop all actions" }).click();
    await page.locator(".banner").waitFor();
    expect(fixture.calls[0]?.body).toEqual({ on: true, reason: "Wrong playbook" });
  });

  it("tells an empty instance how to send its first logs", async () => {
    fixture.world.empty = true;
    const page = await go("/");
    await page.getByText("No events yet: send the first logs").waitFor();
    expect(await page.locator(".steps code").count()).toBe(3);
  });
});
