// Documents, shortcuts and pages.

rule rtf_equation_object
{
    meta: title = "a document that attacks the equation editor" score = 70 family = "equation"
    strings:
        $a = "{\\rt"
        $b = "4571756174696f6e2e33" nocase
        $c = "0002ce020000000000c0000000000000" nocase
        $d = /\\obj(data|update|ocx)/
    condition: $a at 0 and ($b or $c) and $d
}

rule html_builds_program
{
    meta: title = "a page that carries a program" score = 60 family = "html-smuggling"
    strings:
        $a = /["'`]TVqQAAMAAAAEAAAA/
        $b = "new Blob" nocase
        $c = /(createObjectURL|msSaveOrOpenBlob)/ nocase
    condition: filesize < 20MB and all of them
}

rule html_builds_archive
{
    meta: title = "a page that carries an archive or image and saves it" score = 40 family = "html-smuggling"
    strings:
        $a = /["'`]UEsDB[AB][A-Za-z0-9+\/]{400}/
        $b = "new Blob" nocase
        $c = /\.download\s*=/ nocase
        $d = /\.click\s*\(\s*\)/
    condition: filesize < 20MB and all of them
}

rule shortcut_with_script
{
    meta: title = "a shortcut that runs a script" score = 50 family = "shortcut-script"
    strings:
        $a = "powershell" ascii wide nocase
        $b = "mshta" ascii wide nocase
        $c = /h\x00?t\x00?t\x00?p\x00?s?\x00?:\x00?\/\x00?\// nocase
        $d = "FromBase64String" ascii wide nocase
    condition: uint32(0) == 0x0000004C and uint32(4) == 0x00021401 and ($a or $b) and ($c or $d)
}

rule pdf_starts_program
{
    meta: title = "a document that starts a program" score = 60 family = "pdf-launch"
    strings:
        $a = "%PDF-"
        $b = /\/S\s*\/Launch/
        $c = /(cmd|powershell|mshta)(\.exe)?/ nocase
    condition: $a in (0..1024) and $b and $c
}

rule office_macro_project_with_shell
{
    meta: title = "a macro project that names the shell and the network" score = 40 family = "macro"
    strings:
        $a = "_VBA_PROJECT" wide
        $b = "Attribut"
        $c = "WScript.Shell" ascii nocase
        $d = "URLDownloadToFile" ascii nocase
        $e = "powershell" ascii nocase
    condition: uint32(0) == 0xE011CFD0 and $a and $b and 2 of ($c, $d, $e)
}

rule hta_runs_shell
{
    meta: title = "a page application that starts programs" score = 45 family = "hta"
    strings:
        $a = "<hta:application" nocase
        $b = /WScript\.Shell/ nocase
        $c = /\.Run\s*\(?\s*["']/ nocase
        $d = /(powershell|cmd(\.exe)?\s+\/c|mshta)/ nocase
    condition: filesize < 5MB and $a and $b and $c and $d
}
