/**
 * The headers that the receiving side writes, as several receivers write them. Enters: sender, recipient, time. Leaves: lines.
 * OR1. Nothing here is drawn by class: the same receivers take in wanted and unwanted mails.
 */
import type { Random } from "../../learning/random.ts";
import { digits, letters, pick } from "./fill.ts";
import type { MadeSender } from "./sender-parts.ts";

export type Receiver = "bare" | "old" | "gmail" | "exchange" | "postfix";

interface Arriving {
  readonly receiver: Receiver;
  readonly sender: MadeSender;
  readonly to: string;
  readonly arrived: string;
}

const HEX = "0123456789abcdef";

export function receivedBy(arriving: Arriving, random: Random): readonly string[] {
  const { receiver, sender, arrived } = arriving;
  const ip = `${20 + random.below(190)}.${random.below(250)}.${random.below(250)}.${1 + random.below(250)}`;
  const bounce = sender.bounce || sender.address;
  const own = sender.inner === undefined ? [] : [`Received: ${sender.inner}; ${arrived}`];
  if (receiver === "exchange") return [...exchange(arriving, ip, random), ...own];
  const mx =
    receiver === "gmail" ? "mx.google.com" : `mx${digits(1, random)}.${arriving.to.split("@")[1] ?? "example.org"}`;
  const named = sender.rdns === undefined ? `[${ip}]` : `${sender.rdns} [${ip}]`;
  const hop = `Received: from ${sender.helo} (${named})\n by ${mx} with ESMTP id ${letters(10, random)}\n for <${arriving.to}>; ${arrived}`;
  const inner = chanceOf(0.6, random)
    ? [
        receiver === "gmail"
          ? `Received: by 2002:a05:${letters(4, random, HEX)}:${letters(4, random, HEX)} with SMTP id ${letters(12, random)}; ${arrived}`
          : `Received: by 10.${digits(2, random)}.1.${digits(2, random)} with SMTP id ${letters(8, random)}; ${arrived}`,
      ]
    : [];
  const results = resultsOf(sender, receiver, ip);
  const checks = receiver === "old" || chanceOf(0.1, random) ? [] : [`Authentication-Results: ${mx}; ${results}`];
  const sealed =
    receiver === "gmail" && chanceOf(0.7, random) ? [`ARC-Authentication-Results: i=1; ${mx}; ${results}`] : [];
  return [...(chanceOf(0.7, random) ? [`Return-Path: <${bounce}>`] : []), ...inner, ...sealed, ...checks, hop, ...own];
}

const chanceOf = (share: number, random: Random): boolean => random.next() < share;
const hostOf = (address: string): string => address.split("@").at(-1) ?? "";

function resultsOf(sender: MadeSender, receiver: Receiver, ip: string): string {
  const { spf, dkim, dmarc } = sender;
  const guessed = receiver === "exchange" && dmarc === "none" && (spf === "pass" || dkim === "pass");
  return `spf=${spf} ${receiver === "exchange" ? `(sender IP is ${ip}) ` : ""}smtp.mailfrom=${hostOf(sender.bounce || sender.address)}; dkim=${dkim}${sender.signs === undefined ? "" : ` header.d=${sender.signs}`}; dmarc=${guessed ? "bestguesspass" : dmarc} header.from=${hostOf(sender.address)}`;
}

/** Exchange Online hands a mail on within itself three times and writes no name of its own into the results. */
function exchange({ sender, arrived }: Arriving, ip: string, random: Random): readonly string[] {
  const box = `${letters(4, random).toUpperCase()}PR${digits(2, random)}MB${digits(4, random)}.namprd${digits(2, random)}.prod.outlook.com`;
  const edge = `${letters(3, random).toUpperCase()}01FT0${digits(2, random)}.eop-nam${digits(2, random)}.prod.protection.outlook.com`;
  const v6 = `2603:10b6:${letters(3, random, HEX)}:${letters(2, random, HEX)}::${digits(2, random)}`;
  const bounce = sender.bounce || sender.address;
  const results = resultsOf(sender, "exchange", ip);
  const sealed = chanceOf(0.25, random)
    ? [
        `ARC-Seal: i=2; a=rsa-sha256; s=arcselector9901; d=microsoft.com; cv=pass;\n b=${letters(60, random)}`,
        `ARC-Authentication-Results: i=2; mx.microsoft.com 1; ${results}`,
      ]
    : [];
  const way = chanceOf(0.75, random)
    ? [
        `Received: from ${box} (::1) by\n MN0PR19MB6312.namprd19.prod.outlook.com with HTTPS; ${arrived}`,
        ...sealed,
        `Received: from ${edge}\n (${v6}) by ${box} (${v6}) with Microsoft SMTP Server; ${arrived}`,
      ]
    : [];
  return [
    ...way,
    `Authentication-Results: ${results}`,
    ...(chanceOf(0.8, random)
      ? [`Received-SPF: ${sender.spf} (protection.outlook.com: domain of ${hostOf(bounce)}) client-ip=${ip};`]
      : []),
    `Received: from ${sender.helo} (${ip}) by\n ${edge.replace("eop-nam", "mail")} (10.13.${digits(2, random)}.${digits(2, random)}) with Microsoft SMTP Server; ${arrived}`,
    ...(chanceOf(0.9, random) ? [`Return-Path: ${bounce}`] : []),
    `X-Forefront-Antispam-Report: CIP:${ip};${pick(["CTRY:US", "CTRY:DE", "CTRY:FR"], random)};LANG:en;`,
  ];
}
