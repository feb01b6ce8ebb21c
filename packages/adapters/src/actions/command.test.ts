import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { describe, expect, it } from "vitest";
import { makeStop } from "../runtime.ts";
import { makeRunner, must, remoteWords, sshWords } from "./command.ts";

const local = makeRunner({});
const ssh = { host: "web01", port: 22, user: "cordon", keyFile: "/k", knownHosts: "/h", sudo: false };

describe("commands", () => {
  it("passes words as they are, without a shell (X1)", async () => {
    const words = ["$(reboot)", "; id", "a b", "'\"", "*"];
    const out = await must(
      local,
      [process.execPath, "-e", "console.log(JSON.stringify(process.argv.slice(1)))", "--", ...words],
      NEVER_STOP,
    );
    expect(JSON.parse(out.toString())).toEqual(words);
  });
  it("hands standard input over and reports failures with place and code", async () => {
    const echo = await must(local, [process.execPath, "-e", "process.stdin.pipe(process.stdout)"], NEVER_STOP, "hello");
    expect(echo.toString()).toBe("hello");
    await expect(must(local, [process.execPath, "-e", "process.exit(3)"], NEVER_STOP)).rejects.toThrow("ended with 3");
    await expect(must(local, ["no-such-program-here"], NEVER_STOP)).rejects.toMatchObject({ code: "command-failed" });
  });
  it("gives a child none of our environment", async () => {
    process.env.CORDON_TEST_SECRET = "geheim";
    const out = await must(local, [process.execPath, "-e", "console.log(JSON.stringify(process.env))"], NEVER_STOP);
    delete process.env.CORDON_TEST_SECRET;
    expect(out.toString()).not.toContain("geheim");
  });
  it("ends a program when told to stop (X4)", async () => {
    const stop = makeStop();
    const running = local.run([process.execPath, "-e", "setInterval(()=>{},1e6)"], stop);
    stop.stop();
    await expect(running).rejects.toThrow("stopped");
  });
  it.each([
    "; id",
    "$(id)",
    "a b",
    "`id`",
    "a|b",
    "a\nb",
    "",
    "'x'",
    "a>b",
    "~",
    "*",
    "a&b",
    "{a,b}",
    "a\\b",
    "!x",
    "#x",
  ])("the word %j never goes over ssh (X2)", (word) =>
    expect(() => remoteWords(["nft", word])).toThrow(expect.objectContaining({ code: "command-failed" })),
  );
  it("pins host keys and asks for nothing (X3)", () => {
    const words = sshWords(ssh);
    for (const option of [
      "StrictHostKeyChecking=yes",
      "BatchMode=yes",
      "UserKnownHostsFile=/h",
      "PasswordAuthentication=no",
    ]) {
      expect(words).toContain(option);
    }
    expect(words.slice(-2)).toEqual(["--", "web01"]);
  });
});
