// Scripts and command lines. Each rule asks for a deed with its object, not for a tool's name.

rule powershell_download_and_run
{
    meta: title = "PowerShell runs what it downloads" score = 50 family = "download-and-run"
    strings:
        $run = /\b(iex|invoke-expression)\b/ ascii wide nocase
        $net = "net.webclient" ascii wide nocase
        $get = /\.download(string|data)\s*\(/ ascii wide nocase
    condition: filesize < 2MB and $run and $net and $get
}

rule powershell_amsi_bypass
{
    meta: title = "switches off the script scanner in memory" score = 60 family = "amsi"
    strings:
        $a = "System.Management.Automation.AmsiUtils" ascii wide nocase
        $b = "amsiInitFailed" ascii wide nocase
        $c = /\.SetValue\s*\(/ ascii wide nocase
    condition: filesize < 2MB and all of them
}

rule powershell_reflective_load
{
    meta: title = "loads a program from base64 into memory" score = 45 family = "reflective-load"
    strings:
        $a = /\[(System\.)?Reflection\.Assembly\]::Load\s*\(/ ascii wide nocase
        $b = /\[(System\.)?Convert\]::FromBase64String/ ascii wide nocase
        $c = /\.Invoke\s*\(/ ascii wide nocase
    condition: filesize < 5MB and all of them
}

rule powershell_tcp_shell
{
    meta: title = "a shell over a socket" score = 70 family = "reverse-shell"
    strings:
        $a = "Net.Sockets.TCPClient" ascii wide nocase
        $b = ".GetStream()" ascii wide nocase
        $c = /\b(iex|invoke-expression)\b/ ascii wide nocase
        $d = "Out-String" ascii wide nocase
    condition: filesize < 1MB and all of them
}

rule powershell_shellcode_runner
{
    meta: title = "writes machine code into memory and starts it" score = 60 family = "shellcode-runner"
    strings:
        $a = "VirtualAlloc" ascii wide nocase
        $b = "GetDelegateForFunctionPointer" ascii wide nocase
        $c = "[Byte[]]" ascii wide nocase
    condition: filesize < 2MB and all of them
}

rule shell_reverse_tcp
{
    meta: title = "a shell over a socket" score = 70 family = "reverse-shell"
    strings:
        $a = /\b(ba)?sh\s+-i\s*[0-9]?>&\s*\/dev\/tcp\/[\w.]{3,60}\/\d{2,5}/
        $b = /\bexec\s+\d{1,2}<>\/dev\/tcp\/[\w.]{3,60}\/\d{2,5}/
    condition: filesize < 1MB and any of them
}

rule python_socket_shell
{
    meta: title = "a shell over a socket" score = 70 family = "reverse-shell"
    strings:
        $a = "socket.socket(" ascii
        $b = /os\.dup2\(\s*\w+\.fileno\(\)\s*,\s*[012]\s*\)/ ascii
        $c = /(pty\.spawn|subprocess\.(call|Popen|run))\s*\(\s*\[?\s*["']\/bin\/(ba)?sh/ ascii
    condition: filesize < 1MB and all of them
}

rule php_command_shell
{
    meta: title = "a web shell: runs what a request says" score = 80 family = "web-shell"
    strings:
        $php = "<?php" nocase
        $a = /\b(eval|assert|system|passthru|shell_exec|popen|proc_open)\s*\(\s*@?(base64_decode\s*\(\s*)?\$_(GET|POST|REQUEST|COOKIE|SERVER)\s*\[/ nocase
    condition: filesize < 2MB and $php and $a
}

rule jsp_command_shell
{
    meta: title = "a web shell: runs what a request says" score = 80 family = "web-shell"
    strings:
        $a = /<%[@!\s]/
        $b = /getRuntime\(\)\s*\.\s*exec\s*\(\s*request\.getParameter\s*\(/
    condition: filesize < 2MB and all of them
}

rule aspx_command_shell
{
    meta: title = "a web shell: runs what a request says" score = 80 family = "web-shell"
    strings:
        $a = /<%@\s*Page/ nocase
        $b = /\beval\s*\(\s*Request\s*[.(\[]/ nocase
        $c = /Process\.Start\s*\([^)\n]{0,80}Request/ nocase
    condition: filesize < 2MB and $a and ($b or $c)
}

rule recovery_destruction
{
    meta: title = "destroys what recovery needs" score = 60 family = "recovery"
    strings:
        $a = /vssadmin(\.exe)?\s+delete\s+shadows\s+\/all/ ascii wide nocase
        $b = /wmic(\.exe)?\s+shadowcopy\s+delete/ ascii wide nocase
        $c = /bcdedit(\.exe)?\s+\/set\s+[\w{}]+\s+recoveryenabled\s+no/ ascii wide nocase
        $d = /wbadmin(\.exe)?\s+delete\s+catalog\s+-quiet/ ascii wide nocase
    condition: any of them
}

rule jscript_download_and_run
{
    meta: title = "a script that fetches a program, saves and starts it" score = 55 family = "download-and-run"
    strings:
        $a = /(MSXML2\.(Server)?XMLHTTP|WinHttp\.WinHttpRequest)/ ascii wide nocase
        $b = "ADODB.Stream" ascii wide nocase
        $c = "SaveToFile" ascii wide nocase
        $d = /\.(Run|ShellExecute)\s*\(?/ ascii wide nocase
    condition: filesize < 2MB and all of them
}

rule cron_or_profile_fetch_persistence
{
    meta: title = "a timer that fetches a script and runs it" score = 55 family = "fetch-persistence"
    strings:
        $a = /(\*|\d{1,2}|\*\/\d{1,2})(\s+[\d*\/,-]{1,10}){4}\s+(root\s+)?[^\n]{0,60}\b(curl|wget)\s[^\n|]{4,200}\|\s*(ba)?sh/
    condition: filesize < 1MB and $a
}

rule defender_off_by_script
{
    meta: title = "switches off the virus scanner" score = 50 family = "defence-off"
    strings:
        $a = /Set-MpPreference\s[^\n]{0,80}-DisableRealtimeMonitoring\s+(\$true|1)/ ascii wide nocase
        $b = /reg(\.exe)?\s+add\s[^\n]{0,120}Windows Defender[^\n]{0,80}DisableAntiSpyware[^\n]{0,40}\/d\s+1/ ascii wide nocase
    condition: filesize < 5MB and any of them
}
