import { describe, expect, it } from "vitest";
import { whyNeverQuarantine } from "./protected-path.ts";

describe("whyNeverQuarantine", () => {
  it.each([
    "/bin/ls",
    "/usr/bin/sshd",
    "//usr///bin/sshd",
    "/usr/lib/x86_64-linux-gnu/libc.so.6",
    "/lib64/ld-linux-x86-64.so.2",
    "/etc/passwd",
    "/etc/pam.d/sshd",
    "/etc/ssh/sshd_config",
    "/proc/self/exe",
    "/dev/sda",
    "/boot/vmlinuz",
    "C:\\Windows\\System32\\ntdll.dll",
    "c:\\windows\\explorer.exe",
    "C:\\bootmgr",
    "/System/Library/CoreServices/boot.efi",
  ])("%s belongs to the system", (path) => expect(whyNeverQuarantine(path)).toMatch(/operating system/));

  it.each([
    "/tmp/x",
    "/dev/shm/.x",
    "/usr/local/bin/miner",
    "/opt/tool/run.sh",
    "/home/ann/Downloads/invoice.docm",
    "/etc/cron.d/update",
    "/var/www/html/shell.php",
    "/binary/file",
    "C:\\Users\\ann\\Downloads\\invoice.exe",
    "C:\\Windows\\Temp\\a.exe",
    "C:\\ProgramData\\x.dll",
    "\\\\server\\share\\a.exe",
  ])("%s may be taken", (path) => expect(whyNeverQuarantine(path)).toBeUndefined());

  it.each([
    ["a.exe", "whole path"],
    ["/tmp/../bin/ls", "way around"],
    ["/tmp/./x", "way around"],
    ["C:\\Users\\..\\Windows\\explorer.exe", "way around"],
    ["/tmp/", "folder"],
    ["/tmp/a\nb", "shown"],
    ["/tmp/\u202egpj.exe", "shown"],
    [`/${"a".repeat(5_000)}`, "shown"],
  ])("%j is refused: %s", (path, why) => expect(whyNeverQuarantine(path)).toContain(why));
});
