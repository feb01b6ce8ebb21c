/**
 * Windows process starts of an ordinary working day, about 1 kB each: what a detector sees when nothing happens, with a
 * little of what should be found. Made from a seed, so that every machine measures the same lines.
 */
import type { JsonObject } from "@cordon/model/json";

interface Program {
  readonly image: string;
  readonly file: string;
  readonly description: string;
  readonly company: string;
  readonly parents: readonly string[];
  /** `#` is replaced by digits, `@` by a user, `%` by hexadecimal, `~` by a word. */
  readonly lines: readonly string[];
  /** How often, beside the others. */
  readonly weight: number;
  readonly user?: "system" | "service" | "person";
}

const SYSTEM32 = "C:\\Windows\\System32\\";
const EXPLORER = "C:\\Windows\\explorer.exe";
const SERVICES = `${SYSTEM32}services.exe`;
const SVCHOST = `${SYSTEM32}svchost.exe`;
const CMD = `${SYSTEM32}cmd.exe`;
const POWERSHELL = `${SYSTEM32}WindowsPowerShell\\v1.0\\powershell.exe`;
const EDGE = "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe";
const CHROME = "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe";
const TEAMS = "C:\\Program Files\\WindowsApps\\MSTeams_24152.412.2958.916_x64__8wekyb3d8bbwe\\ms-teams.exe";
const CODE = "C:\\Users\\@\\AppData\\Local\\Programs\\Microsoft VS Code\\Code.exe";
const MICROSOFT = "Microsoft Corporation";
const WINDOWS = "Microsoft® Windows® Operating System";

const PROGRAMS: readonly Program[] = [
  {
    image: SVCHOST,
    file: "svchost.exe",
    description: "Host Process for Windows Services",
    company: MICROSOFT,
    parents: [SERVICES],
    weight: 90,
    user: "system",
    lines: [
      `${SVCHOST} -k netsvcs -p -s Schedule`,
      `${SVCHOST} -k LocalServiceNetworkRestricted -p -s WinHttpAutoProxySvc`,
      `${SVCHOST} -k wsappx -p -s AppXSvc`,
      `${SVCHOST} -k netsvcs -p -s BITS`,
      `${SVCHOST} -k LocalSystemNetworkRestricted -p -s PcaSvc`,
      `${SVCHOST} -k UnistackSvcGroup -s WpnUserService`,
      `${SVCHOST} -k netsvcs -p -s wuauserv`,
    ],
  },
  {
    image: EDGE,
    file: "msedge.exe",
    description: "Microsoft Edge",
    company: MICROSOFT,
    parents: [EDGE, EXPLORER],
    weight: 130,
    lines: [
      `"${EDGE}" --type=renderer --string-annotations --extension-process --renderer-sub-type=extension --lang=en-US --device-scale-factor=1.25 --num-raster-threads=4 --renderer-client-id=## --time-ticks-at-unix-epoch=-17323######## --launch-time-ticks=#########  --metrics-shmem-handle=####,i,1042########,262144 --field-trial-handle=####,i,1532#########,262144 --variations-seed-version /prefetch:2`,
      `"${EDGE}" --type=utility --utility-sub-type=network.mojom.NetworkService --lang=en-US --service-sandbox-type=none --field-trial-handle=####,i,1532#########,262144 /prefetch:3`,
      `"${EDGE}" --type=gpu-process --gpu-preferences=UAAAAAAAAADgAAAEAAAAAAAAAAAAAAAAAABgAAEA --field-trial-handle=####,i,1532######### /prefetch:2`,
      `"${EDGE}" --single-argument https://intranet.example.com/~/~?id=####`,
    ],
  },
  {
    image: CHROME,
    file: "chrome.exe",
    description: "Google Chrome",
    company: "Google LLC",
    parents: [CHROME, EXPLORER],
    weight: 120,
    lines: [
      `"${CHROME}" --type=renderer --disable-nacl --lang=en-US --device-scale-factor=1 --num-raster-threads=4 --enable-main-frame-before-activation --renderer-client-id=## --time-ticks-at-unix-epoch=-17322######## --launch-time-ticks=######### --field-trial-handle=####,i,98#########,262144 --variations-seed-version=2024#### /prefetch:1`,
      `"${CHROME}" --type=utility --utility-sub-type=storage.mojom.StorageService --lang=en-US --service-sandbox-type=service --field-trial-handle=####,i,98######### /prefetch:8`,
      `"${CHROME}" --profile-directory="Profile #" --no-startup-window /prefetch:5`,
    ],
  },
  {
    image: `${SYSTEM32}conhost.exe`,
    file: "CONHOST.EXE",
    description: "Console Window Host",
    company: MICROSOFT,
    parents: [CMD, POWERSHELL, "C:\\Program Files\\Git\\cmd\\git.exe", "C:\\Program Files\\nodejs\\node.exe"],
    weight: 110,
    lines: [`\\??\\${SYSTEM32}conhost.exe 0xffffffff -ForceV1`, `\\??\\${SYSTEM32}conhost.exe 0x4`],
  },
  {
    image: CMD,
    file: "Cmd.Exe",
    description: "Windows Command Processor",
    company: MICROSOFT,
    parents: [
      EXPLORER,
      SVCHOST,
      "C:\\Program Files\\nodejs\\node.exe",
      CODE,
      "C:\\Program Files\\Jenkins\\jre\\bin\\java.exe",
    ],
    weight: 80,
    lines: [
      `"${CMD}" /c npm run ~ -- --port ####`,
      `${CMD} /d /s /c "git.exe status -z -uall"`,
      `${CMD} /c ""C:\\ProgramData\\~\\scripts\\~.cmd" ####"`,
      `"${CMD}" /c dir /b "D:\\builds\\~\\####"`,
      `${CMD} /c ver`,
    ],
  },
  {
    image: POWERSHELL,
    file: "PowerShell.EXE",
    description: "Windows PowerShell",
    company: MICROSOFT,
    parents: [
      SVCHOST,
      CODE,
      "C:\\Program Files\\Microsoft Monitoring Agent\\Agent\\MonitoringHost.exe",
      "C:\\Windows\\CCM\\CcmExec.exe",
    ],
    weight: 45,
    user: "system",
    lines: [
      `"${POWERSHELL}" -NoLogo -NonInteractive -File "C:\\Program Files\\~\\Collect-~.ps1" -Id ####`,
      `powershell.exe -ExecutionPolicy RemoteSigned -File C:\\ProgramData\\~\\Inventory.ps1`,
      `"${POWERSHELL}" -Command "Get-CimInstance Win32_LogicalDisk | Select-Object DeviceID,FreeSpace"`,
    ],
  },
  {
    image: `${SYSTEM32}wbem\\WmiPrvSE.exe`,
    file: "Wmiprvse.exe",
    description: "WMI Provider Host",
    company: MICROSOFT,
    parents: [SVCHOST],
    weight: 35,
    user: "service",
    lines: [`${SYSTEM32}wbem\\wmiprvse.exe -secured -Embedding`, `${SYSTEM32}wbem\\wmiprvse.exe -Embedding`],
  },
  {
    image: `${SYSTEM32}taskhostw.exe`,
    file: "taskhostw.exe",
    description: "Host Process for Windows Tasks",
    company: MICROSOFT,
    parents: [SVCHOST],
    weight: 35,
    lines: ["taskhostw.exe", "taskhostw.exe {222A245B-E637-4AE9-A93F-A59CA119A75E}", "taskhostw.exe KEYROAMING"],
  },
  {
    image: `${SYSTEM32}backgroundTaskHost.exe`,
    file: "backgroundTaskHost.exe",
    description: "Background Task Host",
    company: MICROSOFT,
    parents: [SVCHOST],
    weight: 50,
    lines: [`"${SYSTEM32}backgroundTaskHost.exe" -ServerName:App.AppX%%%%%%%%%%%%%%%%%%%%%%%%.mca`],
  },
  {
    image: `${SYSTEM32}RuntimeBroker.exe`,
    file: "RuntimeBroker.exe",
    description: "Runtime Broker",
    company: MICROSOFT,
    parents: [SVCHOST],
    weight: 45,
    lines: [`${SYSTEM32}RuntimeBroker.exe -Embedding`],
  },
  {
    image: `${SYSTEM32}dllhost.exe`,
    file: "dllhost.exe",
    description: "COM Surrogate",
    company: MICROSOFT,
    parents: [SVCHOST],
    weight: 45,
    lines: [`${SYSTEM32}DllHost.exe /Processid:{%%%%%%%%-%%%%-%%%%-%%%%-%%%%%%%%%%%%}`],
  },
  {
    image: `${SYSTEM32}SearchProtocolHost.exe`,
    file: "SearchProtocolHost.exe",
    description: "Microsoft Windows Search Protocol Host",
    company: MICROSOFT,
    parents: [`${SYSTEM32}SearchIndexer.exe`],
    weight: 40,
    user: "system",
    lines: [
      `"${SYSTEM32}SearchProtocolHost.exe" Global\\UsGthrFltPipeMssGthrPipe_S-1-5-21-#########-##########-#########-####_ Global\\UsGthrCtrlFltPipeMssGthrPipe 1 -2147483646 "Software\\Microsoft\\Windows Search" "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT; MS Search 4.0 Robot)" "C:\\ProgramData\\Microsoft\\Search\\Data\\Temp\\usgthrsvc" "DownLevelDaemon" "1"`,
    ],
  },
  {
    image: `${SYSTEM32}rundll32.exe`,
    file: "RUNDLL32.EXE",
    description: "Windows host process (Rundll32)",
    company: MICROSOFT,
    parents: [SVCHOST, EXPLORER],
    weight: 14,
    lines: [
      `${SYSTEM32}rundll32.exe shell32.dll,SHCreateLocalServerRunDll {9BA05972-F6A8-11CF-A442-00A0C90A8F39} -Embedding`,
      `${SYSTEM32}rundll32.exe ${SYSTEM32}shell32.dll,OpenAs_RunDLL C:\\Users\\@\\Downloads\\~.####`,
    ],
  },
  {
    image: `${SYSTEM32}net.exe`,
    file: "net.exe",
    description: "Net Command",
    company: MICROSOFT,
    parents: [CMD],
    weight: 6,
    lines: ["net  use X: \\\\fs##.example.com\\~", "net  time"],
  },
  {
    image: `${SYSTEM32}reg.exe`,
    file: "reg.exe",
    description: "Registry Console Tool",
    company: MICROSOFT,
    parents: [CMD, "C:\\Windows\\CCM\\CcmExec.exe"],
    weight: 8,
    lines: [`reg  query "HKLM\\SOFTWARE\\~\\Agent" /v Version`, `reg query HKCU\\Software\\~ /s`],
  },
  {
    image: `${SYSTEM32}sc.exe`,
    file: "sc.exe",
    description: "Service Control Manager Configuration Tool",
    company: MICROSOFT,
    parents: [SVCHOST, CMD],
    weight: 8,
    lines: [`${SYSTEM32}sc.exe start w32time task_started`, "sc  query ~"],
  },
  {
    image: `${SYSTEM32}schtasks.exe`,
    file: "schtasks.exe",
    description: "Task Scheduler Configuration Tool",
    company: MICROSOFT,
    parents: [CMD, "C:\\Program Files\\~\\Updater.exe"],
    weight: 5,
    lines: [`schtasks /query /tn "\\~\\Update" /fo csv`],
  },
  {
    image: "C:\\Program Files\\Git\\cmd\\git.exe",
    file: "git.exe",
    description: "Git for Windows",
    company: "The Git Development Community",
    parents: [CODE, CMD, "C:\\Program Files\\Git\\bin\\bash.exe"],
    weight: 70,
    lines: [
      `git.exe for-each-ref --sort -committerdate --format %(refname) %(objectname) %(*objectname)`,
      `git.exe config --get-all user.name`,
      `git.exe ls-files --stage -- D:\\src\\~\\~.ts`,
      `git.exe fetch --prune origin ~/####`,
    ],
  },
  {
    image: "C:\\Program Files\\nodejs\\node.exe",
    file: "node.exe",
    description: "Node.js JavaScript Runtime",
    company: "Node.js",
    parents: [CMD, CODE],
    weight: 35,
    lines: [
      `"C:\\Program Files\\nodejs\\node.exe" D:\\src\\~\\node_modules\\.bin\\..\\typescript\\bin\\tsc -p tsconfig.json`,
      `node  "D:\\src\\~\\node_modules\\vite\\bin\\vite.js" build --mode ~`,
    ],
  },
  {
    image: CODE,
    file: "electron.exe",
    description: "Visual Studio Code",
    company: MICROSOFT,
    parents: [CODE, EXPLORER],
    weight: 30,
    lines: [
      `"${CODE}" --type=renderer --user-data-dir="C:\\Users\\@\\AppData\\Roaming\\Code" --standard-schemes=vscode-webview,vscode-file --enable-sandbox --lang=en-US --num-raster-threads=4 --renderer-client-id=## --launch-time-ticks=######### --vscode-window-config=vscode:%%%%%%%%-%%%%-%%%%-%%%%-%%%%%%%%%%%% /prefetch:1`,
    ],
  },
  {
    image: TEAMS,
    file: "ms-teams.exe",
    description: "Microsoft Teams",
    company: MICROSOFT,
    parents: [EXPLORER, SVCHOST],
    weight: 12,
    lines: [`"ms-teams.exe" msteams:system-initiated`],
  },
  {
    image: "C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE",
    file: "WinWord.exe",
    description: "Microsoft Word",
    company: MICROSOFT,
    parents: [EXPLORER, "C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE"],
    weight: 15,
    lines: [
      `"C:\\Program Files\\Microsoft Office\\Root\\Office16\\WINWORD.EXE" /n "C:\\Users\\@\\OneDrive - Example\\~\\~ ####.docx" /o ""`,
    ],
  },
  {
    image: "C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE",
    file: "Outlook.exe",
    description: "Microsoft Outlook",
    company: MICROSOFT,
    parents: [EXPLORER],
    weight: 8,
    lines: [`"C:\\Program Files\\Microsoft Office\\Root\\Office16\\OUTLOOK.EXE" /recycle`],
  },
  {
    image: "C:\\Program Files\\Common Files\\Microsoft Shared\\ClickToRun\\OfficeC2RClient.exe",
    file: "OfficeC2RClient.exe",
    description: "Microsoft Office Click-to-Run Client",
    company: MICROSOFT,
    parents: [SVCHOST],
    weight: 8,
    user: "system",
    lines: [
      `"C:\\Program Files\\Common Files\\Microsoft Shared\\ClickToRun\\OfficeC2RClient.exe" /frequentupdate SCHEDULEDTASK displaylevel=False`,
    ],
  },
  {
    image: "C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.24050.7-0\\MpCmdRun.exe",
    file: "MpCmdRun.exe",
    description: "Microsoft Malware Protection Command Line Utility",
    company: MICROSOFT,
    parents: ["C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.24050.7-0\\MsMpEng.exe", SVCHOST],
    weight: 18,
    user: "service",
    lines: [
      `"C:\\ProgramData\\Microsoft\\Windows Defender\\platform\\4.18.24050.7-0\\MpCmdRun.exe" GetDeviceTicket -AccessKey %%%%%%%%-%%%%-%%%%-%%%%-%%%%%%%%%%%%`,
      `"C:\\ProgramData\\Microsoft\\Windows Defender\\platform\\4.18.24050.7-0\\MpCmdRun.exe" SignatureUpdate -ScheduleJob -RestrictPrivileges -Reinvoke`,
    ],
  },
  {
    image: "C:\\Program Files (x86)\\Microsoft\\EdgeUpdate\\MicrosoftEdgeUpdate.exe",
    file: "msedgeupdate.dll",
    description: "Microsoft Edge Update",
    company: MICROSOFT,
    parents: [SVCHOST],
    weight: 25,
    user: "system",
    lines: [
      `"C:\\Program Files (x86)\\Microsoft\\EdgeUpdate\\MicrosoftEdgeUpdate.exe" /ua /installsource scheduler`,
      `"C:\\Program Files (x86)\\Microsoft\\EdgeUpdate\\MicrosoftEdgeUpdate.exe" /ping PD94bWwgdmVyc2lvbj0iMS4wIiBlbmNvZGluZz0iVVRGLTgiPz48cmVxdWVzdCBwcm90b2NvbD0iMy4wIj4%%%%%%%%%%%%`,
    ],
  },
  {
    image: "C:\\Program Files\\Google\\GoogleUpdater\\128.0.6537.0\\updater.exe",
    file: "updater.exe",
    description: "Google Updater",
    company: "Google LLC",
    parents: [SVCHOST],
    weight: 14,
    user: "system",
    lines: [
      `"C:\\Program Files\\Google\\GoogleUpdater\\128.0.6537.0\\updater.exe" --wake --system --enable-logging --vmodule=*/chrome/updater/*=2`,
    ],
  },
  {
    image: "C:\\Program Files\\Java\\jdk-21\\bin\\java.exe",
    file: "java.exe",
    description: "OpenJDK Platform binary",
    company: "Eclipse Adoptium",
    parents: [CMD, SERVICES],
    weight: 12,
    lines: [
      `"C:\\Program Files\\Java\\jdk-21\\bin\\java.exe" -Xmx####m -jar D:\\apps\\~\\~-#.#.#.jar --server.port=####`,
    ],
  },
  {
    image: "C:\\Program Files\\Python312\\python.exe",
    file: "python.exe",
    description: "Python",
    company: "Python Software Foundation",
    parents: [CMD, CODE],
    weight: 12,
    lines: [`python  D:\\jobs\\~\\~.py --since 2024-0#-## --limit ####`],
  },
  {
    image: `${SYSTEM32}msiexec.exe`,
    file: "msiexec.exe",
    description: "Windows® installer",
    company: MICROSOFT,
    parents: [SERVICES, "C:\\Windows\\CCM\\CcmExec.exe"],
    weight: 5,
    user: "system",
    lines: [
      `${SYSTEM32}msiexec.exe /V`,
      `"${SYSTEM32}msiexec.exe" /i "C:\\Windows\\ccmcache\\%%\\~.msi" /qn REBOOT=ReallySuppress`,
    ],
  },
  {
    image: `${SYSTEM32}whoami.exe`,
    file: "whoami.exe",
    description: "whoami - displays logged on user information",
    company: MICROSOFT,
    parents: [CMD, POWERSHELL],
    weight: 1,
    lines: ["whoami  /all"],
  },
  {
    image: POWERSHELL,
    file: "PowerShell.EXE",
    description: "Windows PowerShell",
    company: MICROSOFT,
    parents: [CMD, "C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE"],
    weight: 1,
    lines: [
      `powershell.exe -nop -w hidden -enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQAIABOAGUAdAAuAFcAZQBiAEMAbABpAGUAbgB0ACkA`,
    ],
  },
];

const WORDS = [
  "alpha",
  "billing",
  "catalogue",
  "delivery",
  "ledger",
  "orders",
  "payroll",
  "pricing",
  "reports",
  "search",
  "shop",
  "stock",
  "travel",
  "vault",
  "warehouse",
];
const PEOPLE = [
  "a.berg",
  "b.costa",
  "c.dubois",
  "d.eriksen",
  "e.farkas",
  "f.garcia",
  "g.hoang",
  "h.ivanova",
  "i.jansen",
  "j.kowalski",
];
const HEX = "0123456789ABCDEF";

/** Small, fast and the same everywhere (xorshift32). */
function makeRandom(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

export function processEvents(count: number, seed = 1): readonly JsonObject[] {
  const random = makeRandom(seed);
  const wheel = PROGRAMS.flatMap((program) => Array.from({ length: program.weight }, () => program));
  return Array.from({ length: count }, (_, i) => processEvent(pick(wheel, random), i, random));
}

function pick<T>(list: readonly T[], random: (below: number) => number): T {
  const one = list[random(list.length)];
  if (one === undefined) throw new RangeError("nothing to pick from");
  return one;
}

function processEvent(program: Program, number: number, random: (below: number) => number): JsonObject {
  const person = pick(PEOPLE, random);
  const host = `WS-${String(random(400)).padStart(4, "0")}`;
  const hex = (length: number): string => Array.from({ length }, () => HEX.charAt(random(16))).join("");
  const filled = (text: string): string =>
    text.replace(/[#@%~]/g, (mark) => {
      if (mark === "#") return String(random(10));
      if (mark === "%") return hex(1);
      return mark === "@" ? person : pick(WORDS, random);
    });
  const user =
    program.user === "system"
      ? "NT AUTHORITY\\SYSTEM"
      : program.user === "service"
        ? "NT AUTHORITY\\NETWORK SERVICE"
        : `EXAMPLE\\${person}`;
  const guid = (): string => `{${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}}`;
  const time = new Date(Date.UTC(2026, 2, 3, 8) + number * 137).toISOString();
  const parent = filled(pick(program.parents, random));
  return {
    EventID: 1,
    Channel: "Microsoft-Windows-Sysmon/Operational",
    Provider_Name: "Microsoft-Windows-Sysmon",
    Computer: `${host}.example.com`,
    RuleName: "-",
    UtcTime: time.replace("T", " ").replace("Z", ""),
    ProcessGuid: guid(),
    ProcessId: String(1_000 + random(30_000)),
    Image: filled(program.image),
    FileVersion: "10.0.22621.3672 (WinBuild.160101.0800)",
    Description: program.description,
    Product: program.company === MICROSOFT ? WINDOWS : program.description,
    Company: program.company,
    OriginalFileName: program.file,
    CommandLine: filled(pick(program.lines, random)),
    CurrentDirectory: program.user === undefined ? `C:\\Users\\${person}\\` : SYSTEM32,
    User: user,
    LogonGuid: guid(),
    LogonId: `0x${hex(6).toLowerCase()}`,
    TerminalSessionId: program.user === undefined ? "2" : "0",
    IntegrityLevel: program.user === undefined ? "Medium" : "System",
    Hashes: `MD5=${hex(32)},SHA256=${hex(64)},IMPHASH=${hex(32)}`,
    ParentProcessGuid: guid(),
    ParentProcessId: String(500 + random(20_000)),
    ParentImage: parent,
    ParentCommandLine: parent === SVCHOST ? `${SVCHOST} -k netsvcs -p -s Schedule` : `"${parent}" `,
    ParentUser: program.user === "person" || program.user === undefined ? `EXAMPLE\\${person}` : "NT AUTHORITY\\SYSTEM",
  };
}
