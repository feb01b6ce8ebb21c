/** Unwanted mails in other languages (our own texts): the same lures, told shorter. */
import type { Letter } from "./letters-bad.ts";

export const BAD_LETTERS_MORE: readonly Letter[] = [
  {
    kind: "account",
    language: "de",
    subjects: [
      "{Ihr Konto|<brand>}: {Bestätigung erforderlich|vorübergehend gesperrt}",
      "Wichtige {Sicherheitsmitteilung|Mitteilung} zu Ihrem Konto",
      "{Letzte Erinnerung|Aktualisierung} Ihrer {Kundendaten|Zahlungsdaten}",
      "Ihr {pushTAN|Zugang} läuft ab",
    ],
    body: [
      "Sehr geehrte {Kundin, sehr geehrter Kunde|Damen und Herren},",
      "{wir haben ungewöhnliche Aktivitäten festgestellt|aufgrund neuer Richtlinien müssen alle Kunden ihre Daten bestätigen|Ihre Zahlung wurde abgelehnt}.",
      "{Bitte bestätigen Sie Ihre Daten|Aktualisieren Sie Ihr Konto} innerhalb von {24|48} Stunden, {sonst wird Ihr Konto gesperrt|um eine Sperrung zu vermeiden}.",
      "?Mit freundlichen Grüßen, Ihr <brand> Kundenservice",
    ],
    button: ["Jetzt bestätigen", "Zum Konto", "Daten aktualisieren", "Hier klicken"],
  },
  {
    kind: "prize",
    language: "de",
    subjects: [
      "{Glückwunsch|Herzlichen Glückwunsch}! {Sie haben gewonnen|Ihr Gutschein wartet}",
      "Ihr <prize> {ist bereit|wartet auf Sie}",
      "{Ihr Paket|Sendung <number>} konnte nicht zugestellt werden",
    ],
    body: [
      "Hallo <local>,",
      "{Sie wurden ausgewählt und können <prize> gewinnen|Ihr Paket wartet auf die Zahlung von <price> Zollgebühren}.",
      "{Nehmen Sie jetzt an unserer Umfrage teil|Bestätigen Sie jetzt die Zustellung}{!|, das Angebot endet heute!}",
    ],
    button: ["BESTÄTIGEN", "Jetzt teilnehmen", "Gutschein sichern", "Zustellung planen"],
  },
  {
    kind: "account",
    language: "fr",
    subjects: [
      "Votre compte {a été suspendu|est limité}",
      "{Action requise|Dernier rappel} : {mettez à jour vos informations|confirmez votre identité}",
      "{Remboursement|Facture} impayée : <price>",
      "Votre {colis|carte vitale} {est en attente|expire}",
    ],
    body: [
      "{Cher client|Bonjour},",
      "{Nous avons remarqué une activité inhabituelle sur votre compte|Votre colis n'a pas pu être livré|Vous avez droit à un remboursement de <price>|Votre abonnement n'a pas pu être renouvelé}.",
      "{Veuillez confirmer vos informations|Réglez les frais de <price>|Mettez à jour votre moyen de paiement} {dans les 24 heures|dès maintenant} {sous peine de suspension|pour éviter l'interruption du service}.",
      "?Cordialement, le service client <brand>",
    ],
    button: ["Confirmer", "Cliquez ici", "Accéder à mon compte", "Mettre à jour"],
  },
  {
    kind: "account",
    language: "es",
    subjects: [
      "Su cuenta ha sido {bloqueada|suspendida}",
      "{Aviso importante|Urgente}: {verifique su cuenta|actualice sus datos}",
      "Su {paquete|envío} {está retenido|no pudo ser entregado}",
      "¡{Felicidades|Enhorabuena}! Ha ganado <prize>",
    ],
    body: [
      "{Estimado cliente|Hola}:",
      "{Hemos detectado un acceso no autorizado a su cuenta|Su paquete está retenido por una tasa de <price>|Ha sido seleccionado para recibir <prize>}.",
      "{Verifique sus datos|Confirme la entrega|Reclame su premio} {en 24 horas|hoy mismo} {o su cuenta será cancelada|en el siguiente enlace}.",
      "?Atentamente, <brand>",
    ],
    button: ["Verificar ahora", "Haga clic aquí", "Confirmar", "Acceder"],
  },
  {
    kind: "account",
    language: "pt",
    subjects: [
      "{Aviso|Comunicado} importante: {regularize seu cadastro|conta bloqueada}",
      "{Seus pontos|Livelo: pontos} expiram hoje",
      "{Nota fiscal|Boleto|Fatura} em aberto <number>",
      "Parabéns, você ganhou <prize>",
    ],
    body: [
      "{Prezado cliente|Olá},",
      "{Identificamos uma pendência em seu cadastro|Você tem <big> pontos que expiram hoje|Segue em anexo a nota fiscal referente ao seu pedido|Detectamos uma compra de <price> em seu cartão}.",
      "{Clique no botão abaixo para regularizar|Resgate agora|Evite o bloqueio da sua conta} {em até 24 horas|hoje}.",
      "?Atenciosamente, <brand>",
    ],
    button: ["REGULARIZAR AGORA", "Resgatar pontos", "Visualizar boleto", "Clique aqui"],
  },
  {
    kind: "account",
    language: "it",
    subjects: [
      "{Il suo conto|La sua carta} è {bloccato|sospesa}",
      "{Avviso|Comunicazione} importante: verifica i tuoi dati",
      "Il tuo {pacco|ordine} è in giacenza",
    ],
    body: [
      "Gentile {cliente|utente},",
      "{abbiamo rilevato un accesso anomalo|il suo pacco è in attesa del pagamento di <price>|la sua utenza non è stata verificata}.",
      "{Confermi i suoi dati|Aggiorni le informazioni} entro {24|48} ore {per evitare il blocco|altrimenti il servizio sarà sospeso}.",
      "?Cordiali saluti, <brand>",
    ],
    button: ["Accedi", "Conferma ora", "Clicca qui"],
  },
  {
    kind: "account",
    language: "nl",
    subjects: [
      "Uw {rekening|account} is {geblokkeerd|beperkt}",
      "{Laatste herinnering|Belangrijk}: {verifieer uw gegevens|vervang uw bankpas}",
      "Uw pakket {wacht|kon niet worden bezorgd}",
    ],
    body: [
      "{Geachte klant|Beste},",
      "{wij hebben een verdachte inlogpoging gezien|uw pakket wacht op betaling van <price>|uw betaalpas verloopt}.",
      "{Bevestig uw gegevens|Betaal de kosten} binnen {24|48} uur {om blokkade te voorkomen|via onderstaande knop}.",
      "?Met vriendelijke groet, <brand>",
    ],
    button: ["Nu bevestigen", "Klik hier", "Inloggen"],
  },
];
