/** Mails -> `mail train` -> `mail examine` with the model -> a damaged model is refused and the points go on. In real processes. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownMails } from "@cordon/engine/mail/own-mails/own-mails";
import { afterAll, describe, expect, it } from "vitest";
import { cordon } from "../server.ts";
import { jsonLines } from "../story.ts";

const LONG_MS = 360_000;
const folder = mkdtempSync(join(tmpdir(), "cordon-mail-model-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [ham, phish, model] = [join(folder, "wanted"), join(folder, "odd"), join(folder, "own.model")];

/** Made mails stand for an operator's own: what is tested is the way, not how well it judges. */
function writeMails(): void {
  for (const path of [join(ham, "cur"), phish]) mkdirSync(path, { recursive: true });
  for (const [at, { bad, bytes }] of ownMails(21, 90).entries())
    writeFileSync(bad ? join(phish, `${at}.eml`) : join(ham, "cur", `${at}.spamhost:2,S`), bytes);
}

describe("cordon mail train", () => {
  it(
    "makes a model that examine uses; a damaged one is refused with its reason and the points go on",
    async () => {
      writeMails();
      const args = ["mail", "train", "--ham", ham, "--phish", phish, "--out", model, "--json"];
      const trained = await cordon(args);
      expect(trained.code, trained.err).toBe(0);
      const last = jsonLines(trained.out).at(-1);
      expect(last).toMatchObject({ kind: "trained", file: model, unread: 0 });
      expect(Number(last?.good)).toBeGreaterThanOrEqual(50);
      const metrics = last?.metrics as Record<string, number>;
      expect(metrics.f1).toBeGreaterThan(0.6);
      const bytes = readFileSync(model);
      const card = readFileSync(`${model}.card.md`, "utf8");
      expect(card).toContain(String(last?.id));
      expect(card).toMatch(/the wanted mails came in at .*corp\.example/);
      expect(bytes.toString("latin1")).not.toContain(folder);

      const seen = await cordon(["mail", "examine", "--model", model, "--json", phish]);
      expect(seen.code, seen.err).toBe(0);
      const mails = jsonLines(seen.out).filter(({ kind }) => kind === "mail");
      expect(mails).toHaveLength(90);
      const raised = mails.filter(({ verdictByPoints }) => verdictByPoints !== undefined);
      expect(raised.length).toBeGreaterThan(10);
      expect(raised[0]?.learnt).toMatchObject({ model: last?.id, over: true, made: false });
      const here = mails.find(({ to }) => String(to).endsWith("@corp.example"));
      expect(here?.learnt).toMatchObject({ reach: "home" });
      expect(here?.basis).toMatch(/came in where this one did: .*corp\.example/);
      const elsewhere = join(folder, "elsewhere.eml");
      writeFileSync(elsewhere, "From: a@far.example\r\nTo: b@other.example\r\nSubject: hi\r\n\r\nhello\r\n");
      const foreign = jsonLines((await cordon(["mail", "examine", "--model", model, "--json", elsewhere])).out)[0];
      expect(foreign?.learnt).toMatchObject({ reach: "away", calibrated: false, cut: 1 / 3 });
      expect(foreign?.basis).toContain("its curve for other sources");

      writeFileSync(
        model,
        bytes.map((byte, at) => (at === 9_000 ? byte ^ 4 : byte)),
      );
      const refused = await cordon(["mail", "examine", "--model", model, "--json", join(phish, "0.eml")]);
      expect(refused.code).toBe(3);
      expect(refused.err).toMatch(/learnt model: .*own\.model: the checksum .* does not hold/);
      expect(jsonLines(refused.out)[0]).toMatchObject({ kind: "mail", basis: "hand-set points" });
    },
    LONG_MS,
  );

  it.each([
    ["one class alone", ["--ham", ham], 2, /--ham DIR --phish DIR/],
    ["the same folder twice", ["--ham", ham, "--phish", ham], 2, /named twice/],
    ["a folder that is not there", ["--ham", ham, "--phish", join(folder, "none")], 4, /no such file or folder/],
    ["too few mails", ["--ham", ham, "--phish", join(phish, "0.eml")], 4, /1 unwanted mails.*at least 50/],
  ])(
    "says what is wrong: %s",
    async (_, args, code, message) => {
      writeMails();
      const ended = await cordon(["mail", "train", ...args, "--out", join(folder, "x.model")]);
      expect(ended.err).toMatch(message);
      expect(ended.code).toBe(code);
    },
    LONG_MS,
  );
});
