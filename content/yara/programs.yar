// Programs. Strings of public tools stand beside the format that makes them a tool, so that a text about them is none.

rule mimikatz_strings
{
    meta: title = "credential dumper (mimikatz)" score = 90 family = "mimikatz"
    strings:
        $a = "sekurlsa::logonpasswords" ascii wide nocase
        $b = "gentilkiwi" ascii wide nocase
        $c = "kuhl_m_sekurlsa" ascii wide nocase
        $d = "lsadump::dcsync" ascii wide nocase
    condition: uint16(0) == 0x5A4D and 2 of them
}

rule cobalt_strike_beacon_strings
{
    meta: title = "beacon of an attack framework" score = 80 family = "beacon"
    strings:
        $a = "%s as %s\\%s: %d" ascii
        $b = "beacon.dll" ascii
        $c = "beacon.x64.dll" ascii
        $d = "ReflectiveLoader" ascii
        $e = "%02d/%02d/%02d %02d:%02d:%02d" ascii
    condition: uint16(0) == 0x5A4D and 3 of them
}

rule meterpreter_strings
{
    meta: title = "agent of an attack framework (meterpreter)" score = 80 family = "meterpreter"
    strings:
        $a = "metsrv.dll" ascii nocase
        $b = "ReflectiveLoader" ascii
        $c = "stdapi_" ascii
        $d = "core_channel_open" ascii
    condition: uint16(0) == 0x5A4D and 2 of them
}

rule reflective_loader_export
{
    meta: title = "a library that loads itself from memory" score = 40 family = "reflective-load"
    strings:
        $a = "ReflectiveLoader@4" ascii
        $b = "?ReflectiveLoader@@" ascii
    condition: uint16(0) == 0x5A4D and any of them
}

rule ransom_note_with_programs_work
{
    meta: title = "a program that carries a ransom note" score = 70 family = "ransomware"
    strings:
        $a = /your (files|data|documents) (have been|were|are) encrypted/ ascii wide nocase
        $b = /\bbitcoins?\b/ ascii wide nocase
        $c = ".onion" ascii wide nocase
        $d = /(decrypt(or|ion) (key|tool)|private key)/ ascii wide nocase
        $e = "vssadmin" ascii wide nocase
    condition: (uint16(0) == 0x5A4D or uint32(0) == 0x464C457F) and $a and 2 of ($b, $c, $d, $e)
}

rule coin_miner_linux
{
    meta: title = "coin miner" score = 60 family = "miner"
    strings:
        $a = "stratum+tcp://" ascii
        $b = "stratum+ssl://" ascii
        $c = "--donate-level" ascii
        $d = "randomx" ascii nocase
        $e = "cryptonight" ascii nocase
    condition: uint32(0) == 0x464C457F and ($a or $b) and 2 of ($c, $d, $e)
}

rule ld_preload_rootkit
{
    meta: title = "hides processes by replacing library functions" score = 70 family = "preload-rootkit"
    strings:
        $a = "/etc/ld.so.preload" ascii
        $b = "readdir64" ascii
        $c = "RTLD_NEXT" ascii
        $d = "/proc/self/fd/%d" ascii
        $e = "dlsym" ascii
        $hide = /(hide|magic|hidden)_?(file|gid|proc|port)/ ascii nocase
    condition: uint32(0) == 0x464C457F and $a and $b and $e and $hide and ($c or $d)
}

rule botnet_telnet_passwords
{
    meta: title = "a bot that tries default passwords of devices" score = 60 family = "device-bot"
    strings:
        $a = "/bin/busybox" ascii
        $b = "xc3511" ascii
        $c = "vizxv" ascii
        $d = "7ujMko0admin" ascii
        $e = "/dev/watchdog" ascii
    condition: uint32(0) == 0x464C457F and 3 of them
}

rule anti_analysis_names
{
    meta: title = "looks for analysts' machines" score = 25 family = "anti-analysis"
    strings:
        $a = "VBoxService.exe" ascii wide nocase
        $b = "vmtoolsd.exe" ascii wide nocase
        $c = "wireshark.exe" ascii wide nocase
        $d = "procmon.exe" ascii wide nocase
        $e = "x64dbg.exe" ascii wide nocase
        $f = "SbieDll.dll" ascii wide nocase
    condition: uint16(0) == 0x5A4D and 4 of them
}

rule browser_password_theft
{
    meta: title = "collects passwords of several browsers" score = 50 family = "stealer"
    strings:
        $a = "\\Google\\Chrome\\User Data" ascii wide nocase
        $b = "\\Mozilla\\Firefox\\Profiles" ascii wide nocase
        $c = "Login Data" ascii wide
        $d = "logins.json" ascii wide
        $e = "CryptUnprotectData" ascii wide
        $f = "wallet.dat" ascii wide nocase
    condition: uint16(0) == 0x5A4D and filesize < 20MB and 5 of them
}
