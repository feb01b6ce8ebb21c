/**
 * Texts of unwanted mails, our own, by kind and language: what the model learns of the lures of today, which no freely
 * licensed collection shows. `{a|b}` is one of several, `<slot>` is filled by the maker of the mail.
 */
export interface Letter {
  readonly kind: string;
  readonly language: string;
  readonly subjects: readonly string[];
  /** Paragraphs in order; those that begin with `?` are left out half of the time. */
  readonly body: readonly string[];
  /** Words of the button or link; none: the letter leads nowhere. */
  readonly button?: readonly string[];
  readonly attached?: readonly string[];
}

export const BAD_LETTERS: readonly Letter[] = [
  {
    kind: "account",
    language: "en",
    subjects: [
      "{Your|<brand>} account {has been|is} {limited|suspended|locked|on hold}",
      "Unusual sign-in activity {detected|on your account}",
      "{Action required|Final notice|Urgent}: {verify|confirm|update} your {account|billing information|identity}",
      "Your {password|mailbox|session} {expires today|will expire in 24 hours}",
      "Security alert for <to>",
      "Payment declined - update your {card|payment method}",
      "[<brand>] Re: {Case|Ticket} <number> {opened|pending}",
    ],
    body: [
      "Dear {customer|user|client|member|valued customer|<local>},",
      "{We detected|We have noticed|Our system noticed} {unusual activity|a sign-in from a new device|several failed log-in attempts} {on|in} your {account|<brand> account|profile}.",
      "?IP address: <ip>. Location: {Moscow, Russia|Lagos, Nigeria|Unknown}. Browser: {Firefox|Chrome}.",
      "{For your protection|As a precaution|To keep you safe} {we have limited access to|we temporarily suspended|we placed a hold on} your account until you {confirm your identity|verify your details|update your information}.",
      "?If you do not {verify|respond|complete this step} within {24|48|12} hours, your account will be {permanently closed|terminated|deleted} and {all messages|your data|pending payments} will be lost.",
      "?Failure to comply will result in {suspension|loss of access}.",
      "{Thank you|Sincerely|Regards}, {The <brand> Team|<brand> Security|Customer Support|IT Help Desk}",
    ],
    button: [
      "Verify now",
      "Confirm my account",
      "Update payment",
      "Restore access",
      "Keep same password",
      "Review activity",
      "Sign in",
      "click here",
    ],
  },
  {
    kind: "mailbox",
    language: "en",
    subjects: [
      "{Mail|Email} {quota|storage} {exceeded|is full}",
      "(<number>) {incoming messages|emails} pending delivery",
      "Undelivered messages for <to>",
      "Server upgrade: re-validate <to>",
      "Password expiration notice for <local>",
    ],
    body: [
      "{Hello|Attention|Dear} <local>,",
      "Your mailbox <to> {has exceeded its storage limit|has reached 98% of its quota|is almost full} and {<number> incoming messages were held|you may no longer send or receive mail}.",
      "{Use the button below to|Kindly} {release pending messages|upgrade your storage|continue with the same password|re-validate your mailbox}.",
      "?Note: messages will be deleted after {24|72} hours.",
      "{Webmail administrator|Mail system|IT department|cPanel support} (c) {2019|2021|2023|2025}",
    ],
    button: ["Release messages", "Keep current password", "Increase quota", "Validate", "Review messages"],
  },
  {
    kind: "parcel",
    language: "en",
    subjects: [
      "Your {package|parcel} {could not be delivered|is waiting|is on hold}",
      "Delivery {attempt failed|suspended} #<number>",
      "{Last|2nd} {reminder|notice}: unpaid customs fee",
      "<brand>: confirm your address",
    ],
    body: [
      "{Hello|Dear customer},",
      "Your {package|shipment|parcel} <number> {is being held at our depot|could not be delivered|was returned to our warehouse} because {the address is incomplete|a fee of <price> has not been paid|nobody was home}.",
      "{Please confirm your address and pay the fee|Schedule a new delivery|Settle the charge} {within 48 hours|today} {or it will be returned to the sender|to receive your item}.",
      "?Tracking: <number>. Status: {stopped at the distribution hub|pending}.",
    ],
    button: ["Schedule delivery", "Pay <price>", "Confirm address", "Track here", "Release parcel"],
  },
  {
    kind: "prize",
    language: "en",
    subjects: [
      "{Congratulations|CONGRATS}! {You have been selected|You won} <prize>",
      "{Confirmation|Re:} your {<brand>|exclusive} {reward|gift card} {is ready|expires}",
      "<local>, you are our {lucky winner|chosen customer}!!",
      "Answer & win a {brand new|} <prize>",
      "{2nd attempt|Final reminder} for <local>",
    ],
    body: [
      "{Congratulations|Hi} <local>!",
      "You have been {selected|chosen} to {take part in our loyalty program for FREE|receive an exclusive reward}: a {brand new|} <prize>.",
      "{It will take you only a minute|Just answer a few short questions about your experience with <brand>} to {claim|receive} this {fantastic|amazing} prize.",
      "?Only {5|3|12} left in stock! This offer {ends|expires} {today|tomorrow}.",
      "?If you no longer wish to receive these emails, unsubscribe here or write to 6130 {Elton|Fremont} Ave, Las Vegas NV.",
    ],
    button: ["CLAIM NOW", "Get started now!", "START SURVEY", "Confirm here", "YES, I WANT IT"],
  },
  {
    kind: "advance",
    language: "en",
    subjects: [
      "{Attention|Dear} {beneficiary|friend|winner}",
      "{Confidential|Urgent} {business proposal|response needed}",
      "{Donation|Compensation|Inheritance} {fund|notice}",
      "Re: {Transfer|Your payment} of {USD|EUR} <big>",
      "Hello {dear|my friend}",
      "LOAN OFFER at 2%",
    ],
    body: [
      "{Dear friend|Attention: beneficiary|Good day|Greetings to you in the name of God|Hello dear},",
      "{I am|My name is} {Mrs.|Mr.|Barrister|Dr.} <person>, {a widow suffering from cancer|the attorney of a deceased client|director of the audit department of a bank in Burkina Faso|a soldier in Syria|representative of the United Nations compensation unit}.",
      "{I wish to donate|I have the sum of|We were instructed to release} {US$|USD |EUR } <big> {for charity work|left behind by my late client who bears your surname|approved in your favour as compensation}.",
      "{Kindly reply with|Send me} your full name, address, telephone number, {age, occupation|bank details} {so that we proceed|for immediate transfer}.",
      "?This transaction is 100% risk free and must stay confidential. {You will be entitled to 40% of the total sum|A fee of <price> for the courier is needed}.",
      "?Contact my lawyer at <elsewhere> {immediately|for more details}. God bless you.",
    ],
  },
  {
    kind: "boss",
    language: "en",
    subjects: [
      "{Quick|Urgent} {request|task|favour}",
      "Are you {available|at your desk}?",
      "{Payroll|Direct deposit} {change|update}",
      "{Re: |}{Invoice|Payment} {today|due}",
      "<person>",
      "Change of bank details",
    ],
    body: [
      "{Hi|Hello|Good morning} <local>,",
      "{Are you free at the moment?|I am in a meeting and can't take calls.|I need you to handle something discreetly.}",
      "{I need you to buy some gift cards for clients, five of 200 each. Scratch them and send me pictures of the codes.|Please change my direct deposit to my new account before the next payroll. What details do you need?|We need a wire transfer sent to a new vendor today. What is the balance of our operating account?|Our bank account is under audit, kindly remit all pending payments to our new account and send me the confirmation.|Send me the W-2 forms of all employees as PDF for a quick review.}",
      "?{Let me know how soon you can do this|I will reimburse you by the end of the day|Keep this between us}, I am {on a flight|in a conference}.",
      "{Thanks|Regards|Sent from my iPhone}, <person>",
    ],
  },
  {
    kind: "invoice",
    language: "en",
    subjects: [
      "{Invoice|Payment advice|Purchase order|Quotation|Remittance|Swift copy} <number>",
      "{RE: |FW: |}{Outstanding|overdue|new} {invoice|order|statement}",
      "{Scanned document|Shipping documents|Proforma} <number>",
      "Your {subscription|order} has been renewed - <price>",
    ],
    body: [
      "{Dear Sir/Madam|Hello|Good day|Dear customer},",
      "{Please find attached|Kindly see attached|Attached is} {the invoice|our new purchase order|the payment copy|your statement|the shipping documents} {for your reference|as discussed|and confirm}.",
      "?{Kindly confirm receipt and send us your best price|The password of the file is <number>|Enable editing to view the content|Please pay before the due date to avoid charges}.",
      "?Your card will be charged <price> within 24 hours. To cancel call our {helpline|billing team} +1 (8<ph>) <ph>-<number4>.",
      "{Best regards|Thanks & regards}, <person>, {Accounts|Sales manager|Purchasing department}",
    ],
    attached: [
      "invoice.html",
      "PO_<number>.zip",
      "document.pdf",
      "scan<number>.htm",
      "Payment.xlsm",
      "order.iso",
      "INV<number>.pdf.exe",
      "statement.shtml",
      "quotation.rar",
      "contract.docm",
    ],
  },
  {
    kind: "extort",
    language: "en",
    subjects: [
      "{I know|Your} {password|everything about you}",
      "{Pending payment|Your account was hacked|You have been recorded}",
      "Security alert: <to> was compromised",
    ],
    body: [
      "{Hi|Hello, my victim|Greetings}!",
      "{I have bad news for you|As you may have noticed, I sent this email from your account}. {Some months ago|On the day I hacked you} I {infected your device with my trojan|gained access to your operating system} {through an adult website you visited|}.",
      "I {recorded you through your camera|made a video} while you were {enjoying yourself|watching porn}. {I have all your contacts|I can send it to all your friends and colleagues with one click}.",
      "Transfer {$|USD }<price0> in bitcoin to my wallet: <wallet> within {48|50} hours {and I will delete everything|or everybody will see}.",
      "?Do not {reply|contact the police}, {my address is forged|it will not help}.",
    ],
  },
  {
    kind: "crypto",
    language: "en",
    subjects: [
      "{Claim|Your} {airdrop|token reward} {is waiting|before it ends}",
      "{Your wallet|<brand> wallet} {must be verified|will be suspended}",
      "{Earn|Make} {$|}<price0> {a day|weekly} with {bitcoin|AI trading}",
      "Withdrawal of 1.<number4> BTC is {ready|pending}",
    ],
    body: [
      "{Hello|Dear} {holder|investor|user},",
      "{Due to new regulation all wallets must be verified|We inform you that your balance of 1.4 BTC is ready for withdrawal|The mint is open for a limited time|Our trading robot makes its members <price0> every day}.",
      "{Connect your wallet|Enter your recovery phrase|Deposit only 250} to {claim|avoid suspension|start earning}.",
      "?{Guaranteed profit, no experience needed|Unverified wallets will be restricted}.",
    ],
    button: ["Verify wallet", "Claim tokens", "Withdraw", "Start now", "Connect wallet"],
  },
  {
    kind: "product",
    language: "en",
    subjects: [
      "{Lose|Melt} {weight|belly fat} {fast|overnight}!",
      "{Cheap|Best price} {meds|pills|replica watches|software}",
      "{Get|Rank} #1 on Google",
      "{Doctors hate|Scientists discover} this {trick|secret}",
      "You are {approved|pre-qualified} for a loan",
      "Your {antivirus|<brand>} {protection expired|subscription ends today}",
      "{Hot|Lonely} {singles|women} {near you|want to meet}",
      "Refinance now - rates from 2.<ph>%",
      "Casino bonus {200%|$<price0>} inside",
    ],
    body: [
      "?{Hi|Hello|Dear friend},",
      "{Save up to 80% on brand name medications, no prescription needed|Our SEO experts will bring your website to the first page|This one simple trick burns fat while you sleep|Your PC may be infected with 13 viruses, renew now with 70% discount|Beautiful girls are waiting for your message|Get cash in your account today, bad credit OK|Swiss replicas at a fraction of the price|Double your deposit and play 50 free spins}.",
      "{Order now|Act now|Click below} {and save|before it is too late|while supplies last}! {100% money back guarantee|No risk|Satisfaction guaranteed}.",
      "?{This is not spam, you opted in at one of our partners|To be removed click here|Results may vary}.",
    ],
    button: ["ORDER NOW", "click here", "Learn more", "RENEW", "See profiles", "Get approved", "Visit our site"],
  },
  {
    kind: "share",
    language: "en",
    subjects: [
      "<person> shared a {file|document|folder} with you",
      "{New voicemail|Missed call|Fax received} from +1<ph><number>",
      "{Completed|Please sign}: {contract|document} <number>",
      "{Salary|Bonus|Benefits} {review|adjustment} {2023|2024|2025|2026}",
      "Secure message for <to>",
    ],
    body: [
      "{<person> has sent you a document|You have received a new voice message|A document is ready for your signature|HR shared a file with you}.",
      "{File|Caller|Subject}: {Payment_schedule.pdf|+1 <ph> <number>|Employee handbook|Q3 remittance}. {Duration: 00:47|Pages: 3|Expires in 24 hours}.",
      "{Sign in with your email to view|Use your work password to open the file|Open the attachment to listen}.",
      "?This message was sent by <brand> to <to>. {Do not share this email|Powered by secure mail}.",
    ],
    button: ["Open document", "Play message", "View file", "Review document", "ACCESS FILE"],
    attached: ["voicemail.html", "audio_<number>.htm", "secure.html"],
  },
  {
    kind: "code",
    language: "en",
    subjects: [
      "{MFA|Two-factor} {enrolment|update} required",
      "Scan to {keep access|sign the document}",
      "<brand>: {security update|authenticator setup}",
    ],
    body: [
      "{Dear|Hello} <local>,",
      "{Your multi-factor authentication expires today|All employees must enrol again}. Scan the QR code in this mail with your phone's camera {to keep access|and sign in}.",
      "?Failing to do so will lock you out. {IT Support|Security desk}",
    ],
    attached: ["code.png"],
  },
];
