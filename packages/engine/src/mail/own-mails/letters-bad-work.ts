/** Unwanted mails, continued (our own texts): at work, by the state, by networks and shops. */
import type { Letter } from "./letters-bad.ts";

export const BAD_LETTERS_WORK: readonly Letter[] = [
  {
    kind: "tax",
    language: "en",
    subjects: [
      "{Tax|Council tax} refund of <price> {approved|is pending}",
      "{Unpaid toll|Parking fine|Traffic notice} <number>",
      "{Government|Energy} {grant|rebate}: claim before Friday",
    ],
    body: [
      "{Dear taxpayer|Dear citizen|Hello},",
      "{After the last annual calculation you are eligible for a refund of <price>|Our records show an unpaid toll of <price> for your vehicle|You qualify for an energy rebate of <price>}.",
      "{Submit the form|Pay the amount|Complete your claim} {within 3 days|by tomorrow} {so that it can be processed|to avoid a late fee}. {Refunds are paid to your card|Reference <number>}.",
      "?{HM Revenue|Department of Transport|Internal Revenue Service}",
    ],
    button: ["Claim refund", "Pay now", "Submit form", "Start claim"],
    attached: ["refund_form.html"],
  },
  {
    kind: "network",
    language: "en",
    subjects: [
      "Your {page|profile} {violates our rules|will be removed}",
      "{Copyright|Community} {complaint|strike} <number>",
      "<person> {tagged you|left you a message}",
      "Get your {verified badge|blue tick} today",
    ],
    body: [
      "{Dear page owner|Hi <local>|Hello},",
      "{A copyright holder reported your content|Your page goes against our community standards|Your profile meets the criteria for verification}. {It will be unpublished within 24 hours unless you appeal|Please complete the form}.",
      "?{If you believe this is a mistake, you can appeal|Appeals sent later cannot be considered}.",
      "<brand> {Support|Help Center}",
    ],
    button: ["Appeal", "Submit an appeal", "Verify my page", "See message"],
  },
  {
    kind: "job",
    language: "en",
    subjects: [
      "{Part-time|Remote} job: {earn <price0> weekly|work from home}",
      "{Your CV|Your application} {was shortlisted|caught our attention}",
      "Payment processor {wanted|needed}",
    ],
    body: [
      "{Hello|Dear candidate|Hi},",
      "{We found your resume on a job site|Our company is looking for agents in your country|I am a recruiter}. {You receive payments on your account and keep 10%|You rate products one hour a day|No experience is required} {and earn <price0> per week|}.",
      "{Contact our manager on WhatsApp|Send name, age and phone number to <elsewhere>|Reply to apply today}.",
    ],
  },
  {
    kind: "invoice",
    language: "en",
    subjects: [
      "{Order|Subscription} {cancelled?|confirmation} <number>",
      "{Domain|Hosting} {expires|renewal notice}",
      "Thanks for your purchase of <price>",
      "{Secure|Encrypted} message {from <person>|received}",
    ],
    body: [
      "{Dear customer|Hello <local>|},",
      "{Your card was charged <price> for <brand> premium|Your domain expires today and the site will go offline|You have received an encrypted message|Your annual plan was renewed automatically for <price>}.",
      "{If you did not authorise this, cancel at once|Renew now to avoid loss of service|Log in with your email provider to read it|Open the file to see the details}.",
      "?{Toll free +1 8<ph> <number>|Support team}",
    ],
    button: ["Cancel order", "Renew", "Read message", "Dispute charge"],
    attached: ["message.html", "receipt_<number>.pdf", "bill.htm"],
  },
  {
    kind: "boss",
    language: "en",
    subjects: [
      "{New|Updated} remittance {details|instructions}",
      "{Aging report|Vendor list} please",
      "{Confidential|private} {matter|acquisition}",
      "your {cell|mobile} number",
    ],
    body: [
      "{<local>,|Hello,|Good day <local>,}",
      "{Send me your mobile number, I need you to run a task for me|Kindly provide the list of open invoices with contacts of the customers|We are closing an acquisition and the lawyer will call you, follow his payment instructions|Please note our bank details have changed, use the account below for the pending invoice}.",
      "?{I am tied up in meetings, only answer here|Treat as urgent|IBAN: DE<number><number>}",
      "<person>",
    ],
  },
  {
    kind: "mailbox",
    language: "de",
    subjects: [
      "Ihr Postfach <to> {ist voll|wird gesperrt}",
      "{Zurückgehaltene Nachrichten|Neue Sprachnachricht} für <local>",
      "{Rechnung|Mahnung|Zahlungsavis} <number>",
    ],
    body: [
      "{Hallo <local>|Sehr geehrte Damen und Herren},",
      "{Ihr Speicherplatz ist zu 99% belegt|es liegt eine neue Sprachnachricht vor|im Anhang finden Sie die offene Rechnung über <price>|drei Nachrichten konnten nicht zugestellt werden}.",
      "{Melden Sie sich an, um die Nachrichten freizugeben|Öffnen Sie die Datei und überweisen Sie umgehend|Behalten Sie Ihr jetziges Passwort}.",
      "?{IT-Support|Buchhaltung}",
    ],
    button: ["Freigeben", "Anmelden", "Nachricht anhören"],
    attached: ["Rechnung_<number>.html", "Mahnung.zip", "Rechnung.pdf"],
  },
  {
    kind: "advance",
    language: "fr",
    subjects: [
      "{Don|Héritage|Prêt} {urgent|entre particuliers}",
      "{Facture|Bon de commande} <number>",
      "Bonjour {cher ami|}",
    ],
    body: [
      "{Bonjour|Cher ami},",
      "{je suis atteinte d'un cancer et souhaite faire un don de <big> euros|nous offrons des prêts de 2 000 à 500 000 euros à 2%|veuillez trouver ci-joint la facture impayée|vous avez été tiré au sort}.",
      "{Répondez-moi à <elsewhere>|Merci de régler dès réception|Envoyez vos coordonnées bancaires}.",
    ],
    attached: ["facture_<number>.html", "document.zip"],
  },
];
