/** What of paths, shells, templates, XML and server-side addresses stands in a text. */
import type { Sign } from "./sql-signs.ts";

const COMMANDS =
  "id|ls|cat|dir|type|whoami|uname|pwd|ps|wget|curl|ping|sleep|nc|ncat|netcat|bash|sh|zsh|ksh|csh|dash|cmd|powershell|pwsh|python[23]?|perl|ruby|php|node|netstat|ifconfig|ipconfig|nslookup|dig|host|echo|printf|rm|cp|mv|chmod|chown|touch|mkdir|kill|env|printenv|set|expr|head|tail|more|less|grep|find|awk|sed|tee|xargs|base64|xxd|telnet|ssh|scp|ftp|tftp|busybox|crontab|hostname|systeminfo|tasklist|net|reg|sc|certutil|bitsadmin|mshta|rundll32|regsvr32|wmic|timeout|true|false|test|sudo|su|exec|eval|system|tac|nl|od|sort|df|mount|last|w|who|ss|ip|arp|route|uptime|vol|ver|copy|del|start";

/** Class, a character without which it cannot be (for speed), and the shape. */
const SHAPES: readonly (readonly [name: string, needs: string, shape: RegExp])[] = [
  ["path-traversal.dots", "..", /(?:^|[^a-z0-9.])\.{2,}(?:;|%00)?[/\\]/i],
  ["path-traversal.many-dots", "..", /(?:\.{1,}[/\\]+){3,}|\.{6,}|(?:\.\.[^a-z0-9\s]{1,6}){3,}/i],
  ["path-traversal.hex-dots", "0x2", /(?:0x2e|0x5c|0x2f|x2e|x5c){2,}/i],
  ["path-traversal.many-slashes", "/", /[/\\]{3,}|(?:\/\.){3,}/],
  [
    "path-traversal.unix-file",
    "etc",
    /(?:^|[/\\.\s"'=:]|%00)etc[/\\]*(?:passwd|shadow|hosts|group|issue|motd|crontab|ssh|apache2?|nginx|mysql|php|sudoers|fstab|profile|resolv)/i,
  ],
  ["path-traversal.kernel-file", "proc", /\/(?:proc|sys)\/(?:self|version|cpuinfo|net|\d+|cmdline|environ|class)/i],
  ["path-traversal.log-file", "/var/", /\/var\/(?:log|www|lib|mail|spool|run)\b/i],
  ["path-traversal.windows-file", "ini", /(?:boot|win|php|system|desktop|my)\.ini\b/i],
  [
    "path-traversal.drive",
    ":",
    /\b[a-z]:[\\/]+(?:windows|winnt|boot|inetpub|users|documents|program|xampp|wamp|apache|temp|system)/i,
  ],
  [
    "path-traversal.secret-file",
    ".",
    /(?:web\.config|web-inf|global\.asa|\.htaccess|\.htpasswd|\.env\b|\.git\/|\.svn\/|\.ssh\/|id_rsa|\.bash_history|wp-config|config\.php|\.aws\/credentials|ntuser\.dat|\bsam\b.{0,8}$)/i,
  ],
  ["path-traversal.wrapper", ":", /\b(?:php|phar|zip|expect|glob|compress\.zlib|file|data|jar|netdoc):\/\//i],
  ["path-traversal.nul", "\0", /\0/],
  ["path-traversal.placeholder", "{", /\{file\}$/i],
  [
    "cmdi.separator",
    "",
    new RegExp(
      `(?:[;|&\`\\n]|\\$\\(|\\|\\||&&|\\bthen\\s|\\bdo\\s)[\\s+]*(?:[/\\\\]?(?:usr[/\\\\])?(?:local[/\\\\])?s?bin[/\\\\])?(?:${COMMANDS})(?:\\.exe)?(?=$|[^a-z0-9_=.])`,
      "i",
    ),
  ],
  [
    "cmdi.bare",
    "",
    new RegExp(`^['"\\s]*(?:${COMMANDS})(?:\\.exe)?(?:\\s+|\\+)(?:-{1,2}[a-z]|/[a-z]|[a-z]:|\\d+\\.|["'*~.])`, "i"),
  ],
  ["cmdi.binary", "bin", /(?:^|[^a-z0-9])(?:usr\/)?(?:local\/)?s?bin\/[a-z]{1,12}/i],
  ["cmdi.substitution", "", /\$\([^)]{1,80}\)|`[^`]{1,80}`/],
  ["cmdi.blank", "$", /\$\{?ifs\b|\{(?:cat|ls|wget|curl|ping|echo|id),/i],
  ["cmdi.redirect", ">", /(?:\d?>{1,2}\s*(?:&\d|\/dev\/|\/tmp\/|\/var\/|[a-z]:\\)|<\s*\/etc\/|\/dev\/tcp\/)/i],
  ["cmdi.quoted-word", "", /\b[a-z]{1,6}(?:''|""|\\)[a-z]{1,6}\s+\//i],
  [
    "cmdi.code-call",
    "(",
    /\b(?:system|exec|passthru|shell_exec|popen|proc_open|assert|eval|phpinfo|os\.system|subprocess|runtime\.getruntime)\s*\(/i,
  ],
  ["cmdi.include", "<!--#", /<!--#\s*(?:exec|include|echo|config)/i],
  ["cmdi.end", "", /[;|&]\s*$/],
  ["template.expression", "", /\{\{[^}]{0,120}(?:\*|\+|__|\(|\||config|self|request|constructor)[^}]{0,120}\}\}/i],
  ["template.dollar", "", /[$#*@]\{[^}]{0,80}(?:\d\s*\*\s*\d|T\(|new\s|getclass|runtime|class|\(|#)/i],
  ["template.percent", "%", /<%[=-]?[^%]{1,120}%>|\{%[^%]{1,120}%\}/],
  ["template.dunder", "__", /__(?:class|mro|subclasses|globals|builtins|import|init|proto)__/i],
  ["template.java", "", /(?:java\.lang\.|processbuilder|getruntime\(|freemarker|#set\s*\(|\?new\()/i],
  ["xxe.doctype", "!", /<!doctype\s[^>]{0,80}(?:\[|system|public)/i],
  ["xxe.entity", "!", /<!entity\s/i],
  ["xxe.include", "x", /<xi:include|xmlns:xi\b/i],
  ["ssrf.metadata", "", /169\.254\.169\.254|metadata\.google|100\.100\.100\.200|fd00:ec2::254|latest\/meta-data/i],
  [
    "ssrf.inner",
    "://",
    /^\s*[a-z]{2,8}:\/\/(?:[^/@\s]{0,80}@)?(?:localhost|127\.|0\.0\.0\.0|\[?::1|\[::ffff:|10\.\d|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|0x[0-9a-f]{2,8}|\d{8,10}(?:[/:]|$)|0177\.|[a-z0-9.-]{1,60}\.(?:internal|local|corp|lan|nip\.io)\b)/i,
  ],
  ["ssrf.scheme", "://", /^\s*(?:gopher|dict|ldap|tftp|sftp|netdoc|jar):\/\//i],
  ["nosql.operator", "$", /(?:\[|["'{,\s])\$(?:ne|gt|gte|lt|lte|regex|where|in|nin|exists|or|and)\b/i],
  ["header.break", "\n", /[\r\n]\s*(?:set-cookie|location|content-type|content-length|http\/1|bcc|x-[a-z-]+)\s*[:/]/i],
];

export function systemSigns(text: string): readonly Sign[] {
  const signs: Sign[] = [];
  const folded = text.toLowerCase();
  for (const [name, needs, shape] of SHAPES) {
    if (needs !== "" && !folded.includes(needs)) continue;
    const found = shape.exec(text);
    if (found !== null) signs.push({ name, from: found.index, to: found.index + found[0].length });
  }
  const lookup = lookupSign(folded);
  return lookup === undefined ? signs : [...signs, lookup];
}

/** `${jndi:`, also through `${lower:j}`, `${::-j}`, `${env:NOTHING:-j}` and the like, innermost first. */
const INNER = /\$\{(?:[^${}]*:-|(?:lower|upper|sys|env|date|main|ctx|base64|k8s|java):)'?([^${}']{0,12})'?\}/g;
const NESTING_MAX = 6;

function lookupSign(folded: string): Sign | undefined {
  const from = folded.indexOf("${");
  if (from < 0) return undefined;
  let text = folded;
  for (let round = 0; round < NESTING_MAX && !text.includes("jndi:"); round += 1) {
    const next = text.replace(INNER, "$1");
    if (next === text) break;
    text = next;
  }
  const found = /\$\{\s*jndi\s*:/.test(text);
  return found ? { name: "lookup.jndi", from, to: Math.min(folded.length, from + 80) } : undefined;
}
