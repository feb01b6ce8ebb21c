/** Wanted mails, continued (our own texts): networks, travel, support, banks, the office. */
import type { Letter } from "./letters-bad.ts";

export const GOOD_LETTERS_DAILY: readonly Letter[] = [
  {
    kind: "receipt",
    language: "en",
    subjects: [
      "{Check in|Boarding pass} for your flight {tomorrow|to Oslo}",
      "Your {ride|stay} on {Tuesday|12 May}",
      "{Ticket|Case} <number>: {we replied|solved}",
      "{Donation|Membership} {receipt|confirmed}",
    ],
    body: [
      "{Dear <person>|Hi <local>|Hello},",
      "{Online check-in for your flight is open until one hour before departure|Thank you for riding with us on Tuesday, the total was <price>|Our colleague answered your question about the broken filter|Thank you for your gift of <price> to the library|We look forward to your stay, check-in is from 15:00}.",
      "?{Bring an identity card to the gate|A new filter was sent to you today at no cost|Free cancellation until 2 May|You can reply to this mail to reopen the case}.",
      "{Have a good trip|Kind regards|Thank you}, <brand>",
    ],
    button: ["Check in", "View receipt", "Manage booking", "See ticket", "Rate this answer"],
    attached: ["boarding.pdf"],
  },
  {
    kind: "notice",
    language: "en",
    subjects: [
      "<person> {commented on|liked} your {photo|post}",
      "You have {3|12} new {notifications|messages}",
      '{New answers|Replies} in "{old radios|bread at home}"',
      "{Card payment|Transfer} of <price>",
      "Your {appointment|delivery slot} on {Friday|3 June}",
    ],
    body: [
      "{Hi <local>|Hello <person>|},",
      "{<person> commented: what a view, where is that?|There are new answers in a topic you follow|You paid <price> with your card ending <number4> at a bakery|Your appointment is confirmed for Friday at 11:20|<person> invited you to connect}.",
      "?{If you do not recognise this payment, call the number on the back of your card|Too many mails? Change your settings|Please come ten minutes early}.",
      "<brand>",
    ],
    button: ["See comment", "View topic", "Open app", "Settings", "Add to calendar"],
  },
  {
    kind: "work",
    language: "en",
    subjects: [
      "Your password {expires in 10 days|must be changed}",
      "{Shared with you|Document}: {plan for the hall|Q2 numbers}",
      "{Please sign|Signed}: {lease|contract} <number>",
      "{Payslip|Time sheet} for {April|June}",
      "Phishing awareness: {training|this month's tip}",
    ],
    body: [
      "{Dear colleagues|Hello <local>|Hi},",
      "{your password expires in ten days, change it at your desk with ctrl-alt-del, we never send links for this|I shared the plan with you, comments until Wednesday please|the contract is signed by both sides, a copy is attached|your payslip is in the personnel portal as every month|this month's tip: look at the address, not at the name}.",
      "?{IT desk, extension 112|Regards, personnel|Ask me if the numbers look odd}",
      "<person>",
    ],
    button: ["Open", "View document", "Go to portal"],
    attached: ["contract.pdf", "plan.xlsx"],
  },
  {
    kind: "promo",
    language: "en",
    subjects: [
      "{Trivia|Joke|Word} of the day",
      "{Your horoscope|Weather warning} for {today|Thursday}",
      "{Sweepstakes|Contest}: {the winners|still time to enter}",
      "{Version|Release} <ph>.0 is {here|out}",
      "{Fantasy league|Match day}: {scores|tips}",
    ],
    body: [
      "{Hello|Hi there|Dear subscriber},",
      "{Today's word is limpet: a snail that holds on|Severe thunderstorms until 17:45 in your county|Congratulations to the winners of our spring contest, the prizes were mailed on Friday|Version <ph>.0 is faster, and free for all registered users until May|Three upsets on Saturday and one record}.",
      "?{Sponsor: save on flowers this week|Upgrade to the full edition for <price>|Tell a friend}.",
      "{You asked for this letter at our site|To leave the list send a mail with unsubscribe}.",
    ],
    button: ["Read on", "Play", "Download", "Enter", "Unsubscribe"],
  },
];
