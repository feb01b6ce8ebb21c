/** Wanted mails, continued (our own texts): what services, offices and neighbours of today send, in the forms they send it. */
import type { Letter } from "./letters-bad.ts";

export const GOOD_LETTERS_TODAY: readonly Letter[] = [
  {
    kind: "notice",
    language: "en",
    subjects: [
      "{Your code|Confirmation code|One-time passcode}: <number4><ph>",
      "<number4><ph> is your {log-in code|security code}",
      "{Confirm|Verify} your email address",
    ],
    body: [
      "{Hi <local>|Hello|},",
      "{Enter <number4><ph> to finish signing in|Use the code <number4><ph> to confirm that this address is yours|Tap below to confirm the address you signed up with}.",
      "{It works once and for a quarter of an hour|The code runs out in 10 minutes}. {Nobody from our side will ever ask you for it|Did you not try to sign in? Then do nothing, the code is of no use to others}.",
      "?{The <brand> team|<brand>}",
    ],
    button: ["Confirm address", "Confirm", "Open <brand>"],
  },
  {
    kind: "notice",
    language: "en",
    subjects: [
      "{You asked for a new password|Password change requested}",
      "Your <brand> password was changed",
      "{A new device signed in|Log-in from a new browser}",
      "{Two-step verification|A passkey} was {turned on|added}",
    ],
    body: [
      "{Hello <person>|Hi <local>|Dear customer},",
      "{someone, hopefully you, asked to set a new password for <to>|the password of your account was changed just now|your account was opened on a device we had not seen: {Chrome on Windows|an iPhone|Firefox on Linux}, near {Leeds|Graz|Lyon}, <ip>|two-step verification is now on for your account}.",
      "{If that was you, there is nothing to do|Choose a new one within the hour, after that the link no longer works}. {If it was not, change your password in the settings|Otherwise you can ignore this mail and nothing changes}.",
      "?{You get this mail because it concerns the safety of your account|Need help? Visit our help pages}.",
    ],
    button: ["Set a new password", "See recent activity", "Account settings", "That was me"],
  },
  {
    kind: "receipt",
    language: "en",
    subjects: [
      "{Receipt|Your receipt} from <brand> #<number>",
      "{Payment received|Thank you for your payment}: <price>",
      "{Renewal|Subscription} {receipt|confirmed}: <brand>",
      "{Refund|Credit} of <price> is on its way",
    ],
    body: [
      "{Hello <person>|Hi|Dear <person>},",
      "{We charged <price> to your card ending in <number4> for the plan you chose|You paid <price> to <brand> on the 3rd|We sent <price> back to the card you paid with, banks take up to five days|Your yearly plan was renewed for <price>}.",
      "{Item|Plan}: {studio, monthly|hosting, small|two tickets, stalls}. {Tax|VAT} included. Total <price>. {Receipt|Invoice} no. <number>.",
      "?{The receipt is attached|A copy stays in your account under billing}. {Questions? Answer this mail|You can change or end your plan whenever you like}.",
    ],
    button: ["View receipt", "Download PDF", "Manage plan", "View order"],
    attached: ["Receipt-<number>.pdf", "invoice-<number>.pdf"],
  },
  {
    kind: "receipt",
    language: "en",
    subjects: [
      "{Your parcel|Order <number>} {is out for delivery|was handed over|leaves our warehouse today}",
      "{Delivered|Left with a neighbour}: your parcel",
      "{Collect|Pick up} your order at {the station|our shop}",
    ],
    body: [
      "{Hello <person>|Hi <local>},",
      "{your parcel from <brand> will be with you between 9:40 and 11:10|we left your parcel with your neighbour at number 12|your order is packed and the carrier has it now|your order waits for you until Saturday, bring the code <number4>}.",
      "?{Not at home? Tell us a safe place|Follow the van on the map|Tracking number <number>}.",
      "?{This address does not read answers|Thank you for shopping with us}.",
    ],
    button: ["Track parcel", "Choose a safe place", "See order", "Opening hours"],
  },
  {
    kind: "notice",
    language: "en",
    subjects: [
      "{Your statement|A new document|Your e-statement} is {ready|available}",
      "{Large purchase|Card used abroad|Direct debit}: <price>",
      "{Balance|Deposit} {alert|notice} for account ending <number4>",
    ],
    body: [
      "{Dear <person>|Hello},",
      "{your statement for May can be read in online banking, sign in as you always do|a payment of <price> was made with your card ending <number4>|a direct debit of <price> will leave your account on Monday}.",
      "{For your safety we put no link in this mail|If you do not know this payment call the number on your card|You chose to be told of payments above 50}.",
      "?<brand>, registered office on file. {Please do not answer this mail|Change your alerts in the app}.",
    ],
    button: ["Sign in", "Manage alerts", "Read statement"],
  },
  {
    kind: "work",
    language: "en",
    subjects: [
      "{Invitation|Updated invitation}: {weekly round|hand-over|review} {Tue|Thu} 10:00",
      "{Accepted|Declined}: {weekly round|budget talk}",
      "{Meeting|Call} with {the plumbers|our auditors}",
    ],
    body: [
      "{Hello all|Hi <local>|},",
      "{you are invited to the weekly round on Thursday at ten, room 3 or by the link below|<person> accepted your invitation|can we talk before the auditors come? I put half an hour into the calendar}.",
      "?{Meeting number <number>, passcode <number4>|Organiser: <person>|Agenda: open points, holidays, the new printer}.",
    ],
    button: ["Join the meeting", "Yes", "Accept", "More details"],
    attached: ["invite.ics"],
  },
  {
    kind: "work",
    language: "en",
    subjects: [
      "{Bill|Invoice} <number> {for May|flyers|translation}",
      "{Draft|Final version}: {tax return|floor plan|offer}",
      "{Scan|Copy} of the {lease|signed form}",
    ],
    body: [
      "{Dear <person>|Hello <person>|Hi},",
      "{attached is my bill for the work in May|here is the draft, please look it over and tell me by the end of the month|as promised the scan of the signed form|our offer for the windows is attached}.",
      "?{Thirty days as always, to the account you know|Page 3 is new|Call me if anything is unclear}.",
      "{All the best|With kind regards|Thanks}, <person>",
      "?-- <person>, {Mill Lane 4|Suite 12, Harbour Road}, phone 0<ph> <number>",
    ],
    attached: ["Bill_<number>.pdf", "draft.pdf", "offer_<number>.docx", "scan.pdf"],
  },
  {
    kind: "work",
    language: "en",
    subjects: [
      "{RE|Re|AW}: {order <number>|the broken lift|figures for March|lunch on Friday}",
      "Fwd: {timetable|minutes}",
    ],
    body: [
      "{Hi <local>|Hello|<local>,}",
      "{done, they sent a new one this morning|I asked accounts, it was paid on Monday and should be there by tomorrow|yes, works for me|the second column was wrong, here it is again|see below, can you take this one?}",
      "{Thanks|Best|Cheers}, {<person>|}",
      "?From: <local> Subject: {order|figures} - {has this been paid?|could you check the second column?}",
    ],
  },
  {
    kind: "notice",
    language: "en",
    subjects: [
      "[{OPS|WEB|HELP}-<number4>] {Printer on floor 2|Certificate runs out|Slow start page}",
      "{Ticket|Request} <number> {was updated|is solved}",
      "<person> mentioned you in {Roadmap|Release notes}",
      "[{team/app|lab/site}] {Build failed|New review} (#<number4>)",
    ],
    body: [
      "{<person> wrote|<person> changed the status to done|<person> assigned this to you}:",
      "{the new cartridge is in, please try again|we moved the job to Sunday night so that nobody notices|should this be behind a flag? The old path is still called from the import|the certificate is renewed, next time it happens by itself}.",
      "?{Answer to this mail to comment|You get this because you watch the project|Manage notifications in your profile}.",
    ],
    button: ["View issue", "View it online", "Open ticket", "Reply"],
  },
  {
    kind: "notice",
    language: "en",
    subjects: [
      '<person> shared {a file|a folder|"minutes"} with you',
      "<person> {sent you a document to sign|asks for your signature}",
      "{Signed by everybody|Completed}: {lease|contract} <number>",
    ],
    body: [
      "{Hi <local>|Hello <person>|},",
      "{<person> invited you to edit a file|<person> sent you a document to read and sign|everybody has signed, you find a copy below}.",
      "?{Comment by Friday, please - <person>|The link works for you alone|If you do not know the sender, do not open the document}.",
      "?<brand>, {all rights reserved|help and support}",
    ],
    button: ["Open", "Review document", "View file", "Get a copy"],
  },
  {
    kind: "machine",
    language: "en",
    subjects: [
      "{Delivery failed|Undeliverable|Mail delivery failed}: {photos|Re: the key}",
      "{OK|WARNING|CRITICAL}: {disk|load|backup} on {web<ph>|db<ph>}",
      "{Backup|Cron root@web<ph>} {report|finished}",
      "{Out of office|Automatic reply}: {Re: order|your mail}",
    ],
    body: [
      "{Your message could not be delivered to the address below: the domain was not found|Disk usage on web<ph> is at 81 percent of the volume|The backup of web<ph> finished in 41 minutes, 3 files were skipped|I am away until the 14th and read no mail, <person> helps meanwhile}.",
      "?{550 5.1.1 user unknown|Host: 10.<ph>.4.9 State: soft|rsync: 122 files, total size <number>}.",
    ],
  },
  {
    kind: "news",
    language: "en",
    subjects: [
      "{This week|Sunday letter}: {on old bridges|what bees hear|a walk in fog}",
      "{Five things|What we learned} {about sleep|in May}",
      "{Members' letter|News from the choir} {no. <ph>|spring}",
    ],
    body: [
      "{Dear readers|Hello friends|},",
      "{I went to see the bridge again, and this time the river was high|Bees hear with their knees, or so it seems, and a group in Graz has measured how|Rehearsals start again on the 4th, and we need a tenor}.",
      "{What surprised me was how quiet it was. Nobody builds like that now, and the reasons are not only money|If you want to read more, the full piece is on the site|We thank everybody who helped with the cakes}.",
      "?{Until next week|See you on Tuesday}, <person>",
    ],
    button: ["Read on", "Read in the app", "View in browser", "See dates"],
  },
  {
    kind: "promo",
    language: "en",
    subjects: [
      "{Ends tonight|Last day|24 hours left}: {20|35}% off {boots|lamps|bulbs} {⏳|}",
      "{Back in stock|New in}: {linen|trail shoes} {🌿|}",
      "<local>, {you left something behind|a gift for your birthday}",
      "{Points|Your points} {run out in June|doubled this weekend}",
    ],
    body: [
      "{Hello <local>|Hi there|},",
      "{Our summer sale ends at midnight. Use the code LAMP<ph> at the checkout|The linen you looked at is back, in three colours|Choose a little present with your next order, it is your birthday after all|You have <number4> points, worth <price>. Use them before they run out}.",
      "?{Free returns within 30 days|Only while stocks last|Not with other offers}.",
      "{<brand>, 4 Mill Lane|You get this letter because you shop with us|}.",
    ],
    button: ["Shop now", "See the sale", "Use my points", "Back to my basket"],
  },
  {
    kind: "news",
    language: "en",
    subjects: [
      "{Will you help|Can we count on you}, <local>?",
      "{Tell us|How was} {your stay|the concert|our service}?",
      "{School letter|Class 3b}: {trip|sports day}",
      "{Allotment|Tennis} club: {water is on|courts open}",
    ],
    body: [
      "{Dear <person>|Dear parents|Dear members|Hello},",
      "{Two of our shelters lost their roofs in the storm. A friend of the fund doubles each gift this week|Please take three minutes to tell us how it was, your answers stay with us|On Thursday we go to the mill. Children need boots and something to eat|The water is on again from Saturday, please close the taps well}.",
      "?{Thank you|With thanks for your help|Kind regards}, <person>",
    ],
    button: ["Give now", "Start the questions", "Sign up", "Timetable"],
  },
  {
    kind: "news",
    language: "en",
    subjects: [
      "<person> {wants to connect|endorsed you}",
      "You appeared in {4|9} searches",
      "{Memories|Photos} from {last May|Oslo}",
    ],
    body: [
      "{Hi <local>|},",
      "{<person>, planner at a port, would like to add you|people from 3 companies looked at your page|we put together photos from a year ago}.",
      "?{You can turn these mails off|This mail was meant for <local>}.",
    ],
    button: ["Accept", "See who", "Look", "View profile"],
  },
];

export const GOOD_LETTERS_ABROAD: readonly Letter[] = [
  {
    kind: "receipt",
    language: "de",
    subjects: [
      "{Ihre Bestellung|Auftrag} <number> {ist unterwegs|bei <brand>}",
      "{Rechnung|Ihre Rechnung} Nr. <number>",
      "{Ihr Kontoauszug|Eine neue Mitteilung} {liegt bereit|im Postfach}",
      "{Terminbestätigung|Erinnerung an Ihren Termin} am {Montag|12. Mai}",
    ],
    body: [
      "{Guten Tag <person>|Sehr geehrte Frau <person>|Hallo <local>},",
      "{vielen Dank für Ihren Einkauf, die Ware geht heute in den Versand|anbei erhalten Sie die Rechnung über <price>, zahlbar in 14 Tagen|in Ihrem Postfach liegt ein neues Dokument, bitte melden Sie sich wie gewohnt an|wir freuen uns auf Ihren Besuch am Montag um 8:40 Uhr}.",
      "?{Diese Nachricht wurde automatisch erstellt|Bei Fragen erreichen Sie uns werktags unter 0<ph> <number>|Aus Gründen der Sicherheit enthält diese Nachricht keinen Link}.",
      "{Mit freundlichen Grüßen|Herzliche Grüße}, <brand>",
    ],
    button: ["Sendung verfolgen", "Zur Bestellung", "Zum Postfach", "Termin verschieben"],
    attached: ["Rechnung_<number>.pdf"],
  },
  {
    kind: "work",
    language: "de",
    subjects: [
      "{AW|Re}: {Angebot|Urlaub|Schlüssel}",
      "{Protokoll|Unterlagen} {vom Dienstag|für Montag}",
      "Einladung: {Jour fixe|Abnahme}",
    ],
    body: [
      "{Hallo <local>|Liebe Kollegen|Guten Morgen},",
      "{anbei das Protokoll, bitte bis Freitag ergänzen|passt bei mir, ich bringe den Schlüssel mit|der Kunde möchte die zweite Variante, kannst du das bitte rechnen|wir treffen uns um zehn im großen Raum}.",
      "{Viele Grüße|Gruß|Danke dir}, <person>",
    ],
    attached: ["Protokoll.pdf", "termin.ics"],
  },
  {
    kind: "receipt",
    language: "fr",
    subjects: [
      "{Confirmation|Votre commande} <number>",
      "{Votre facture|Relevé} {de mai|disponible}",
      "{Votre rendez-vous|Votre trajet} du {12|4} juin",
    ],
    body: [
      "{Bonjour <person>|Bonjour|Madame, Monsieur},",
      "{nous avons bien reçu votre commande et la préparons|votre facture de <price> est disponible dans votre espace client|nous vous rappelons votre rendez-vous de jeudi à 9 h 30|votre billet est joint à ce message, bon voyage}.",
      "?{Une question ? Notre service vous répond du lundi au vendredi|Ce message est envoyé automatiquement}.",
      "{Bien à vous|Cordialement|À bientôt}, <brand>",
    ],
    button: ["Suivre ma commande", "Mon espace client", "Voir mon billet"],
    attached: ["facture_<number>.pdf", "billet.pdf"],
  },
  {
    kind: "receipt",
    language: "es",
    subjects: [
      "{Tu pedido|Pedido} <number> {en camino|confirmado}",
      "{Tu factura|Recibo} de {mayo|luz}",
      "{Cita|Reunión} {confirmada|de padres} el {martes|12 de junio}",
    ],
    body: [
      "{Hola <local>|Estimada <person>|Buenos días},",
      "{tu pedido ha salido del almacén y llega el jueves|ya puedes ver la factura de <price> en tu área de cliente|te recordamos la cita del martes a las 10:15|adjuntamos el acta de la reunión y el calendario del curso}.",
      "?{No respondas a este mensaje|Si no puedes venir, avísanos por teléfono|Gracias por confiar en nosotros}.",
      "{Un saludo|Saludos cordiales}, <brand>",
    ],
    button: ["Ver pedido", "Ver factura", "Cambiar la cita"],
    attached: ["acta.pdf", "factura.pdf"],
  },
  {
    kind: "receipt",
    language: "pt",
    subjects: [
      "{Seu pedido|Pedido} <number> {saiu para entrega|foi aprovado}",
      "{Fatura|Comprovante} {de maio|disponível}",
      "{Consulta|Reunião} marcada",
    ],
    body: [
      "{Olá <local>|Prezada <person>|Bom dia},",
      "{o seu pedido saiu do nosso depósito e chega em dois dias|a fatura de <price> já está no aplicativo|confirmamos a sua consulta de quinta-feira às 14h|segue em anexo o comprovante que pediu}.",
      "?{Não é preciso responder|Se tiver dúvidas fale conosco pelo site}.",
      "{Obrigado|Um abraço|Atenciosamente}, <brand>",
    ],
    button: ["Acompanhar pedido", "Ver fatura", "Abrir o aplicativo"],
    attached: ["comprovante.pdf"],
  },
  {
    kind: "news",
    language: "nl",
    subjects: [
      "{Je bestelling|Bestelling} <number> {is onderweg|ontvangen}",
      "{Je factuur|Afrekening} {van mei|staat klaar}",
      "{Nieuwsbrief|Agenda} {juni|van de buurt}",
    ],
    body: [
      "{Beste <person>|Hoi <local>|Goedemorgen},",
      "{je bestelling is onderweg en komt morgen voor twaalven|je factuur van <price> staat klaar in je account|zaterdag is er weer markt op het plein en de muziekschool speelt}.",
      "?{Vragen? Bel ons op werkdagen|Je krijgt deze mail omdat je lid bent}.",
      "{Met vriendelijke groet|Groeten}, <brand>",
    ],
    button: ["Volg je pakket", "Bekijk factuur", "Lees verder"],
  },
  {
    kind: "receipt",
    language: "it",
    subjects: [
      "{Ordine|Il tuo ordine} <number> {spedito|confermato}",
      "{Bolletta|Fattura} {di maggio|disponibile}",
      "{Promemoria|Appuntamento} {giovedì|del 12 giugno}",
    ],
    body: [
      "{Ciao <local>|Gentile <person>|Buongiorno},",
      "{il tuo ordine è partito e arriva venerdì|la fattura di <price> è nella tua area personale|ti ricordiamo l'appuntamento di giovedì alle 9}.",
      "?{Questo messaggio è automatico|Per ogni domanda siamo al telefono}.",
      "{Cordiali saluti|A presto}, <brand>",
    ],
    button: ["Segui la spedizione", "Vedi fattura"],
    attached: ["fattura_<number>.pdf"],
  },
];
