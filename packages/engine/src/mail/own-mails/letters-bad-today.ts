/** Unwanted mails, continued (our own texts): coins, games of chance, credit, cures, vouchers, and notices of platforms. */
import type { Letter } from "./letters-bad.ts";

export const BAD_LETTERS_TODAY: readonly Letter[] = [
  {
    kind: "crypto",
    language: "en",
    subjects: [
      "{Your wallet|Wallet <number4>} {needs an update|must be re-synchronised|is not secured}",
      "{Claim|Your} {token|reward|allocation} {before it closes|is ready}",
      "{An offer|A bid} was made on your {collectible|token}",
      "{Withdrawal|Payout} of 0.<number4> BTC {is pending|awaits you}",
    ],
    body: [
      "{Hello|Dear holder|Hi <local>},",
      "{the recovery phrase of your device has to be checked against the new firmware|your address is on the list for the community drop|someone bid 2.4 ETH on one of your items|your old miner kept running and the balance is still yours}.",
      "{Connect your wallet to go on|Enter the 12 words to keep access|Withdraw within 48 hours or the amount goes back to the pool}.",
      "?{All wallets that are not checked will be closed|Fees are covered by us}.",
    ],
    button: ["Connect wallet", "Claim", "Sync now", "Withdraw", "See the bid"],
  },
  {
    kind: "prize",
    language: "en",
    subjects: [
      "{Free spins|Bonus} {🎰|💰|} {waiting for you|up to 300%}",
      "{Congrats|Congratulations}! {You're today's winner|We drew your name}",
      "<brand>: {your <prize>|loyalty gift} {expires|reserved}",
      "{Answer 5 questions|Quick survey} and {keep|get} <prize>",
    ],
    body: [
      "{Hi <to>|Lucky player|Dear shopper},",
      "{double your first deposit and spin for free with the code GOLD<ph>|as a regular shopper you may choose <prize>, all you pay is postage|tell us what you think of <brand> and <prize> is yours}.",
      "{Only 11 left|The offer is yours for today alone|No experience needed}. {Hurry|Act now}!",
      "?{To stop these ads write to 1187 W Main St, Suite 20|Click here to remove yourself from our list}.",
    ],
    button: ["Spin now", "Claim now", "Start", "Get mine", "Continue"],
  },
  {
    kind: "product",
    language: "en",
    subjects: [
      "{Doctors are stunned|Try this before bed}: {knees|sugar|ears|eyes}",
      "{Are you overpaying|Lower your rate} {for insurance|on your mortgage}?",
      "{Cash|Money} {by tomorrow|in your account}, {bad credit ok|no papers}",
      "{This little device|New gadget} {cools any room|saves 60% of power}",
    ],
    body: [
      "{Hello|},",
      "{a kitchen spice ends ringing in the ears within a week, they do not want you to know|drivers with no accident pay 29 a month since the new rule|we match you with lenders that pay out up to <price0> the same day|a retired engineer built a heater for 3 cents an hour and the power firms hate it}.",
      "?{See the video before it is taken down|Only today half price|Check if you qualify in 30 seconds}.",
      "?{This is an advertisement|If you no longer want these mails click here or write to PO Box <number4>}.",
    ],
    button: ["Watch", "Check my rate", "Apply", "See more", "Order"],
  },
  {
    kind: "product",
    language: "en",
    subjects: [
      "{Fresh|Verified} {email lists|leads} {for sale|2025}",
      "{Rank|Your site} {on page one|has errors}",
      "{Quotation|Manufacturer} of {valves|led panels|bags} {from China|}",
    ],
    body: [
      "{Dear Sir/Madam|Hi|Dear manager},",
      "{we sell fresh business contacts of every country, phone and mail, card holders too|I looked at your website and it loses visitors because of seven errors|we are a leading factory of valves and offer best price}.",
      "{Skype or telegram: lead<ph>|Reply with your phone number and I send a quote|Please let us know what you need}.",
      "?<person>, {sales|marketing consultant}",
    ],
  },
  {
    kind: "account",
    language: "en",
    subjects: [
      "{Payment problem|Billing issue} with your {premium|membership}",
      "{Your cloud|Photo} storage {is full|will be wiped}",
      "{Someone tried|Attempt} to {sign in to|open} your account, user <local>",
      "{Case|Ticket} <number>: {page scheduled for removal|ad account restricted}",
    ],
    body: [
      "{Dear valued user|Hello <to>|Hi},",
      "{the last charge of your plan did not go through and your playlists will be locked|all of your photos are deleted tonight unless you add 50 GB, free for loyal users|a sign-in from {Minsk|Hanoi|Caracas} was stopped, is this you?|your page breaks our rules on trademarks}.",
      "{Check your details|Enter a card to confirm who you are, nothing is charged|Say whether it was you|Appeal within 24 hours}.",
      "?{Sent on behalf of <brand>|Powered by our community platform}.",
    ],
    button: ["Update details", "Get 50 GB", "Yes, me", "Report the user", "Appeal"],
  },
  {
    kind: "share",
    language: "en",
    subjects: [
      "{Voice mail|Missed call|New fax} from +<ph> <number>",
      "{Scan|Document} from {Xerox|scanner} <number4>",
      "{Payroll|Bonus|Salary} {adjustment|review} for <local>",
      "{Updated|New} {handbook|leave policy}: {sign by today|acknowledge}",
    ],
    body: [
      "{<local>,|Hello <to>|To: <to>}",
      "{You have 1 new message of 0:47 from a caller at your office|A scanned file of 3 pages was sent to you from the copier|The file with the new salaries was put into your folder|All staff must read and sign the changed policy today}.",
      "?{Caller: wireless <ph>|Pages 3, resolution 300|Received on the secure server|This mail was checked by your security team}.",
    ],
    button: ["Listen", "Play message", "Open scan", "View document", "Sign"],
    attached: ["Voice_<number>.html", "Scan_<number4>.htm", "payroll.html", "policy.pdf"],
  },
  {
    kind: "advance",
    language: "en",
    subjects: [
      "{Re: |}{donation|grant} {for you|approved}",
      "{Good day|Are you there?|Reply}",
      "{Unclaimed|Your} {fund|package} at the {airport|bank}",
      "{Compensation|Payment} file <number>",
    ],
    body: [
      "{Dear beneficiary|Hello dear|Good day},",
      "{I won the lottery and give away <big> to five people, you are one|a box in your name with <big> is held at the airport by the customs|the committee will pay you <big> as a victim of fraud|I am a widow and very ill and look for an honest person}.",
      "{Write to my lawyer at <elsewhere>|Send your name, phone and country to <elsewhere>|Confirm that this mail is in use}.",
      "?{God bless|Remain blessed|Sincerely}, <person>",
    ],
  },
  {
    kind: "tax",
    language: "en",
    subjects: [
      "{Final notice|Reminder}: {toll|fine} {of <price>|unpaid}",
      "{You may get|Apply for} {solar|heating} {grant|money back}",
      "{Refund|Rebate} {ref.|no.} <number>",
    ],
    body: [
      "{Dear driver|Dear resident|},",
      "{our cameras saw your car on the express lane and <price> is open|homes in your street get new panels paid by the state|we worked out your tax anew and owe you <price>}.",
      "{Pay today to avoid 35 extra|See in one minute whether you qualify|Give the card that we should pay to}.",
      "?{Department of revenue|Road office}",
    ],
    button: ["Pay", "Check", "Get refund"],
  },
];

export const BAD_LETTERS_ABROAD: readonly Letter[] = [
  {
    kind: "prize",
    language: "de",
    subjects: [
      "{Gutschein|Ihr <brand> Gutschein} über 500€ {🎁|}",
      "{Sie wurden gezogen|Letzte Chance}: <prize>",
      "{Speicher voll|Ihre Fotos werden gelöscht}",
      "{Krankenkasse|Strom} zu teuer?",
    ],
    body: [
      "{Lieber Kunde|Hallo <to>|Guten Tag},",
      "{nur noch wenige Gutscheine von <brand> sind zu haben, bestätigen Sie Ihre Daten|Sie gewinnen <prize>, wenn Sie vier Fragen beantworten|Ihr Speicher ist voll, holen Sie sich gratis mehr, bevor alles verloren geht|wer jetzt wechselt, spart 800 Euro im Jahr}.",
      "?{Beeilen Sie sich|Nur heute|Es dauert eine Minute}!",
      "?{Abmelden: hier klicken|Wenn Sie keine Werbung mehr wollen, schreiben Sie an 120 Main St}.",
    ],
    button: ["Bestätigen", "Jetzt sichern", "Zur Umfrage", "50 GB holen"],
  },
  {
    kind: "account",
    language: "fr",
    subjects: [
      "{Votre compte formation|Vos droits} {expire|vous attend}",
      "{Carte vitale|Votre abonnement} {à renouveler|suspendu}",
      "{Colis|Livraison} {en attente|bloqué} <number>",
    ],
    body: [
      "{Bonjour|Cher client},",
      "{un solde de <price0> € reste à utiliser avant la fin du mois|votre paiement a été refusé et l'accès sera coupé|votre colis attend le règlement de 1,99 €|votre carte n'est plus valable}.",
      "{Vérifiez en deux minutes|Mettez à jour vos coordonnées bancaires|Confirmez votre adresse sous 24 h}.",
      "?{Service client|Pour ne plus recevoir nos offres cliquez ici}.",
    ],
    button: ["Vérifier", "Mettre à jour", "Payer les frais"],
  },
  {
    kind: "account",
    language: "pt",
    subjects: [
      "{Pontos|Milhas} {expiram hoje|disponíveis}",
      "{Acesso|Cartão} {bloqueado|suspeito} - protocolo <number>",
      "{Nota fiscal|Boleto} <number> em aberto",
      "{Plano de saúde|Seguro} mais barato",
    ],
    body: [
      "{Prezado cliente|Olá|},",
      "{os pontos do seu cartão vencem hoje, troque agora|uma compra de <price> foi bloqueada, confirme que é você|segue o boleto vencido, evite o protesto|pague até 40% menos no plano da família}.",
      "{Resgate já|Regularize pelo botão|Responda com seus dados}.",
      "?{Central de atendimento|Mensagem automática}",
    ],
    button: ["Resgatar", "Desbloquear", "Ver boleto", "Cotar"],
    attached: ["boleto_<number>.zip", "NF_<number>.html"],
  },
  {
    kind: "parcel",
    language: "nl",
    subjects: [
      "{Je pakket|Bezorging} {wacht|mislukt}",
      "{Uw bankpas|Uw account} {verloopt|is geblokkeerd}",
      "{Airco|Gadget} met {50|70}% korting",
    ],
    body: [
      "{Beste klant|Hallo},",
      "{we konden je pakket niet bezorgen omdat 1,95 aan kosten open staat|uw pas is vanaf morgen niet meer geldig, vraag een nieuwe aan|koel elke kamer zonder monteur, bijna uitverkocht}.",
      "{Betaal binnen 24 uur|Bevestig uw gegevens|Bestel vandaag}.",
      "?{Klantenservice|Afmelden}",
    ],
    button: ["Bevestigen", "Betaal nu", "Bekijk"],
  },
  {
    kind: "account",
    language: "es",
    subjects: [
      "{Su cuenta|Su tarjeta} {ha sido limitada|bloqueada}",
      "{Multa|Factura} pendiente <number>",
      "{Felicidades|Ganador}: <prize>",
    ],
    body: [
      "{Estimado cliente|Hola},",
      "{hemos visto un acceso raro y cerramos su cuenta por seguridad|tiene una multa sin pagar de <price>|usted es el ganador de <prize> por contestar una encuesta}.",
      "{Verifique sus datos|Pague hoy con descuento|Reclame en 24 horas}.",
      "?{Atención al cliente|Departamento de seguridad}",
    ],
    button: ["Verificar", "Pagar", "Reclamar"],
    attached: ["multa_<number>.zip"],
  },
  {
    kind: "account",
    language: "it",
    subjects: [
      "{Il suo conto|La sua carta} {è sospeso|scade}",
      "{Pacco|Spedizione} {fermo|in giacenza} <number>",
      "{Complimenti|Hai vinto}: <prize>",
    ],
    body: [
      "{Gentile cliente|Ciao},",
      "{per la nuova normativa deve confermare i suoi dati|il pacco è fermo in dogana per 2,99 di spese|sei stato scelto per <prize>}.",
      "{Acceda entro 24 ore|Paghi le spese|Rispondi alle domande}.",
      "?{Servizio clienti|Area sicurezza}",
    ],
    button: ["Accedi", "Paga", "Ritira il premio"],
  },
];
