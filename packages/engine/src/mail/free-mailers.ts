/** Where anyone may have an address: the domain says nothing about who writes. */
export const FREE_MAILERS: ReadonlySet<string> = new Set(
  (
    "gmail.com googlemail.com yahoo.com yahoo.co.uk ymail.com hotmail.com outlook.com live.com msn.com aol.com icloud.com me.com mail.com gmx.com gmx.de gmx.net web.de t-online.de " +
    "yandex.ru yandex.com mail.ru rambler.ru inbox.ru bk.ru list.ru protonmail.com proton.me tutanota.com zoho.com fastmail.com hushmail.com lycos.com excite.com netscape.net juno.com " +
    "orange.fr free.fr laposte.net libero.it virgilio.it tiscali.it uol.com.br bol.com.br terra.com.br 163.com 126.com qq.com sina.com naver.com daum.net rediffmail.com seznam.cz wp.pl o2.pl"
  ).split(" "),
);
