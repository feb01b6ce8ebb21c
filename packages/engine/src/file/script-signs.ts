/**
 * What a script, a macro or a shortcut's arguments set out to do, in any of its layers.
 * FD2. A pattern looks for the deed and its object together: a word alone is in every manual.
 */
import { type Layer, layersOf } from "./script-layers.ts";
import { type Sign, type SignId, sign } from "./sign.ts";

const DEEDS: readonly (readonly [SignId, RegExp])[] = [
  [
    "script-download-and-run",
    /(?:\biex\b|invoke-expression|\|\s?iex)[\s\S]{0,300}?(?:downloadstring|downloaddata|invoke-webrequest|\biwr\b|net\.webclient)|(?:downloadstring|downloaddata|invoke-webrequest|\biwr\b)[\s\S]{0,300}?(?:\biex\b|invoke-expression)/i,
  ],
  ["script-download-then-start", /downloadfile\s?\([\s\S]{0,300}?(?:start-process|invoke-item|shellexecute|\.run\b)/i],
  [
    "script-encoded-command",
    /\b(?:powershell|pwsh)(?:\.exe)?["']?\s[^\n]{0,200}?[-/]e(?:nc?|nco|ncod\w{0,11})?\s+["']?[A-Za-z0-9+/=]{40,}/i,
  ],
  [
    "script-hidden-window",
    /[-/]w(?:in|indowstyle)?\s+(?:hidden|1)\b[^\n]{0,200}?[-/](?:ep|ex\w{0,14}|nop\w{0,6})\b|[-/](?:ep|ex\w{0,14}|nop\w{0,6})\b[^\n]{0,200}?[-/]w(?:in|indowstyle)?\s+(?:hidden|1)\b/i,
  ],
  [
    "script-amsi-bypass",
    /amsi(?:initfailed|scanbuffer|context)[\s\S]{0,400}?(?:setvalue|virtualprotect|writ|copy)|(?:getfield|getproc)[\s\S]{0,100}?amsi(?:initfailed|scanbuffer)/i,
  ],
  [
    "script-destroys-recovery",
    /vssadmin(?:\.exe)?["']?\s+(?:delete\s+shadows|resize\s+shadowstorage)|wmic(?:\.exe)?["']?\s+shadowcopy\s+delete|bcdedit[^\n]{0,60}?recoveryenabled\s+no|wbadmin\s+delete\s+(?:catalog|systemstatebackup)|win32_shadowcopy[\s\S]{0,120}?\.delete\(/i,
  ],
  [
    "script-disables-defence",
    /set-mppreference\s[^\n]{0,100}?-disable\w{5,40}\s+(?:\$true|1)|netsh\s+(?:advfirewall\s+set\s+\w{3,14}\s+state|firewall\s+set\s+opmode)\s+(?:off|disable)|\bsetenforce\s+0[\s\S]{0,200}?(?:curl|wget)\s|add-mppreference\s+-exclusionpath\s+["']?[a-z]:\\?["']?(?:\s|$)/i,
  ],
  [
    "script-reverse-shell",
    /\/dev\/tcp\/[\w.]{4,60}\/\d{2,5}[\s\S]{0,40}?[0-2]?[<>]&\s?[0-2]|\bnc(?:at)?\s[^\n]{0,60}?-e\s+\/?(?:bin\/)?(?:ba)?sh|\bmkfifo\s[^\n]{0,120}?\|\s?nc\s|os\.dup2\(\s?\w{1,20}\.fileno\(\)[\s\S]{0,300}?(?:pty\.spawn|subprocess|\/bin\/)|net\.sockets\.tcpclient[\s\S]{0,600}?(?:iex|invoke-expression)\b/i,
  ],
  [
    "script-proxy-execution",
    /\bcertutil(?:\.exe)?\s[^\n]{0,80}?-(?:urlcache|decode\b)[^\n]{0,200}?\.(?:exe|dll|bat|ps1|vbs|js|hta)\b|\bmshta(?:\.exe)?["']?\s+["']?(?:https?:|javascript:|vbscript:)|\bregsvr32(?:\.exe)?\s[^\n]{0,80}?\/i:["']?https?:|\brundll32(?:\.exe)?\s+javascript:|\bbitsadmin(?:\.exe)?\s[^\n]{0,80}?\/transfer[^\n]{0,200}?https?:[^\n]{0,200}?\.(?:exe|dll|ps1|bat)\b/i,
  ],
  [
    "script-dropper",
    /(?:adodb\.stream|adodb\W{1,12}stream)[\s\S]{0,2000}?savetofile[\s\S]{0,2000}?(?:\.run\b|\.exec\b|shellexecute)|(?:msxml2\.(?:server)?xmlhttp|winhttp\.winhttprequest)[\s\S]{0,3000}?(?:adodb\.stream|wscript\.shell|\beval\b|execute(?:global)?\s?\()/i,
  ],
  [
    "script-memory-injection",
    /virtualalloc(?:ex)?\b[\s\S]{0,3000}?(?:createthread|createremotethread|writeprocessmemory|getdelegateforfunctionpointer)/i,
  ],
  ["script-pipe-to-shell", /\b(?:curl|wget)\s[^\n|]{0,300}?\|\s?(?:sudo\s+)?(?:ba|z|da)?sh\b/i],
  [
    "script-evaluates-packed",
    /\beval\s?\(\s?(?:atob|unescape|base64_decode|gzinflate|str_rot13|function\(p,a,c,k,e)|exec\s?\(\s?(?:zlib\.decompress|base64\.b64decode|marshal\.loads|__import__\s?\(\s?["'](?:zlib|base64))|\bassert\s?\(\s?(?:base64_decode|\$_(?:POST|GET|REQUEST))|\beval\s?\(\s?\$_(?:POST|GET|REQUEST)/i,
  ],
];

export interface ScriptFacts {
  readonly layers: readonly Layer[];
  readonly signs: readonly Sign[];
}

export function examineScript(text: string): ScriptFacts {
  const layers = layersOf(text);
  const signs: Sign[] = [];
  for (const [id, pattern] of DEEDS) {
    const layer = layers.find((one) => pattern.test(one.text));
    if (layer === undefined) continue;
    const match = pattern.exec(layer.text);
    const where = layer === layers[0] ? "" : ` (layer: ${layer.how})`;
    signs.push(sign(id, `${shortened(match?.[0] ?? "")}${where}`, layer === layers[0] ? match?.index : layer.offset));
  }
  // A hidden layer alone is a picture or a key; a hidden layer that acts is hiding.
  const acting = layers
    .slice(1)
    .filter((layer) => layer.how !== "joined pieces" && DEEDS.some(([, pattern]) => pattern.test(layer.text)));
  if (acting[0] !== undefined)
    signs.push(
      sign(
        "script-layers",
        `${acting.length} hidden layers that act: ${acting.map(({ how }) => how).join("; ")}`,
        acting[0].offset,
      ),
    );
  return { layers, signs };
}

const shortened = (text: string): string => text.replace(/\s+/g, " ").slice(0, 120);
