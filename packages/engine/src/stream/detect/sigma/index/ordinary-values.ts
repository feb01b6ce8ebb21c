/**
 * Values as they stand in the fields of ordinary events: our own sample, by which the index judges what is met all day long
 * and what is special. Speed depends on it, never an answer. A value named twice counts twice.
 */

/** Values, by the fields in which they stand. */
export interface OrdinaryValues {
  readonly fields: readonly string[];
  readonly values: readonly string[];
}

/** One a line. */
const lines = (text: string): readonly string[] => text.trim().split("\n");
const words = (text: string): readonly string[] => text.split("|");

export const ORDINARY: readonly OrdinaryValues[] = [
  {
    fields: words(
      "Image|ParentImage|GrandParentImage|SourceImage|TargetImage|ProcessName|NewProcessName|ParentProcessName|Application|ProcessPath|exe|CallingProcess",
    ),
    values: lines(String.raw`
C:\Windows\System32\svchost.exe
C:\Windows\System32\svchost.exe
C:\Windows\System32\svchost.exe
C:\Windows\System32\services.exe
C:\Windows\System32\lsass.exe
C:\Windows\System32\winlogon.exe
C:\Windows\System32\wininit.exe
C:\Windows\System32\csrss.exe
C:\Windows\System32\smss.exe
C:\Windows\System32\cmd.exe
C:\Windows\System32\cmd.exe
C:\Windows\SysWOW64\cmd.exe
C:\Windows\System32\conhost.exe
C:\Windows\System32\conhost.exe
C:\Windows\System32\taskhostw.exe
C:\Windows\System32\taskeng.exe
C:\Windows\System32\backgroundTaskHost.exe
C:\Windows\System32\RuntimeBroker.exe
C:\Windows\System32\dllhost.exe
C:\Windows\System32\spoolsv.exe
C:\Windows\System32\sihost.exe
C:\Windows\System32\SearchIndexer.exe
C:\Windows\System32\SearchProtocolHost.exe
C:\Windows\System32\smartscreen.exe
C:\Windows\System32\wbem\WmiPrvSE.exe
C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe
C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe
C:\Windows\SysWOW64\WindowsPowerShell\v1.0\powershell.exe
C:\Program Files\PowerShell\7\pwsh.exe
C:\Windows\System32\rundll32.exe
C:\Windows\System32\rundll32.exe
C:\Windows\System32\regsvr32.exe
C:\Windows\System32\msiexec.exe
C:\Windows\System32\wscript.exe
C:\Windows\System32\cscript.exe
C:\Windows\System32\mshta.exe
C:\Windows\System32\schtasks.exe
C:\Windows\System32\reg.exe
C:\Windows\System32\net.exe
C:\Windows\System32\net1.exe
C:\Windows\System32\sc.exe
C:\Windows\System32\whoami.exe
C:\Windows\System32\wevtutil.exe
C:\Windows\System32\certutil.exe
C:\Windows\System32\bitsadmin.exe
C:\Windows\System32\wbem\WMIC.exe
C:\Windows\System32\tasklist.exe
C:\Windows\System32\ipconfig.exe
C:\Windows\System32\PING.EXE
C:\Windows\System32\WerFault.exe
C:\Windows\explorer.exe
C:\Windows\explorer.exe
C:\Windows\CCM\CcmExec.exe
C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe
C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe
C:\Program Files (x86)\Microsoft\EdgeUpdate\MicrosoftEdgeUpdate.exe
C:\Program Files\Google\Chrome\Application\chrome.exe
C:\Program Files\Google\Chrome\Application\chrome.exe
C:\Program Files\Mozilla Firefox\firefox.exe
C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE
C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE
C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE
C:\Program Files\Common Files\Microsoft Shared\ClickToRun\OfficeClickToRun.exe
C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.24050.7-0\MsMpEng.exe
C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.24050.7-0\MpCmdRun.exe
C:\Users\user\AppData\Local\Microsoft\OneDrive\OneDrive.exe
C:\Users\user\AppData\Local\Programs\Microsoft VS Code\Code.exe
C:\Users\user\AppData\Local\Temp\setup.tmp\installer.exe
C:\Users\user\Downloads\setup.exe
C:\Program Files\Git\cmd\git.exe
C:\Program Files\nodejs\node.exe
C:\Program Files\Java\jre\bin\java.exe
C:\Python312\python.exe
System
-
/usr/bin/bash
/usr/bin/dash
/bin/sh
/usr/bin/python3.11
/usr/bin/sudo
/usr/bin/curl
/usr/bin/grep
/usr/bin/cat
/usr/sbin/cron
/usr/lib/systemd/systemd
/usr/sbin/sshd
`),
  },
  {
    fields: words("CommandLine|ParentCommandLine|ProcessCommandLine|ServiceFileName|ImagePath|cmdline"),
    values: lines(String.raw`
C:\Windows\system32\svchost.exe -k netsvcs -p -s Schedule
C:\Windows\System32\svchost.exe -k LocalSystemNetworkRestricted -p -s PcaSvc
C:\Windows\system32\svchost.exe -k wsappx -p -s AppXSvc
C:\Windows\system32\services.exe
C:\Windows\Explorer.EXE
C:\Windows\Explorer.EXE /NoUACCheck
\??\C:\Windows\system32\conhost.exe 0xffffffff -ForceV1
\??\C:\Windows\system32\conhost.exe 0x4
C:\Windows\System32\RuntimeBroker.exe -Embedding
C:\Windows\system32\wbem\wmiprvse.exe -secured -Embedding
taskhostw.exe {222A245B-E637-4AE9-A93F-A59CA119A75E}
C:\Windows\system32\DllHost.exe /Processid:{AB8902B4-09CA-4BB6-B78D-A8F59079A8D5}
"C:\Windows\system32\backgroundTaskHost.exe" -ServerName:App.AppXmtcan0h2tfbfy7k9kn8hbxb6dmzz1zh0.mca
"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe" --type=renderer --lang=en-US --device-scale-factor=1 --num-raster-threads=4 --renderer-client-id=12 --time-ticks-at-unix-epoch=-1732312312312312 --launch-time-ticks=2311231231 --field-trial-handle=2100,i,15321231231231,262144 --variations-seed-version /prefetch:1
"C:\Program Files\Google\Chrome\Application\chrome.exe" --type=utility --utility-sub-type=network.mojom.NetworkService --service-sandbox-type=none --no-startup-window --profile-directory="Default" --single-argument https://www.example.com/index.html?id=1&user=2
"C:\Program Files\Microsoft Office\Root\Office16\WINWORD.EXE" /n "C:\Users\user\Documents\report 2024.docx" /o ""
"C:\Program Files\Common Files\Microsoft Shared\ClickToRun\OfficeC2RClient.exe" /update SCHEDULEDTASK displaylevel=False
"C:\ProgramData\Microsoft\Windows Defender\platform\4.18.24050.7-0\MpCmdRun.exe" SignatureUpdate -ScheduleJob -RestrictPrivileges
"C:\Windows\system32\cmd.exe" /c "C:\Scripts\start.bat" & exit
C:\Windows\system32\cmd.exe /d /s /c "git.exe status -z -uall"
cmd.exe /c dir /b /s "D:\data" > C:\Windows\Temp\list.txt 2>&1
cmd /c echo %USERNAME% | findstr /i admin
"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe" -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "C:\ProgramData\agent\inventory.ps1"
powershell.exe -NoLogo -Command "Get-ChildItem -Path C:\Users -Recurse | Select-Object Name; Import-Module ActiveDirectory"
powershell -nop -w hidden -ep bypass -enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQA
C:\Windows\system32\rundll32.exe C:\Windows\system32\shell32.dll,Control_RunDLL desk.cpl
rundll32.exe AppXDeploymentExtensions.OneCore.dll,ShellRefresh
regsvr32.exe /s C:\Program Files\app\control.dll
reg query "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion" /v ProductName
reg add HKCU\Software\Microsoft\Windows\CurrentVersion\Run /v app /t REG_SZ /d "C:\app.exe" /f
schtasks /create /tn "backup" /tr C:\backup.cmd /sc daily /f
net use X: \\server\share
net user /domain
C:\Windows\system32\net1 group "domain admins" /domain
sc query wuauserv
C:\Windows\system32\sc.exe start w32time task_started
C:\Windows\system32\msiexec.exe /V
whoami /all
ipconfig /all
ping -n 1 10.0.0.1
tasklist /svc
wmic process get name,processid
wmic os get caption /format:list
certutil -urlcache -f http://10.0.0.5/a.txt C:\Users\Public\a.txt
wevtutil qe System /c:1 /f:text
git.exe fetch --prune origin main
"C:\Program Files\nodejs\node.exe" C:\src\app\node_modules\typescript\bin\tsc -p tsconfig.json --watch
java -Xmx2048m -jar C:\apps\server-1.2.3.jar --server.port=8080 --config=/etc/app.conf
python -c "import sys; print(sys.version)"
"C:\Windows\System32\WScript.exe" "C:\Users\user\Desktop\logon.vbs"
"C:\Users\user\AppData\Local\Temp\is-1A2B3.tmp\setup.tmp" /SL5="$A1,123,456,C:\Users\user\Downloads\setup.exe" /SILENT
"C:\Users\user\AppData\Roaming\Zoom\bin\Zoom.exe" --url=zoommtg://example.zoom.us/join
/bin/sh -c /usr/lib/update-notifier/update-motd-updates-available
/bin/bash -c ls -la /tmp && cat /etc/passwd | grep root
/usr/bin/python3 /usr/lib/ubuntu-advantage/apt_news.py --config /etc/app.yml
sudo systemctl restart nginx.service
curl -s -o /dev/null https://www.example.com/health
tar -czf /var/backups/home.tar.gz /home/user
find /var/log -name *.gz -mtime +7 -exec rm -f {} ;
chmod +x /usr/local/bin/run.sh
sshd: user [priv]
crontab -l
`),
  },
  {
    fields: words("TargetFilename|ImageLoaded|FileName|SourceFilename|RelativeTargetName"),
    values: lines(String.raw`
C:\Windows\System32\kernel32.dll
C:\Windows\System32\ntdll.dll
C:\Windows\System32\amsi.dll
C:\Windows\System32\version.dll
C:\Windows\System32\dbghelp.dll
C:\Windows\System32\clr.dll
C:\Windows\assembly\NativeImages_v4.0.30319_64\mscorlib\a1\mscorlib.ni.dll
C:\Windows\Microsoft.NET\Framework64\v4.0.30319\clr.dll
C:\Windows\Temp\MPTelemetrySubmit\file.txt
C:\Windows\Prefetch\SVCHOST.EXE-A1B2C3D4.pf
C:\Windows\SoftwareDistribution\Download\a.cab
C:\Windows\System32\drivers\tcpip.sys
C:\Windows\System32\Tasks\Microsoft\Windows\UpdateOrchestrator\Schedule
C:\Users\user\AppData\Local\Microsoft\Edge\User Data\Default\Cache\Cache_Data\f_0001
C:\Users\user\AppData\Local\Google\Chrome\User Data\Default\Network\Cookies
C:\Users\user\AppData\Local\Temp\a1b2.tmp
C:\Users\user\AppData\Local\Temp\__PSScriptPolicyTest_abc.ps1
C:\Users\user\AppData\Roaming\Microsoft\Windows\Recent\report.lnk
C:\Users\user\AppData\Roaming\Microsoft\Windows\Start Menu\Programs\app.lnk
C:\Users\user\Documents\report.docx
C:\Users\user\Downloads\invoice.pdf
C:\Users\user\Downloads\archive.zip
C:\Users\user\Desktop\notes.txt
C:\Users\Public\Desktop\app.lnk
C:\ProgramData\Microsoft\Windows Defender\Scans\mpcache.bin
C:\Program Files\app\bin\app.exe
C:\Program Files\app\bin\app.dll
C:\Program Files (x86)\Common Files\vendor\lib.dll
/etc/passwd
/etc/cron.d/backup
/tmp/a.sh
/var/log/syslog
/usr/lib/x86_64-linux-gnu/libc.so.6
/home/user/.bash_history
`),
  },
  {
    fields: words("TargetObject|ObjectName|EventType"),
    values: lines(String.raw`
HKLM\System\CurrentControlSet\Services\bam\State\UserSettings\S-1-5-21-1-2-3-1001\\Device\HarddiskVolume3\Windows\explorer.exe
HKLM\System\CurrentControlSet\Services\W32Time\Config\Status
HKLM\System\CurrentControlSet\Services\Tcpip\Parameters\Interfaces\{A1}\DhcpIPAddress
HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment\Path
HKLM\SYSTEM\CurrentControlSet\Control\Lsa\LsaPid
HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Run\SecurityHealth
HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Explorer\UserAssist\Count
HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Orchestrator
HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Schedule\TaskCache\Tree\Microsoft\Windows\Task
HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon\Userinit
HKLM\SOFTWARE\Microsoft\Windows Defender\Signature Updates\LastRun
HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU
HKU\S-1-5-21-1-2-3-1001\Software\Microsoft\Windows\CurrentVersion\Explorer\RecentDocs\MRUListEx
HKU\S-1-5-21-1-2-3-1001\Software\Microsoft\Office\16.0\Word\Reading Locations\Document 1\Datetime
HKU\S-1-5-21-1-2-3-1001\Software\Microsoft\Internet Explorer\Main\Start Page
HKU\S-1-5-21-1-2-3-1001_Classes\Local Settings\Software\Microsoft\Windows\Shell\MuiCache
HKCR\CLSID\{A1B2}\InProcServer32\(Default)
`),
  },
  {
    fields: words("ScriptBlockText|Payload|ContextInfo|HostApplication"),
    values: lines(String.raw`
prompt
$global:?
Set-StrictMode -Version 1; $_.PSMessageDetails; $_.ErrorCategory_Message; $_.OriginInfo; $this.Exception.InnerException
function Get-Inventory { param([string]$ComputerName) Get-CimInstance -ClassName Win32_OperatingSystem -ComputerName $ComputerName | Select-Object -Property Caption, Version; Write-Output $result; return $true }
Import-Module ActiveDirectory; Get-ADUser -Filter * -Properties Name | Export-Csv -Path C:\Temp\users.csv -NoTypeInformation; New-Object System.Net.WebClient; Invoke-WebRequest -Uri https://www.example.com -OutFile out.txt
try { Start-Process -FilePath $path -ArgumentList '/quiet' -Wait } catch { Write-Error $_.Exception.Message } foreach ($item in $list) { if ($item -eq $null) { continue } Add-Content -Path $log -Value $item; Remove-Item -Path $tmp -Force -Recurse }
HostName = ConsoleHost HostApplication = C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe -ExecutionPolicy Bypass EngineVersion = 5.1.19041.1 CommandName = Get-Command CommandType = Cmdlet User = EXAMPLE\user Shell ID = Microsoft.PowerShell
`),
  },
  {
    fields: words("Details|NewValue"),
    values: words(
      "DWORD (0x00000000)|DWORD (0x00000001)|DWORD (0x00000001)|Binary Data|Binary Data" +
        String.raw`|QWORD (0x01d9a1b2-0xc3d4e5f6)|(Empty)|C:\Windows\System32\shell32.dll` +
        String.raw`|%%SystemRoot%%\system32\svchost.exe -k netsvcs`,
    ),
  },
  {
    fields: words("OriginalFileName"),
    values: words(
      "svchost.exe|svchost.exe|Cmd.Exe|Cmd.Exe|PowerShell.EXE|PowerShell.EXE|RUNDLL32.EXE|CONHOST.EXE" +
        "|msedge.exe|chrome.exe|EXPLORER.EXE|net.exe|net1.exe|reg.exe|sc.exe|schtasks.exe|REGSVR32.EXE" +
        "|msiexec.exe|wmic.exe|whoami.exe|wscript.exe|cscript.exe|MSHTA.EXE|CertUtil.exe|WinWord.exe" +
        "|Excel.exe|dllhost.exe|taskhostw.exe|RuntimeBroker.exe|Wmiprvse.exe|git.exe|node.exe|-|-|?",
    ),
  },
  {
    fields: words("Description|Product|Company|Signature|Publisher"),
    values: words(
      "Microsoft Corporation|Microsoft® Windows® Operating System|Microsoft Windows" +
        "|Windows Command Processor|Windows PowerShell|Host Process for Windows Services" +
        "|Windows host process (Rundll32)|Microsoft Edge|Google Chrome|Google LLC|Microsoft Office" +
        "|Console Window Host|-|-|?",
    ),
  },
  {
    fields: words("User|SubjectUserName|TargetUserName|AccountName|ParentUser|SubjectDomainName"),
    values: words(
      String.raw`NT AUTHORITY\SYSTEM|NT AUTHORITY\SYSTEM|NT AUTHORITY\NETWORK SERVICE|NT AUTHORITY\LOCAL SERVICE` +
        String.raw`|EXAMPLE\user|EXAMPLE\admin|SYSTEM|WS-0001$|DC01$|user|Administrator|ANONYMOUS LOGON|root|-`,
    ),
  },
  {
    fields: words("EventID|EventCode|event_id"),
    values: words(
      "1|3|5|7|10|11|12|13|22|23|600|800|4103|4104|4624|4624|4625|4634|4648|4656|4658|4663|4670|4672" +
        "|4673|4688|4689|4690|4697|4698|4703|4720|4738|4768|4769|4776|4798|4799|4907|5140|5145|5156|5158" +
        "|7036|7040|7045|1102|104",
    ),
  },
  {
    fields: words("Provider_Name|SourceName|Channel"),
    values: words(
      "Microsoft-Windows-Sysmon|Microsoft-Windows-Security-Auditing|Microsoft-Windows-PowerShell" +
        "|PowerShell|Service Control Manager|Microsoft-Windows-Sysmon/Operational|Security|System" +
        "|Application|Windows PowerShell",
    ),
  },
  {
    fields: words("IntegrityLevel|Initiated|Signed|SignatureStatus|Status"),
    values: words("Medium|High|System|true|false|Valid|0x0|success|Success|S-1-16-12288"),
  },
  {
    fields: words("LogonType|Protocol|DestinationPort|SourcePort|dst_port"),
    values: words("2|3|3|5|10|tcp|udp|443|443|80|53|445|389|88|135|49152|50123"),
  },
  {
    fields: words("GrantedAccess|AccessMask"),
    values: words("0x1000|0x1400|0x1410|0x1fffff|0x1f3fff|0x40|0x1|0x2|0x100|0x20019|0x120089"),
  },
  {
    fields: words("CallTrace"),
    values: lines(String.raw`
C:\Windows\SYSTEM32\ntdll.dll+9d4c4|C:\Windows\System32\KERNELBASE.dll+2c13e|C:\Windows\system32\lsm.dll+10e93|C:\Windows\System32\RPCRT4.dll+76a53|C:\Windows\System32\combase.dll+5a1b|UNKNOWN(00007FFA1B2C3D4E)
`),
  },
  {
    fields: words("PipeName"),
    values: words(
      String.raw`\lsass|\srvsvc|\wkssvc|\spoolss|\mojo.1234.5678.123456789` +
        String.raw`|\PSHost.133000000000000000.1234.DefaultAppDomain.powershell|\crashpad_1234_ABCDEF` +
        "|<Anonymous Pipe>",
    ),
  },
  {
    fields: words("QueryName|DestinationHostname|cs-host|r-dns|query"),
    values: words(
      "www.microsoft.com|login.microsoftonline.com|outlook.office365.com|www.google.com" +
        "|clients4.google.com|raw.githubusercontent.com|github.com|api.dropbox.com|wpad|dc01.example.com" +
        "|_ldap._tcp.dc._msdcs.example.com|s3.amazonaws.com|telemetry.vendor.net|cdn.example.org",
    ),
  },
  {
    fields: words("Hashes|md5|sha1|sha256|Imphash"),
    values: lines(`
MD5=8A0A29438052FAED8A2532DA50455756,SHA256=7FD065BAC18C5278777AE44908101CDFED72D26FA741367F0AD4D02020787AB6,IMPHASH=247B9220E5D9B720A82B2C8B5069AD69
SHA1=8A0A29438052FAED8A2532DA50455756000000AA
`),
  },
  {
    fields: words("eventName|operationName|OperationName|Operation|action|ActivityType|eventType|EventType"),
    values: words(
      "AssumeRole|DescribeInstances|ConsoleLogin|GetObject|PutObject|ListBuckets|GetCallerIdentity" +
        "|Decrypt|UserLoggedIn|MailItemsAccessed|FileAccessed|Sign-in activity|Update user" +
        "|user.session.start|SetValue|CreateKey|git.clone|get|list|watch",
    ),
  },
  {
    fields: words("eventSource"),
    values: words(
      "sts.amazonaws.com|ec2.amazonaws.com|s3.amazonaws.com|kms.amazonaws.com|iam.amazonaws.com" +
        "|signin.amazonaws.com",
    ),
  },
  {
    fields: words("cs-uri-query|c-uri|cs-uri-stem|cs-uri|c-uri-query|cs-referer"),
    values: words(
      "/|/index.html|/favicon.ico|/api/v1/users?id=1&page=2|/wp-login.php|/images/logo.png" +
        "|/static/js/main.js|https://www.example.com/search?q=hello%20world" +
        "|/owa/auth/logon.aspx?url=https%3a%2f%2fmail.example.com|-",
    ),
  },
  {
    fields: words("c-useragent|cs-user-agent|userAgent"),
    values: lines(`
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0
Microsoft-CryptoAPI/10.0
aws-cli/2.15.0 Python/3.11 Linux/5.15
curl/8.4.0
Microsoft BITS/7.8
console.amazonaws.com
`),
  },
  {
    fields: words("type|a0|a1|a2|a3|key|syscall"),
    values: words(
      "SYSCALL|EXECVE|PATH|CWD|PROCTITLE|USER_AUTH|SERVICE_START|bash|sh|-c|ls|cat|grep|sudo|/bin/sh" +
        "|execve|openat|(null)",
    ),
  },
  {
    fields: words("sc-status|cs-method|c-method"),
    values: words("200|304|404|302|GET|GET|POST|HEAD"),
  },
];
