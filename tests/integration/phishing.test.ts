/** Reported mail on the real path: pushed or put into a folder, judged, one incident per campaign with its entities. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeStop } from "@cordon/adapters/runtime";
import type { Incident } from "@cordon/model/incident";
import { afterEach, describe, expect, it } from "vitest";
import { mailFolderSource } from "../../packages/app/src/wiring/mailbox.ts";
import { openPhishingWorld, type PhishingWorld, phish } from "./phishing-world.ts";

const MINUTE_MS = 60_000;
const opened: PhishingWorld[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const world of opened.splice(0)) await world.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
async function open(...given: Parameters<typeof openPhishingWorld>): Promise<PhishingWorld> {
  const world = await openPhishingWorld(...given);
  opened.push(world);
  return world;
}
const RFC822 = "message/rfc822";
const values = (incident: Incident | undefined, kind: string) =>
  (incident?.entities ?? []).filter((entity) => entity.kind === kind).map(({ value }) => value);

describe("reported phishing", () => {
  it(
    "becomes an incident that names sender, recipients, links; the reasons stand in its event",
    async () => {
      const world = await open();
      expect(await world.push(phish({ id: "1@c0rp.example" }), RFC822)).toMatchObject({ accepted: 1, problems: [] });
      const [incident, ...others] = await world.settle();
      expect(others).toEqual([]);
      expect(incident?.title).toBe("Phishing mail from help@c0rp.example");
      expect(values(incident, "email")).toEqual(
        expect.arrayContaining(["help@c0rp.example", "bob@corp.example", "collect@gmail.com"]),
      );
      expect(values(incident, "domain")).toEqual(["login.evil-host.test"]);
      expect(values(incident, "url")).toEqual(["http://login.evil-host.test/x?id=7"]);
      const [joined] = incident?.detections ?? [];
      const [event] = await world.embedded.stores.events.get(joined?.detection.evidence ?? ["" as never]);
      expect(event?.raw).toMatchObject({ verdict: "phishing", otherUrls: ["https://sso.corp.example/login"] });
      expect(event?.raw.linksShown).toContain("hxxp://login[.]evil-host[.]test/x?id=7");
      expect(JSON.stringify(event?.raw.because)).toMatch(/shows one address and leads to another/);
      expect(JSON.stringify(event?.raw.headers)).toMatch(/dmarc=fail/);
    },
    MINUTE_MS,
  );

  it(
    "of one campaign is one incident, of another another, whoever reported them",
    async () => {
      const world = await open();
      await world.push(phish({ id: "1@c0rp.example" }), RFC822);
      // The same wave: another sender, another recipient, another link on another host, nearly the same words.
      await world.push(
        phish({
          id: "2@x",
          from: "it@c0rp-help.example",
          to: "eve@corp.example",
          link: "http://login.other-host.test/y",
        }),
        RFC822,
      );
      // Another campaign, reported by the same person.
      await world.push(
        phish({
          ...{ id: "3@y", from: "billing@paypa1-service.example", subject: "Invoice overdue" },
          ...{ replyTo: "pay@gmail.com" },
          link: "http://pay.third-host.test/invoice",
          words:
            "Our records show that the attached invoice of last month was never paid so please review and settle it today",
        }),
        RFC822,
      );
      const incidents = await world.settle();
      expect(incidents.map(({ detections }) => detections.length).sort()).toEqual([1, 2]);
      const wave = incidents.find(({ detections }) => detections.length === 2);
      expect(values(wave, "email")).toEqual(expect.arrayContaining(["bob@corp.example", "eve@corp.example"]));
    },
    MINUTE_MS,
  );

  it(
    "is read from a folder once, also over a restart, and honest mail is no incident",
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "cordon-drop-"));
      folders.push(folder);
      writeFileSync(join(folder, "a.eml"), phish({ id: "1@c0rp.example" }));
      writeFileSync(
        join(folder, "b.eml"),
        "From: ann@partner.example\r\nTo: bob@corp.example\r\nSubject: Minutes\r\nMessage-ID: <m@partner.example>\r\nDate: Sun, 22 Nov 2026 01:00:00 +0000\r\n\r\nHere are the minutes of our meeting.\r\n",
      );
      const world = await open();
      const source = { name: "drop", kind: "mail-folder" as const, path: folder, pollSeconds: 1 };
      const look = async () => {
        const stop = makeStop();
        const { instance, mail, stores, intake } = world.embedded;
        const made = mailFolderSource(
          { config: instance.config, source: { ...source, pollSeconds: 0.02 }, intake: mail },
          { runtime: instance.runtime, checkpoints: stores.state.checkpoints },
        );
        const running = made.run(intake.deliver, () => {}, stop);
        await instance.runtime.sleep(300, stop);
        stop.stop();
        await running;
      };
      await look();
      await look();
      const incidents = await world.settle();
      expect(incidents.map(({ detections }) => detections.length)).toEqual([1]);
      expect((await world.embedded.stores.events.stats()).bySource["cordon.mail"]).toBe(2);
    },
    MINUTE_MS,
  );

  it(
    "a body that is no mail is named",
    async () => {
      const world = await open();
      expect(await world.push("not a mail", RFC822)).toMatchObject({ accepted: 0, problems: [{ position: 0 }] });
    },
    MINUTE_MS,
  );
});
