/**
 * Unwanted and wanted mails as they look today, written for measuring alone: no sentence, name, list or line of code is
 * shared with what the product's model learns from. Each scene is one kind of mail with its own servers and program.
 */
export interface MailScene {
  readonly bad: boolean;
  readonly name: string;
  /** Header lines; `%x%` is drawn anew in each mail. */
  readonly head: string;
  readonly subjects: readonly string[];
  readonly plain?: readonly string[];
  readonly html?: readonly string[];
  readonly file?: string;
}

const GOOGLE = (spf: string, dkim: string, dmarc: string, from: string): string =>
  `Delivered-To: rhea@%corp%\nReceived: by 2002:a05:6402:%hex4%:0:0:0:0 with SMTP id %hex12%; %now%\nAuthentication-Results: mx.google.com;\n       dkim=${dkim} header.i=@${from} header.s=sel header.b=%hex8%;\n       spf=${spf} (google.com: domain of %hex8%@${from} designates %ip% as permitted sender) smtp.mailfrom=%hex8%@${from};\n       dmarc=${dmarc} (p=NONE sp=NONE dis=NONE) header.from=${from}`;
const OUTLOOK = (spf: string, dkim: string, dmarc: string, from: string): string =>
  `Received: from %cap%P195MB1.EURP195.PROD.OUTLOOK.COM (2603:10a6:20b::7) by %cap%P195MB2.EURP195.PROD.OUTLOOK.COM with HTTPS; %now%\nAuthentication-Results: spf=${spf} (sender IP is %ip%) smtp.mailfrom=${from}; dkim=${dkim} (signature state) header.d=${from};dmarc=${dmarc} action=none header.from=${from};compauth=${dmarc === "pass" ? "pass reason=100" : "fail reason=001"}`;

/** Unwanted. */
export const LURES: readonly MailScene[] = [
  {
    bad: true,
    name: "tenant password",
    head: `${OUTLOOK("softfail", "none", "fail", "%corp%")}\nReceived: from WIN-%cap% (%ip%) by %cap%.mail.protection.outlook.com (10.13.1.2) with Microsoft SMTP Server; %now%\nFrom: "%corp% Postmaster" <rhea@%corp%>\nTo: rhea@%corp%\nMessage-ID: <%hex12%@WIN-%cap%>`,
    subjects: [
      "Mailbox rhea@%corp% is out of sync",
      "Credentials lapse on %day%: keep yours",
      "4 blocked items for rhea",
    ],
    html: [
      "<p>Dear rhea,</p><p>The passphrase of rhea@%corp% lapses %day%. Press below to go on with the one you have.</p><p><a href='https://%word%-%word%.pages.dev/?e=rhea@%corp%'>Hold on to my passphrase</a></p><p style='color:gray'>Sent for %corp% by your exchange desk</p>",
      "<table><tr><td><b>Mail desk</b></td></tr><tr><td>Four letters to rhea@%corp% were kept back owing to a fault in synchronisation.</td></tr><tr><td><a href='https://%word%.r2.dev/%hex8%.html#rhea@%corp%'>Let them through</a></td></tr></table>",
    ],
  },
  {
    bad: true,
    name: "courier toll",
    head: `${GOOGLE("pass", "none", "none", "%word%%word%.top")}\nReceived: from %word%%word%.top (%word%%word%.top. [%ip%]) by mx.google.com with ESMTPS id %hex8% for <rhea@%corp%>; %now%\nFrom: DHL Express <express@%word%%word%.top>\nTo: <rhea@%corp%>\nMessage-ID: <%hex12%@%word%%word%.top>`,
    subjects: [
      "Shipment %num% stopped at the sorting centre",
      "We missed you: choose another day",
      "Import charges outstanding for %num%",
    ],
    html: [
      "<center><img src='https://i.imgur.com/%hex8%.png'><h2>Your shipment waits</h2><p>Import charges of 1,99 EUR are still open for %num%.</p><a href='http://%word%%word%.top/t/%hex8%'>Settle 1,99 EUR</a></center>",
    ],
  },
  {
    bad: true,
    name: "bank, German",
    head: `${GOOGLE("pass", "pass", "pass", "%word%-%word%.com")}\nReceived: from vmi%num%.%word%host.net (vmi%num%.%word%host.net. [%ip%]) by mx.google.com with ESMTPS id %hex8%; %now%\nDKIM-Signature: v=1; a=rsa-sha256; d=%word%-%word%.com; s=mail; bh=%hex8%; b=%hex12%\nFrom: Sparkasse <mitteilung@%word%-%word%.com>\nTo: rhea@%corp%\nMessage-ID: <%hex12%@%word%-%word%.com>`,
    subjects: [
      "Ihr TAN-Verfahren muss neu angemeldet werden",
      "Vorsorgliche Einschränkung Ihres Onlinebankings",
      "Neue Geräteregistrierung nötig",
    ],
    html: [
      "<p>Guten Tag,</p><p>das TAN-Verfahren auf Ihrem Telefon ist nicht mehr gültig. Ohne neue Anmeldung können Sie ab %day% keine Überweisungen mehr freigeben.</p><p><a href='https://%word%-%word%.com/anmeldung/%hex8%'>Zur Anmeldung des Verfahrens</a></p><p>Ihre Sparkasse</p>",
    ],
  },
  {
    bad: true,
    name: "wallet, seed words",
    head: `${OUTLOOK("pass", "pass", "none", "%word%mail.info")}\nReceived: from s%num%.%word%mail.info (%ip%) by %cap%.mail.protection.outlook.com with Microsoft SMTP Server; %now%\nFrom: "MetaMask" <kyc.%hex4%@%word%mail.info>\nTo: rhea@%corp%\nMessage-Id: <%hex12%@%word%mail.info>`,
    subjects: ["Your keys need a new KYC round", "MetaMask: restricted from %day% on", "Proof of ownership missing"],
    html: [
      "<div><h3>Know your customer</h3><p>As of %day%, holders have to prove that their keys are theirs. Those who do not will find their balance frozen.</p><a href='https://%word%.%word%.workers.dev/kyc'>Prove ownership</a></div>",
    ],
  },
  {
    bad: true,
    name: "widow's millions",
    head: `${GOOGLE("pass", "pass", "pass", "gmail.com")}\nReceived: from mail-%hex4%.google.com (mail-%hex4%.google.com. [209.85.220.41]) by mx.google.com with SMTPS id %hex8%; %now%\nDKIM-Signature: v=1; a=rsa-sha256; d=gmail.com; s=2023; bh=%hex8%; b=%hex12%\nFrom: Mrs Helga Aldous <%word%%hex4%@gmail.com>\nReply-To: %word%.chambers@aol.com\nTo: undisclosed-recipients:;\nMessage-ID: <CA%hex12%@mail.gmail.com>`,
    subjects: ["From my sickbed", "My dearest one", "I trust you with this"],
    plain: [
      "My dearest one, by the time you read this I may have gone. The physicians give me weeks. My husband, who traded in cocoa, left nine million four hundred thousand dollars with a bank in Abidjan, and we had no children. I want an honest stranger to use it for orphans and keep a third. Answer at once so that my solicitor can begin, and tell nobody.",
    ],
  },
  {
    bad: true,
    name: "director abroad",
    head: `${OUTLOOK("pass", "pass", "pass", "outlook.com")}\nReceived: from %cap%P195.outlook.com (40.92.1.%oct%) by %cap%.mail.protection.outlook.com with Microsoft SMTP Server; %now%\nDKIM-Signature: v=1; a=rsa-sha256; d=outlook.com; s=s1; bh=%hex8%; b=%hex12%\nFrom: Ingrid Halvorsen <ceo.desk%num%@outlook.com>\nTo: rhea@%corp%\nMessage-ID: <%hex12%@outlook.com>`,
    subjects: ["Rhea?", "small errand", "before noon please"],
    plain: [
      "Rhea, can you step out for an errand? I promised vouchers to some partners and cannot leave the board. Six Apple cards of 100 would do, photograph the strips and mail them here. I'll square it with you tonight. Don't ring, I can't pick up.\n\nIngrid",
      "Rhea, our supplier moved to another bank and their old account is closed. I will forward the new IBAN; please hold the run of today until you have it and then book theirs first. Treat as confidential.\n\nIngrid Halvorsen\nsent from a tablet",
    ],
  },
  {
    bad: true,
    name: "attached page",
    head: `Received: from %word%.%word%.com.br (unknown [%ip%]) by mx2.%corp% (Postfix) with ESMTP id %hex8% for <rhea@%corp%>; %now%\nAuthentication-Results: mx2.%corp%; spf=none smtp.mailfrom=contato@%word%.com.br; dkim=none; dmarc=none header.from=%word%.com.br\nFrom: Accounts Receivable <contato@%word%.com.br>\nTo: rhea@%corp%\nMessage-ID: <%hex12%@%word%.com.br>\nX-Priority: 1`,
    subjects: ["Wire slip %num%", "Copy of transfer attached %num%", "Past due: %num%"],
    plain: ["Rhea,\n\nthe slip of the wire from %day% is in the file. Open it with your work login.\n\nReceivables"],
    file: "slip_%num%.htm",
  },
  {
    bad: true,
    name: "survey, power tools",
    head: `${OUTLOOK("fail", "none", "fail", "%word%.store")}\nReceived: from %hex8%.%word% (%ip%) by %cap%.mail.protection.outlook.com with Microsoft SMTP Server; %now%\nFrom: =?UTF-8?B?8J+OgSBMb3dlJ3M=?= <%hex8%@%word%.store>\nTo: rhea@%corp%\nMessage-ID: <%hex8%.%num%.+=rhea@%corp%@%word%.store>`,
    subjects: [
      "=?UTF-8?B?8J+UpyBSaGVhLCB5b3VyIGRyaWxsIGlzIHJlc2VydmVk?=",
      "Second notice: you did not collect your drill",
      "Tell us how we did, keep the drill",
    ],
    html: [
      "<center><a href='https://t.co/%hex8%'><img src='https://%word%.s3.amazonaws.com/%hex8%.jpg' width=600></a><p>Rhea, a %word% drill set was put aside in your name. Four questions and it is yours, you only cover postage.</p><a href='https://t.co/%hex8%'>COLLECT IT</a><br><br><small>To leave this list <a href='http://%word%.%word%.store/u/%hex12%'>go here</a></small></center>",
    ],
  },
  {
    bad: true,
    name: "voice message",
    head: `Received: from %word%.%word%.jp (%word%.%word%.jp [%ip%]) by mx2.%corp% (Postfix) with ESMTPS id %hex8%; %now%\nAuthentication-Results: mx2.%corp%; spf=pass smtp.mailfrom=%word%.jp; dkim=pass header.d=%word%.jp; dmarc=pass header.from=%word%.jp\nDKIM-Signature: v=1; a=rsa-sha256; d=%word%.jp; s=k; bh=%hex8%; b=%hex12%\nFrom: "Voice desk %corp%" <tanaka@%word%.jp>\nTo: rhea@%corp%\nMessage-ID: <%hex12%@%word%.jp>`,
    subjects: ["Caller left word for rhea (0:41)", "1 unheard recording from +4420%num%"],
    html: [
      "<p>A caller left 41 seconds for rhea at %corp%.</p><p><a href='https://sites.google.com/view/%word%%hex4%'>Hear it</a></p><p>Kept for two days, then wiped.</p>",
    ],
  },
  {
    bad: true,
    name: "camera threat",
    head: `Received: from [%ip%] (port=%num% helo=host-%oct%-%oct%-%oct%-%oct%.dyn.%word%.net) by mx2.%corp% with esmtp (Exim 4.94) id %hex8%; %now%\nFrom: <rhea@%corp%>\nTo: <rhea@%corp%>\nMessage-ID: <%hex12%@%word%.net>`,
    subjects: ["your computer is mine", "read this to the end", "footage"],
    plain: [
      "You do not know me, but for two months I have watched through your lens. I own the router you used and every login you typed. I cut a film: left half the clip you liked, right half your face. Eleven hundred dollars in BTC to bc1q%hex12%%hex12%%hex8% and it is wiped. You have two days from opening this. Police will not find me.",
    ],
  },
  {
    bad: true,
    name: "renewal by telephone",
    head: `${GOOGLE("pass", "pass", "pass", "gmail.com")}\nReceived: from mail-%hex4%.google.com (mail-%hex4%.google.com. [209.85.216.46]) by mx.google.com with SMTPS id %hex8%; %now%\nDKIM-Signature: v=1; a=rsa-sha256; d=gmail.com; s=2023; bh=%hex8%; b=%hex12%\nFrom: Billing Dept <%word%%num%@gmail.com>\nTo: rhea@%corp%\nMessage-ID: <CA%hex12%@mail.gmail.com>`,
    subjects: ["Order placed: Norton 360 deluxe %num%", "Receipt PayPal-%num%: 419.99"],
    plain: [
      "Dear user,\n\nthank you for choosing Norton 360. USD 419.99 leave your account today for three years of cover. Ref %num%.\n\nNot you? Speak to our desk within a day: +1 (888) 555-0%oct%\n\nBilling Dept",
    ],
  },
  {
    bad: true,
    name: "streaming, French",
    head: `Received: from web%num%.%word%.fr (web%num%.%word%.fr [%ip%]) by mx2.%corp% (Postfix) with ESMTP id %hex8%; %now%\nAuthentication-Results: mx2.%corp%; spf=softfail smtp.mailfrom=www-data@web%num%.%word%.fr; dkim=none; dmarc=fail header.from=netflix.com\nFrom: Netflix <info@netflix.com>\nReply-To: noreply@%word%.fr\nTo: rhea@%corp%\nMessage-ID: <%hex12%@web%num%.%word%.fr>`,
    subjects: ["Problème de règlement sur votre espace", "Votre formule est en pause", "Dernier essai de prélèvement"],
    html: [
      "<p>Bonjour Rhea,</p><p>le dernier prélèvement a échoué et votre formule est en pause. Indiquez une autre carte pour reprendre vos séries.</p><a href='http://%word%.fr/wp-includes/css/%hex8%/'>Indiquer une carte</a>",
    ],
  },
  {
    bad: true,
    name: "points, Portuguese",
    head: `${OUTLOOK("pass", "none", "none", "%word%.online")}\nReceived: from srv%num%.%word%.online (%ip%) by %cap%.mail.protection.outlook.com with Microsoft SMTP Server; %now%\nFrom: Livelo <aviso%num%@%word%.online>\nTo: rhea@%corp%\nMessage-Id: <%hex12%@srv%num%.%word%.online>`,
    subjects: ["Rhea, 92.400 pontos vencem hoje", "Troque antes da meia-noite"],
    html: [
      "<a href='https://%word%.azurewebsites.net/%hex8%'><img src='https://%word%.blob.core.windows.net/img/%hex8%.png'></a><p>Seus 92.400 pontos perdem a validade à meia-noite. Troque por produtos ou dinheiro na conta.</p>",
    ],
  },
  {
    bad: true,
    name: "supplier's thread",
    head: `${OUTLOOK("pass", "pass", "pass", "%word%parts.de")}\nReceived: from EUR01.outbound.protection.outlook.com (40.107.1.%oct%) by %cap%.mail.protection.outlook.com with Microsoft SMTP Server; %now%\nDKIM-Signature: v=1; a=rsa-sha256; d=%word%parts.de; s=selector1; bh=%hex8%; b=%hex12%\nFrom: Jonas Brandt <brandt@%word%parts.de>\nTo: rhea@%corp%\nIn-Reply-To: <%hex12%@%corp%>\nReferences: <%hex12%@%corp%>\nMessage-ID: <%hex12%@EURP195.PROD.OUTLOOK.COM>`,
    subjects: ["Re: delivery week 14"],
    html: [
      "<p>Hello Rhea,</p><p>I put the papers into our portal, you open them with your own Microsoft login:</p><p><a href='https://%word%-my.%word%sharing.click/:b:/g/%hex12%'>delivery-14.pdf</a></p><p>Jonas Brandt</p><blockquote>Rhea wrote: when will the pallets come?</blockquote>",
    ],
  },
  {
    bad: true,
    name: "pills",
    head: `Received: from %word%.%word%.ru (%word%.%word%.ru [%ip%]) by mx2.%corp% (Postfix) with SMTP id %hex8%; %now%\nFrom: "Canadian Chemist" <%hex8%@%word%.ru>\nTo: rhea@%corp%\nMessage-ID: <%hex12%@%word%.ru>`,
    subjects: ["Blue ones from 0.79", "No doctor, no questions", "Restock of the famous four"],
    html: [
      "<font size=4 color=red>Famous four from 0.79 a piece</font><br>Shipped unmarked, no doctor needed.<br><a href='http://%word%%hex4%.ru/?%hex8%'>TO THE SHELF</a><br><font color=#fefefe>%word% %word% %word% %word% river stone %word%</font>",
    ],
  },
  {
    bad: true,
    name: "signature by QR",
    head: `${GOOGLE("pass", "pass", "none", "%word%consult.co.za")}\nReceived: from cp%num%.%word%.co.za (cp%num%.%word%.co.za. [%ip%]) by mx.google.com with ESMTPS id %hex8%; %now%\nDKIM-Signature: v=1; a=rsa-sha256; d=%word%consult.co.za; s=default; bh=%hex8%; b=%hex12%\nFrom: "%corp% People team" <thabo@%word%consult.co.za>\nTo: rhea@%corp%\nMessage-ID: <%hex12%@%word%consult.co.za>`,
    subjects: ["Revised pay bands, signature needed by %day%", "Handbook 7.2: acknowledge by %day%"],
    html: [
      "<p>Colleague,</p><p>pay bands were revised. Point your phone at the square below and sign with your work login by %day%.</p><img src='cid:square@%hex4%'>",
    ],
    file: "square.png",
  },
];
