/**
 * The learning loop as an analyst sees it, in a real browser: 50 incidents are closed in the queue by keyboard, a model is made and
 * promoted, and two open incidents change places in the queue; the page says why, and the model card says from what.
 * Screenshots of the end go to the folder named by CORDON_SCREENSHOTS, where it is set.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browserPath, launchBrowser } from "../browser.ts";
import { ROOT, type RunningServer, startServer } from "../server.ts";
import { hostOf, line, named, opened, until } from "./model-loop-world.ts";

const folder = mkdtempSync(join(tmpdir(), "cordon-loop-"));
const shots = process.env.CORDON_SCREENSHOTS;
const EACH = 25;

describe.skipIf(browserPath === undefined)("learning loop in a browser", () => {
  let server: RunningServer;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    const data = join(folder, "data");
    mkdirSync(join(data, "rules"), { recursive: true });
    writeFileSync(
      join(folder, "cordon.yml"),
      "rules: { shipped: false, watch: false }\nbehaviour: { enabled: false }\nlearning: { verdicts: 40, quarantineHours: 0, shadowDays: 0, shadowVerdicts: 0 }\n",
    );
    for (const [at, program] of ["updater.exe", "dumper.exe"].entries())
      writeFileSync(
        join(data, "rules", `${program}.yml`),
        `title: Program ${program}\nid: ${`${at + 1}`.repeat(8)}-1111-4111-8111-111111111111\nstatus: test\nlevel: medium\n` +
          `logsource: { product: windows, category: process_creation }\ndetection: { s: { Image|endswith: ${program} }, condition: s }\n`,
      );
    const vite = join(ROOT, "node_modules/vite/bin/vite.js");
    const built = spawnSync(process.execPath, [vite, "build", "--logLevel", "error"], {
      ...{ cwd: join(ROOT, "packages/console"), encoding: "utf8" },
    });
    if (built.status !== 0) throw new Error(`console build: ${built.stdout}${built.stderr}`);
    server = await startServer({ data, args: ["--config", join(folder, "cordon.yml")] });
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Picks every incident of a rule with the keyboard and closes them with one verdict. */
  async function closeAll(program: string, verdict: string): Promise<void> {
    await page.goto(`${server.url}/?q=${program}`);
    const rows = page.getByRole("list", { name: "Incidents" });
    await rows
      .getByText(program)
      .first()
      .waitFor()
      .catch(async (error: unknown) => {
        await shoot("missing");
        throw error;
      });
    await page.locator(`[aria-setsize="${EACH}"]`).first().waitFor();
    await page.keyboard.press("Home");
    for (let at = 0; at < EACH; at += 1) {
      await page.keyboard.press("x");
      await page.keyboard.press("j");
    }
    await page.getByText(`${EACH} incidents selected`).waitFor();
    await page.keyboard.press("e");
    const dialog = page.getByRole("dialog");
    await dialog.locator(`input[value="${verdict}"]`).check();
    await dialog.getByLabel(/Why\?/).fill("looked at, as in the run book");
    if (verdict === "true-positive") await dialog.getByLabel(/How severe/).selectOption("high");
    await dialog.getByRole("button", { name: "Close all" }).click();
    await dialog.waitFor({ state: "detached", timeout: 60_000 });
  }

  const order = async (): Promise<readonly string[]> => {
    const texts = await page.getByRole("list", { name: "Incidents" }).locator("li").allInnerTexts();
    return texts.map((text) =>
      text.includes("dumper.exe") ? "dumper" : text.includes("updater.exe") ? "updater" : "?",
    );
  };
  const shoot = async (name: string): Promise<void> => {
    if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
  };

  it("closing 50 incidents in the queue changes the places of the next two, and says why", {
    timeout: 240_000,
  }, async () => {
    const numbers = Array.from({ length: 2 * EACH }, (_, at) => at + 1);
    const programOf = (number: number): string => (number % 2 === 0 ? "dumper.exe" : "updater.exe");
    await opened(
      server,
      numbers.map((each) => line(each, programOf(each))),
      numbers.map(hostOf),
    );
    const next = [101, 102];
    await page.goto(server.link);
    await page.getByRole("list", { name: "Incidents" }).getByText("dumper.exe").first().waitFor({ timeout: 60_000 });
    await closeAll("dumper.exe", "true-positive");
    await closeAll("updater.exe", "false-positive");
    const open = await opened(
      server,
      next.map((each) => line(each, programOf(each))),
      next.map(hostOf),
    );
    const priorityOf = async (number: number): Promise<number> =>
      Number((await server.call("GET", `/incidents/${named(open, number).id}`)).json.priority);
    const before = (await priorityOf(102)) - (await priorityOf(101));
    const { json } = await server.call("POST", "/models/train");
    expect((await server.call("POST", `/models/${String(json.id)}/promote`, {})).status).toBe(200);
    await until("both scored anew", async () =>
      (await priorityOf(102)) - (await priorityOf(101)) >= before + 5 ? true : undefined,
    );
    await page.goto(`${server.url}/`);
    await page.getByRole("list", { name: "Incidents" }).getByText("dumper.exe").first().waitFor();
    expect(await order()).toEqual(["dumper", "updater"]);
    await shoot("queue");

    await page.goto(`${server.url}/incidents/${named(open, 102).id}`);
    await page.getByText(/^Why \d+\?/).click();
    await page
      .getByText(/because the rule it is about is Program dumper.exe/)
      .first()
      .waitFor();
    await page
      .getByText(/No severity suggested: 25 of 60|Suggested severity/)
      .first()
      .waitFor();
    await shoot("incident");
    await page.getByRole("link", { name: "Model card" }).click();
    await page
      .getByText(/50 verdicts of signed-in people/)
      .first()
      .waitFor();
    await page
      .getByText(/true-positive 25/)
      .first()
      .waitFor();
    await shoot("card");
    expect(complaints).toEqual([]);
  });
});
