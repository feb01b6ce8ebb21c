/**
 * Writes the mails that the transfer of the mail model is measured on (packages/testkit/src/mail) as EML files, in folders
 * `phishing` and `legit`. Usage: node scripts/write-mails-of-today.ts FOLDER [EACH_SCENE] [SEED]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mailsOfToday } from "../packages/testkit/src/mail/make-mails.ts";

const [to, each = "10", seed = "3"] = process.argv.slice(2);
if (to === undefined) throw new Error("usage: node scripts/write-mails-of-today.ts FOLDER [EACH_SCENE] [SEED]");
for (const folder of ["phishing", "legit"]) mkdirSync(join(to, folder), { recursive: true });
for (const [at, { bad, scene, eml }] of mailsOfToday(Number(seed), Number(each)).entries())
  writeFileSync(join(to, bad ? "phishing" : "legit", `${scene.replace(/\W+/g, "-")}-${at}.eml`), eml);
