/**
 * Texts of wanted mails, our own: letters of people, of shops and services that were ordered, of programs. They press, sell
 * and warn too: a wanted mail is not one that is quiet.
 */
import type { Letter } from "./letters-bad.ts";

export const GOOD_LETTERS: readonly Letter[] = [
  {
    kind: "person",
    language: "en",
    subjects: [
      "{Re: |}{Dinner|Weekend|Lunch} on {Friday|Saturday}",
      "{Re: |Fwd: |}{photos|the trip|your question}",
      "{Notes|Minutes} from {today|yesterday}",
      "{Re: |}{draft|proposal|slides|contract} v<ph>",
      "hello from {Lisbon|home}",
      "{Re: |}budget for {spring|next year}",
    ],
    body: [
      "{Hi|Hey|Hello|Dear} <local>,",
      "{thanks for the notes, I will read them on the train|we would love to come, shall I bring something?|could you look at section three before the meeting?|the kids are fine and send their love|I talked to <person> and she agrees with the plan|the build works again since we moved the test to another machine}.",
      "?{On the second point I am not sure: do we have the numbers from last year?|Let us talk on Thursday, I am out of the office tomorrow.|I attached the latest version, only the table on page four has changed.|Please send me the invoice when you have it and I will pay it on Monday.}",
      "?{By the way, did you hear back from the landlord?|See you at the station at half past six.|The account manager asked for your phone number, may I pass it on?}",
      "{Best|Cheers|Love|Thanks|Kind regards}, <person>",
    ],
    attached: ["slides.pdf", "IMG_<number>.jpg", "draft.docx", "table.xlsx"],
  },
  {
    kind: "news",
    language: "en",
    subjects: [
      "{This week|Monthly} at <brand>",
      "{The Weekly|Issue} <number>: {gardens|markets|tools for builders}",
      "{News|Updates} from <brand>",
      "<brand> digest: {5 things to read|what we learned}",
      "What's new in {spring|version <ph>}",
    ],
    body: [
      "{Hello|Dear reader|Hi <local>},",
      "{This week we look at how small towns bring back their rivers|In this issue: three interviews, a recipe and a long read|Our new release brings faster search and a dark theme|Here are the most read stories of the month}.",
      "{Researchers found that older forests store more water than thought|The council votes on Tuesday about the new tram|We talked to the people who keep the old printing press running|Version four changes how projects are shared}.",
      "?Join our {webinar|meetup} on {May 12|October 3}: {seats are limited|free for members}.",
      "You receive this {newsletter|email} because you {signed up at our site|are a member}. Unsubscribe or change your preferences. <brand>, 12 Mill Road.",
    ],
    button: ["Read more", "Read the story", "See what's new", "Register", "View in browser", "Unsubscribe"],
  },
  {
    kind: "promo",
    language: "en",
    subjects: [
      "{Up to 40% off|Free shipping} {this weekend|ends tonight}",
      "{Last chance|Only today}: {the summer sale|your member discount}",
      "New arrivals {for you|at <brand>}",
      "<local>, your {points|birthday gift} {are waiting|is here}",
      "Win tickets with <brand>",
    ],
    body: [
      "{Hi <local>|Hello},",
      "{Our biggest sale of the season starts now: save up to 40% on jackets and shoes|Fly to Rome from <price>|Free delivery on all orders over <price> until Sunday|Your member points are worth <price>, use them before the end of the month|Order two books and get the third for free}.",
      "{Use code SPRING<ph> at the checkout|Offer valid online and in our stores|While stocks last}.",
      "?{Questions? Our customer service is there for you daily from 8 to 20.|Terms apply, see our website.}",
      "You are receiving this email because you {opted in at <brand>|are a customer of ours}. {Unsubscribe|Manage preferences|Privacy policy}.",
    ],
    button: ["Shop now", "See offers", "Book now", "Get 20% off", "Unsubscribe", "View online"],
  },
  {
    kind: "receipt",
    language: "en",
    subjects: [
      "Your {order|receipt} {#|}<number>",
      "{Order|Booking} confirmation <number>",
      "Your {parcel|order} {has shipped|will arrive tomorrow|was delivered}",
      "{Invoice|Statement} for {March|July} is available",
      "Thank you for your payment of <price>",
    ],
    body: [
      "{Hello|Dear|Hi} <person>,",
      "{Thank you for your order|We have received your payment of <price>|Your parcel is on its way|Your monthly statement is now available in your account|Your booking is confirmed}.",
      "Order number: <number>. {Total: <price> including VAT|Paid with card ending in <number4>|Delivery: Thursday between 10 and 12}.",
      "?{You can follow your delivery in your account.|Keep this mail for your records.|If you did not place this order, contact our support.}",
      "{Kind regards|Thank you}, {the <brand> team|<brand> customer service}",
    ],
    button: ["View order", "Track parcel", "Download invoice", "Manage booking", "Help centre"],
    attached: ["invoice-<number>.pdf", "ticket.pdf"],
  },
  {
    kind: "notice",
    language: "en",
    subjects: [
      "{New sign-in|New device} {to|on} your <brand> account",
      "Your {verification|security} code is <number>",
      "{Reset|Change} your password",
      "Your password was changed",
      "{We are updating|Changes to} our terms",
      "Your {subscription|membership} renews on {May 3|June 1}",
      "Action required: {renew your certificate|complete your tax form}",
    ],
    body: [
      "Hi <person>,",
      "{We noticed a new sign-in to your account from Chrome on Windows|Your verification code is <number>. It expires in 10 minutes|Somebody asked to reset the password of your account|Your password was changed on Monday at 9:14|Your plan renews on 1 June for <price>|We are updating our terms on 15 July}.",
      "{If this was you, there is nothing to do|If you did not ask for this, ignore this email|You can cancel at any time in your settings|Never share this code with anyone}.",
      "?This mailbox is not monitored. {Visit our help centre|Contact support} if you have questions.",
      "The <brand> team",
    ],
    button: ["Check activity", "Reset password", "Review settings", "Manage subscription", "Help centre"],
  },
  {
    kind: "machine",
    language: "en",
    subjects: [
      "[<brand>/api] {Fix race in worker|Bump version} (PR #<number>)",
      "[{JIRA|Build}] ({CORE|WEB}-<number>) {updated|failed on main}",
      "{Cron|Anacron} <root@host1> {backup.sh|run-parts}",
      "{PROBLEM|RECOVERY}: host1/disk is {CRITICAL|OK}",
      "Undelivered Mail Returned to Sender",
      "{Daily|Weekly} report: {logs|backups} of {Monday|Friday}",
      "Automatic reply: {out of office|holiday}",
    ],
    body: [
      "{<person> commented on this pull request:|Build <number> failed after 3 min.|/dev/sda1 87% used, 12 GB free|Job finished: 1204 files, 0 errors|I am out of office until Monday and will read your mail then.|The issue was assigned to you.}",
      "{The test in worker.test.js is flaky, could we wait for the queue to drain?|Host host1 is back after 4 minutes.|rsync: total size is 98304 speedup is 1.02|src/index.ts: 14 additions, 3 deletions|Command exited with code 1, see the log.}",
      "?{Reply to this email directly or view it online. You are receiving this because you were mentioned.|This is an automatic message.}",
    ],
    button: ["View it on the site", "Build log", "Open issue"],
  },
  {
    kind: "list",
    language: "en",
    subjects: [
      "Re: [{dev|users|announce}] {problem with version <ph>|patch for review}",
      "[{users|club}] {meeting on Thursday|question about install}",
      "{Re: |}[PATCH <ph>/7] {net|fs}: fix leak in error path",
    ],
    body: [
      "> {does anybody know how to build this on an older system?|I think the patch breaks the second case}",
      "{Works for me with the latest version, have you tried to clean the cache?|I agree with <person>, let us revert it and think again|The minutes of the last meeting are on the wiki}.",
      "?{See the archive for a longer discussion.|Patches are welcome, as always.}",
      "<person>",
    ],
  },
  {
    kind: "work",
    language: "en",
    subjects: [
      "{Invitation|Updated invitation}: {planning|review} @ {Tue|Thu} 10:00",
      "{Office closed|Canteen menu|Fire drill} on {Monday|Friday}",
      "{Invoice|Offer|Order} <number> {from <brand>|}",
      "{Training|Survey}: please {complete|answer} by {Friday|June 3}",
      "{Maintenance|Planned outage} {tonight|on Saturday}",
      "Interview on {Tuesday|Wednesday}",
    ],
    body: [
      "{Dear all|Hello|Dear colleagues|Dear Ms. Weber|Hi <local>},",
      "{The mail servers will be down on Saturday from 6 to 8|please find attached our invoice for the work in March|please complete the yearly safety training until Friday|you are invited to the quarterly review in room 2|the IT department will replace the printers on the third floor|attached is our offer for 40 chairs as discussed on the phone}.",
      "?{If you have questions, call me on extension 41|The agenda is in the calendar entry|Payment is due within 30 days to the account you know}.",
      "{Best regards|Kind regards|Thanks}, <person>, {Human Resources|Facilities|Accounts|IT}",
    ],
    attached: ["invoice-<number>.pdf", "invite.ics", "offer.docx", "agenda.pdf"],
  },
];

export const GOOD_LETTERS_MORE: readonly Letter[] = [
  {
    kind: "news",
    language: "de",
    subjects: [
      "{Neuigkeiten|Newsletter} von <brand>",
      "{Ihre Bestellung|Rechnung} <number>",
      "{Versandbestätigung|Ihre Buchung} <number>",
      "{Bis zu 30 % sparen|Neue Kollektion} {am Wochenende|bei <brand>}",
    ],
    body: [
      "{Hallo|Guten Tag} <person>,",
      "{vielen Dank für Ihre Bestellung|Ihr Paket ist unterwegs und kommt am Donnerstag|in dieser Ausgabe lesen Sie, wie alte Mühlen gerettet werden|sichern Sie sich bis Sonntag 20 % auf alle Jacken|Ihre Rechnung für Mai liegt in Ihrem Kundenkonto}.",
      "?Sie erhalten diese E-Mail, weil Sie sich angemeldet haben. {Abmelden|Einstellungen ändern}.",
      "Ihr Team von <brand>",
    ],
    button: ["Weiterlesen", "Sendung verfolgen", "Zur Rechnung", "Jetzt entdecken", "Abmelden"],
  },
  {
    kind: "person",
    language: "de",
    subjects: ["{Re: |AW: |}{Termin|Unterlagen|Wochenende}", "{Protokoll|Angebot} vom {Montag|Dienstag}"],
    body: [
      "{Hallo|Liebe|Lieber} <local>,",
      "{anbei das Protokoll von gestern|passt dir Freitag um zehn?|danke für die Unterlagen, ich melde mich nächste Woche|die Rechnung habe ich heute überwiesen}.",
      "{Viele Grüße|Bis bald}, <person>",
    ],
  },
  {
    kind: "news",
    language: "fr",
    subjects: [
      "{La lettre|Les nouvelles} de <brand>",
      "Votre {commande|facture} <number>",
      "{Jusqu'à -30 %|Nouveautés} {ce week-end|chez <brand>}",
      "{Re: |}{réunion|compte rendu|week-end}",
    ],
    body: [
      "Bonjour <person>,",
      "{merci pour votre commande, elle sera livrée jeudi|voici le compte rendu de la réunion d'hier|découvrez notre nouvelle collection de printemps|votre facture de mai est disponible dans votre espace client}.",
      "?Vous recevez ce message car vous êtes inscrit. Se désabonner.",
      "{Bien à vous|À bientôt}, {<person>|l'équipe <brand>}",
    ],
    button: ["Lire la suite", "Suivre ma commande", "Voir la facture", "Se désabonner"],
  },
  {
    kind: "news",
    language: "es",
    subjects: [
      "{Novedades|Boletín} de <brand>",
      "{Su pedido|Factura} <number>",
      "{Re: |}{reunión|fotos|informe}",
      "{Oferta|Rebajas} de {verano|fin de semana} en <brand>",
    ],
    body: [
      "Hola <person>:",
      "{gracias por su compra, el envío llegará el jueves|te mando el informe de ayer|esta semana hasta un 30 % de descuento en zapatos|su factura de mayo ya está disponible en su área de cliente}.",
      "?Recibe este correo porque se suscribió. Darse de baja.",
      "{Saludos|Un abrazo}, {<person>|el equipo de <brand>}",
    ],
    button: ["Leer más", "Ver pedido", "Ver ofertas", "Darse de baja"],
  },
  {
    kind: "news",
    language: "pt",
    subjects: [
      "{Novidades|Newsletter} <brand>",
      "Seu pedido <number> {foi enviado|confirmado}",
      "{Re: |}{reunião|relatório}",
    ],
    body: [
      "Olá <person>,",
      "{seu pedido foi enviado e chega na quinta-feira|segue o relatório da reunião de ontem|confira as novidades da semana com até 30% de desconto}.",
      "?Você recebe este e-mail porque se cadastrou. Descadastrar.",
      "{Abraços|Atenciosamente}, {<person>|equipe <brand>}",
    ],
    button: ["Ver pedido", "Leia mais", "Aproveite", "Descadastrar"],
  },
  {
    kind: "news",
    language: "it",
    subjects: [
      "{Novità|Newsletter} di <brand>",
      "Il tuo ordine <number> {è in viaggio|è confermato}",
      "{Re: |}{riunione|foto|documenti}",
    ],
    body: [
      "{Ciao|Gentile} <person>,",
      "{grazie per il tuo ordine, arriva giovedì|ti mando i documenti della riunione|questa settimana sconti fino al 30% su tutte le giacche}.",
      "?Ricevi questa email perché sei iscritto. Annulla iscrizione.",
      "{Saluti|A presto}, {<person>|il team <brand>}",
    ],
    button: ["Vedi ordine", "Leggi tutto", "Scopri", "Annulla iscrizione"],
  },
  {
    kind: "news",
    language: "nl",
    subjects: [
      "Nieuws van <brand>",
      "Je bestelling <number> {is onderweg|is ontvangen}",
      "{Re: |}{vergadering|verslag|zaterdag}",
    ],
    body: [
      "{Hoi|Beste} <person>,",
      "{bedankt voor je bestelling, die komt donderdag|hierbij het verslag van gisteren|dit weekend 20% korting op alle schoenen}.",
      "?Je ontvangt deze mail omdat je je hebt ingeschreven. Uitschrijven.",
      "{Groeten|Tot ziens}, {<person>|het team van <brand>}",
    ],
    button: ["Bekijk bestelling", "Lees meer", "Ontdek", "Uitschrijven"],
  },
];
