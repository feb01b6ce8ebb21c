/** Wanted mails of today, for measuring alone (see `lures-of-today.ts`). */
import type { MailScene } from "./lures-of-today.ts";

const PASS = (server: string, from: string): string =>
  `Authentication-Results: ${server}; dkim=pass header.d=${from}; spf=pass smtp.mailfrom=${from}; dmarc=pass header.from=${from}`;

export const WANTED: readonly MailScene[] = [
  {
    bad: false,
    name: "magazine letter",
    head: `Received: from mta-%oct%.%word%letters.com (mta-%oct%.%word%letters.com [%ip%]) by mx2.%corp% (Postfix) with ESMTPS id %hex8%; %now%\n${PASS("mx2.%corp%", "%word%post.com")}\nDKIM-Signature: v=1; a=rsa-sha256; d=%word%post.com; s=k2; bh=%hex8%; b=%hex12%\nFrom: The %Word% Post <morning@%word%post.com>\nTo: rhea@%corp%\nList-Unsubscribe: <https://%word%post.com/leave/%hex12%>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\nMessage-ID: <%hex12%@%word%letters.com>`,
    subjects: [
      "Morning: harbour strike enters second week",
      "The %day% read: a life in lighthouses",
      "Five charts about rain",
    ],
    html: [
      "<table><tr><td><img src='https://img.%word%post.com/%hex8%.jpg'></td></tr><tr><td><h2>Harbour strike enters second week</h2><p>Dockers and owners meet again on %day%, with a mediator this time. <a href='https://go.%word%post.com/%hex8%'>Continue</a></p><h2>Lives in lighthouses</h2><p>Our reporter spent a winter with the last keepers. <a href='https://go.%word%post.com/%hex8%'>Continue</a></p><p><a href='https://go.%word%post.com/%hex8%'>Sign in to comment</a></p><small>You get this since you are a subscriber. <a href='https://%word%post.com/leave/%hex12%'>Stop these letters</a></small></td></tr></table>",
    ],
    plain: [
      "Harbour strike enters second week\nDockers and owners meet again, with a mediator this time.\nhttps://go.%word%post.com/%hex8%\n\nStop these letters: https://%word%post.com/leave/%hex12%",
    ],
  },
  {
    bad: false,
    name: "outdoor shop sale",
    head: `Received: by 2002:a05:7022:%hex4%:b0 with SMTP id %hex12%; %now%\nAuthentication-Results: mx.google.com; dkim=pass header.i=@%word%outdoor.com header.s=s1; dkim=pass header.i=@sendgrid.info header.s=smtpapi; spf=pass (google.com: domain of bounces+%num%@em%oct%.%word%outdoor.com designates %ip% as permitted sender) smtp.mailfrom=bounces@em%oct%.%word%outdoor.com; dmarc=pass (p=QUARANTINE) header.from=%word%outdoor.com\nReceived: from o%oct%.ptr%num%.%word%outdoor.com (o%oct%.ptr%num%.%word%outdoor.com. [%ip%]) by mx.google.com with ESMTPS id %hex8%; %now%\nDKIM-Signature: v=1; a=rsa-sha256; d=%word%outdoor.com; s=s1; bh=%hex8%; b=%hex12%\nFrom: %Word% Outdoor <hi@%word%outdoor.com>\nTo: rhea@%corp%\nList-Unsubscribe: <https://em%oct%.%word%outdoor.com/wf/unsubscribe?upn=%hex12%>\nMessage-ID: <%hex12%@geopod-ismtpd-%oct%>`,
    subjects: [
      "=?UTF-8?B?4puwIFRlbnRzIDI1JSBvZmYgdW50aWwgU3VuZGF5?=",
      "Rhea, 25% on tents until %day%",
      "Last hours: members save on boots!",
    ],
    html: [
      "<center><a href='https://url%num%.%word%outdoor.com/ls/click?upn=%hex12%%hex12%'><img src='https://cdn.%word%outdoor.com/%hex8%.png' alt='Tents 25% off'></a><h1>TENTS 25% OFF!</h1><p>Only until %day%: all tents, and free post from 50 EUR.</p><a href='https://url%num%.%word%outdoor.com/ls/click?upn=%hex12%%hex12%'>TO THE TENTS</a><p><a href='https://url%num%.%word%outdoor.com/ls/click?upn=%hex12%%hex12%'>Boots</a> <a href='https://url%num%.%word%outdoor.com/ls/click?upn=%hex12%%hex12%'>Packs</a></p><small>%Word% Outdoor Ltd, 4 Quay Lane. <a href='https://em%oct%.%word%outdoor.com/wf/unsubscribe?upn=%hex12%'>No more of these</a></small></center>",
    ],
  },
  {
    bad: false,
    name: "sign-in notice, true",
    head: `Authentication-Results: spf=pass (sender IP is %ip%) smtp.mailfrom=accountprotection.microsoft.com; dkim=pass (signature was verified) header.d=accountprotection.microsoft.com;dmarc=pass action=none header.from=accountprotection.microsoft.com;compauth=pass reason=100\nReceived: from mail-%hex4%.protection.microsoft.com (%ip%) by %cap%.mail.protection.outlook.com with Microsoft SMTP Server; %now%\nDKIM-Signature: v=1; a=rsa-sha256; d=accountprotection.microsoft.com; s=s; bh=%hex8%; b=%hex12%\nFrom: Microsoft account team <account-security-noreply@accountprotection.microsoft.com>\nTo: rhea@%corp%\nMessage-ID: <%hex12%@%cap%>`,
    subjects: ["Microsoft account security info was added", "New app connected to your Microsoft account"],
    html: [
      "<p>An app was given access to rh**@%corp%.</p><p>Was it you? Then ignore this mail. Otherwise <a href='https://account.live.com/p/%hex8%'>look at recent activity</a>.</p><p><a href='https://account.live.com/SecurityNotifications'>Choose where we write to</a></p><p>The Microsoft account team</p>",
    ],
    plain: [
      "An app was given access to rh**@%corp%. Was it you? Then ignore this mail. Otherwise look at https://account.live.com/p/%hex8%",
    ],
  },
  {
    bad: false,
    name: "code host",
    head: `Received: from out-%oct%.smtp.github.com (out-%oct%.smtp.github.com [192.30.252.%oct%]) by mx2.%corp% (Postfix) with ESMTPS id %hex8%; %now%\n${PASS("mx2.%corp%", "github.com")}\nDKIM-Signature: v=1; a=rsa-sha256; d=github.com; s=pf2023; bh=%hex8%; b=%hex12%\nFrom: "M. Okoye" <notifications@github.com>\nReply-To: %word%/%word% <reply+%hex12%@reply.github.com>\nTo: %word%/%word% <%word%@noreply.github.com>\nCc: Mention <mention@noreply.github.com>\nList-ID: <%word%.%word%.github.com>\nList-Unsubscribe: <https://github.com/notifications/unsubscribe/%hex12%>\nMessage-ID: <%word%/%word%/pull/%num%/c%num%@github.com>\nIn-Reply-To: <%word%/%word%/pull/%num%@github.com>`,
    subjects: ["Re: [%word%/%word%] Retry reads after a torn page (PR #%num%)"],
    html: [
      "<p>@m-okoye commented on this pull request.</p><p>Could the retry sit in the pager? Then both callers get it.</p><p>&mdash;<br>Reply to this email directly, <a href='https://github.com/%word%/%word%/pull/%num%#c%num%'>view it on GitHub</a>, or <a href='https://github.com/notifications/unsubscribe-auth/%hex12%'>unsubscribe</a>.</p><img src='https://github.com/notifications/beacon/%hex12%.gif' width=1 height=1>",
    ],
    plain: [
      "@m-okoye commented on this pull request.\n\nCould the retry sit in the pager? Then both callers get it.\n\n-- \nReply to this email directly or view it on GitHub:\nhttps://github.com/%word%/%word%/pull/%num%",
    ],
  },
  {
    bad: false,
    name: "meeting, calendar",
    head: `Received: from EUR05.outbound.protection.outlook.com (40.107.8.%oct%) by %cap%.mail.protection.outlook.com with Microsoft SMTP Server; %now%\nAuthentication-Results: spf=pass (sender IP is 40.107.8.%oct%) smtp.mailfrom=%word%.se; dkim=pass header.d=%word%.se;dmarc=pass action=none header.from=%word%.se\nDKIM-Signature: v=1; a=rsa-sha256; d=%word%.se; s=selector1; bh=%hex8%; b=%hex12%\nFrom: Astrid Lindqvist <astrid@%word%.se>\nTo: Rhea Sund <rhea@%corp%>\nMessage-ID: <%hex12%@EURP195.PROD.OUTLOOK.COM>`,
    subjects: ["Walk-through of the tender, %day% 14:00"],
    html: [
      "<p>Hi both, I have put an hour aside for the tender. Bring the cost sheet, Rhea.</p><p>________________</p><p>Microsoft Teams <a href='https://teams.microsoft.com/l/meetup-join/%hex12%'>Join the meeting</a></p><p>Meeting ID: %num% Passcode: %hex4%</p>",
    ],
    file: "invite.ics",
  },
  {
    bad: false,
    name: "train ticket, French",
    head: `Received: from smtp%oct%.%word%rail.fr (smtp%oct%.%word%rail.fr [%ip%]) by mx2.%corp% (Postfix) with ESMTPS id %hex8%; %now%\n${PASS("mx2.%corp%", "%word%rail.fr")}\nDKIM-Signature: v=1; a=rsa-sha256; d=%word%rail.fr; s=m; bh=%hex8%; b=%hex12%\nFrom: %Word% Rail <ne-pas-repondre@%word%rail.fr>\nTo: rhea@%corp%\nMessage-ID: <%hex12%@%word%rail.fr>`,
    subjects: ["Votre billet Lyon - Marseille du %day%"],
    html: [
      "<p>Bonjour Rhea,</p><p>votre billet est joint. Référence %cap%. Montant réglé : 47,00 EUR par carte.</p><p><a href='https://www.%word%rail.fr/mon-voyage/%hex8%'>Gérer mon voyage</a></p>",
    ],
    file: "billet.pdf",
  },
  {
    bad: false,
    name: "colleague, plain",
    head: `Received: from mail.%corp% (mail.%corp% [10.2.0.4]) by mx2.%corp% (Postfix) with ESMTPS id %hex8%; %now%\nFrom: Tomasz Wilk <tomasz.wilk@%corp%>\nTo: Rhea Sund <rhea@%corp%>\nMessage-ID: <%hex12%@%corp%>\nIn-Reply-To: <%hex12%@%corp%>\nUser-Agent: Mozilla Thunderbird`,
    subjects: ["Re: keys for the archive", "Re: canteen on %day%"],
    plain: [
      "Hi Rhea,\n\nOn 3 March Rhea Sund wrote:\n> who has the second key?\n\nIt hangs in my locker, take it. I will be back from the dentist around two.\n\nTomasz",
      "I'm in. Shall we ask Karel as well? He paid last time, so it would only be fair.\n\n> canteen or the Greek?",
    ],
  },
  {
    bad: false,
    name: "freelancer's bill",
    head: `Received: by 2002:a17:906:%hex4%:b0 with SMTP id %hex12%; %now%\nAuthentication-Results: mx.google.com; dkim=pass header.i=@gmail.com; spf=pass smtp.mailfrom=%word%.draws@gmail.com; dmarc=pass header.from=gmail.com\nReceived: from mail-%hex4%.google.com (mail-%hex4%.google.com. [209.85.208.%oct%]) by mx.google.com with SMTPS id %hex8%; %now%\nDKIM-Signature: v=1; a=rsa-sha256; d=gmail.com; s=2023; bh=%hex8%; b=%hex12%\nFrom: Bea Castellanos <%word%.draws@gmail.com>\nTo: Rhea Sund <rhea@%corp%>\nMessage-ID: <CA%hex12%@mail.gmail.com>`,
    subjects: ["Bill for the six illustrations"],
    plain: [
      "Hello Rhea,\n\nhere is the bill for the six illustrations, the account is the same as in spring. No hurry, end of month is fine. The lion turned out well, didn't he?\n\nBea",
    ],
    file: "bill-%num%.pdf",
  },
  {
    bad: false,
    name: "alarm of a host",
    head: `Received: by mon1.%corp% (Postfix, from userid 114) id %hex8%; %now%\nFrom: zabbix@mon1.%corp%\nTo: ops@%corp%\nMessage-ID: <%hex12%@mon1.%corp%>`,
    subjects: ["Problem: disk of db%oct% above 90 %", "Resolved in 12m: db%oct% unreachable"],
    plain: [
      "Problem started at 04:12:09\nHost: db%oct%\nSeverity: High\nFree space on /var is 9.8 %\nOriginal problem ID: %num%\n",
    ],
  },
  {
    bad: false,
    name: "card statement, German",
    head: `Authentication-Results: spf=pass (sender IP is %ip%) smtp.mailfrom=%word%bank.de; dkim=pass (signature was verified) header.d=%word%bank.de;dmarc=pass action=none header.from=%word%bank.de\nReceived: from out%oct%.%word%bank.de (%ip%) by %cap%.mail.protection.outlook.com with Microsoft SMTP Server; %now%\nDKIM-Signature: v=1; a=rsa-sha256; d=%word%bank.de; s=2024; bh=%hex8%; b=%hex12%\nFrom: %Word%bank <service@%word%bank.de>\nTo: rhea@%corp%\nMessage-ID: <%hex12%@out%oct%.%word%bank.de>`,
    subjects: ["Neue Nachricht in Ihrem Postfach", "Ihr Kontoauszug ist da"],
    html: [
      "<p>Guten Tag Frau Sund,</p><p>in Ihrem Postfach im Onlinebanking liegt ein neuer Kontoauszug. Bitte melden Sie sich wie gewohnt an; aus Sicherheitsgründen enthält diese Mail keinen Link dorthin.</p><p>Ihre %Word%bank<br><a href='https://www.%word%bank.de/impressum'>Impressum</a></p>",
    ],
  },
  {
    bad: false,
    name: "project list",
    head: `Received: from lists.%word%.org (lists.%word%.org [%ip%]) by mx2.%corp% (Postfix) with ESMTPS id %hex8%; %now%\nAuthentication-Results: mx2.%corp%; spf=pass smtp.mailfrom=dev-bounces@lists.%word%.org; dkim=fail header.d=%word%.at; dmarc=none header.from=%word%.at\nReturn-Path: <dev-bounces@lists.%word%.org>\nFrom: Karel Blum <karel@%word%.at>\nTo: dev@lists.%word%.org\nList-Id: developers <dev.lists.%word%.org>\nList-Unsubscribe: <mailto:dev-request@lists.%word%.org?subject=unsubscribe>\nPrecedence: list\nMessage-ID: <%hex12%@%word%.at>\nReferences: <%hex12%@lists.%word%.org>`,
    subjects: ["Re: [dev] deprecating the old reader"],
    plain: [
      "> I would drop it in the next minor.\n\nPlease not before the migration guide is out. Two of our users are on it still, and one of them pays for the build machines.\n\nKarel\n_______________________________________________\ndev mailing list\ndev@lists.%word%.org",
    ],
  },
  {
    bad: false,
    name: "delivery today",
    head: `Received: by 2002:a05:651c:%hex4%:b0 with SMTP id %hex12%; %now%\nAuthentication-Results: mx.google.com; dkim=pass header.i=@dhl.com; spf=pass smtp.mailfrom=noreply.odd@dhl.com; dmarc=pass (p=REJECT) header.from=dhl.com\nReceived: from gateway%oct%.dhl.com (gateway%oct%.dhl.com. [%ip%]) by mx.google.com with ESMTPS id %hex8%; %now%\nDKIM-Signature: v=1; a=rsa-sha256; d=dhl.com; s=20%oct%; bh=%hex8%; b=%hex12%\nFrom: DHL On Demand Delivery <noreply.odd@dhl.com>\nTo: rhea@%corp%\nMessage-ID: <%hex12%@gateway%oct%.dhl.com>`,
    subjects: ["DHL On Demand Delivery: %num%", "Out for delivery: %num%"],
    html: [
      "<p>Your DHL Express shipment %num% from %Word% Ltd is out for delivery on %day% by the end of the day.</p><p>Not at home? <a href='https://delivery.dhl.com/p/%hex8%'>Pick a neighbour or another day</a></p><p><a href='https://www.dhl.com/privacy'>Privacy</a> <a href='https://www.dhl.com/fraud'>Fraud awareness</a></p>",
    ],
  },
  {
    bad: false,
    name: "password link, asked for",
    head: `Received: from a%oct%.smtp-out.eu-west-1.amazonses.com (a%oct%.smtp-out.eu-west-1.amazonses.com [54.240.7.%oct%]) by mx2.%corp% (Postfix) with ESMTPS id %hex8%; %now%\nAuthentication-Results: mx2.%corp%; dkim=pass header.d=%word%board.io; dkim=pass header.d=amazonses.com; spf=pass smtp.mailfrom=0102%hex12%@eu-west-1.amazonses.com; dmarc=pass header.from=%word%board.io\nDKIM-Signature: v=1; a=rsa-sha256; d=%word%board.io; s=%hex8%; bh=%hex8%; b=%hex12%\nFrom: %Word%board <no-reply@%word%board.io>\nTo: rhea@%corp%\nFeedback-ID: 1.eu-west-1.%hex8%:AmazonSES\nMessage-ID: <0102%hex12%-000000@eu-west-1.amazonses.com>`,
    subjects: ["Set a new password for %Word%board", "Confirm your address", "%num% is your login code"],
    html: [
      "<p>Hi Rhea,</p><p>somebody, hopefully you, wants a new password for %Word%board. The link works for half an hour:</p><p><a href='https://app.%word%board.io/password/%hex12%'>Set a new password</a></p><p>If it wasn't you, nothing has changed.</p>",
    ],
    plain: [
      "Hi Rhea,\nsomebody, hopefully you, wants a new password for %Word%board: https://app.%word%board.io/password/%hex12%\nIf it wasn't you, nothing has changed.",
    ],
  },
  {
    bad: false,
    name: "parents' letter, Spanish",
    head: `Received: from %word%.edu.es (%word%.edu.es [%ip%]) by mx2.%corp% (Postfix) with ESMTP id %hex8%; %now%\nAuthentication-Results: mx2.%corp%; spf=none smtp.mailfrom=secretaria@%word%.edu.es; dkim=none; dmarc=none header.from=%word%.edu.es\nFrom: "Secretaria Colegio %Word%" <secretaria@%word%.edu.es>\nTo: familias@%word%.edu.es\nMessage-ID: <%hex12%@%word%.edu.es>`,
    subjects: ["Excursión del %day%: autorización", "URGENTE: cambio de horario mañana"],
    plain: [
      "Estimadas familias:\n\nel %day% iremos al museo de la ciencia. Les rogamos que firmen la autorización adjunta y traigan 6 euros en un sobre.\n\nUn saludo,\nSecretaría",
    ],
    file: "autorizacion.pdf",
  },
  {
    bad: false,
    name: "out of office",
    head: `Received: from EUR02.outbound.protection.outlook.com (40.107.6.%oct%) by %cap%.mail.protection.outlook.com with Microsoft SMTP Server; %now%\nAuthentication-Results: spf=none (sender IP is 40.107.6.%oct%) smtp.helo=EUR02.outbound.protection.outlook.com; dkim=pass header.d=%word%.nl;dmarc=pass action=none header.from=%word%.nl\nFrom: Sanne de Wit <sanne@%word%.nl>\nTo: Rhea Sund <rhea@%corp%>\nAuto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\nIn-Reply-To: <%hex12%@%corp%>\nMessage-ID: <%hex12%@EURP195.PROD.OUTLOOK.COM>`,
    subjects: ["Automatic reply: pallets", "Afwezig: pallets"],
    html: [
      "<p>Dank voor je bericht. Ik ben tot en met %day% met verlof en lees geen mail. Bel bij spoed met Pieter.</p><p>I am on leave until %day%.</p>",
    ],
  },
  {
    bad: false,
    name: "club raffle",
    head: `Received: from mailout.%word%club.org (mailout.%word%club.org [%ip%]) by mx2.%corp% (Postfix) with ESMTP id %hex8%; %now%\nAuthentication-Results: mx2.%corp%; spf=pass smtp.mailfrom=bounce@%word%club.org; dkim=none; dmarc=none header.from=%word%club.org\nFrom: Rowing club <board@%word%club.org>\nReply-To: %word%.treasurer@yahoo.com\nTo: members@%word%club.org\nMessage-ID: <%hex12%@%word%club.org>`,
    subjects: ["You won a ham at the raffle!", "Free boats on %day%: come and win"],
    plain: [
      "Dear Rhea,\n\nyour number %num% won the ham at Sunday's raffle! Fetch it at the boathouse by %day%, else the ergometer crew will eat it. Fees for the new season (80 EUR) go to the usual account.\n\nThe board",
    ],
  },
];
