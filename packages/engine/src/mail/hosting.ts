/** Endings that cost next to nothing, and places where anyone may put a page within minutes: both are rented for a week of lures. */
import { getPublicSuffix, parse } from "tldts";

const CHEAP = new Set(
  (
    "top xyz icu club online site shop store buzz click live link work rest cyou quest monster bond sbs cfd art best fun space website tk ml ga cf gq pw cc ws su " +
    "loan win bid date download stream men review party racing science accountant faith trade webcam cricket country kim mom lol vip gdn host press pics beauty hair skin makeup autos boats motorcycles homes yachts quest"
  ).split(" "),
);

export const isCheapEnding = (domain: string): boolean => CHEAP.has(domain.slice(domain.lastIndexOf(".") + 1));

/** In the public list of endings; invented names are not. */
export const isKnownEnding = (domain: string): boolean => {
  const { isIcann, isPrivate } = parse(domain, { allowPrivateDomains: true });
  return isIcann === true || isPrivate === true;
};

const BUILDERS =
  /(?:^|\.)(?:web\.app|firebaseapp\.com|pages\.dev|workers\.dev|r2\.dev|github\.io|gitlab\.io|netlify\.app|vercel\.app|glitch\.me|herokuapp\.com|onrender\.com|replit\.app|weebly\.com|wixsite\.com|wixstudio\.com|webflow\.io|blogspot\.[a-z.]+|square\.site|webnode\.[a-z.]+|strikingly\.com|yolasite\.com|000webhostapp\.com|godaddysites\.com|mystrikingly\.com|jimdosite\.com|carrd\.co|notion\.site|framer\.(?:app|website)|surge\.sh|ipfs\.io|dweb\.link|fleek\.(?:co|cool)|cloudflare-ipfs\.com|windows\.net|azurewebsites\.net|azurefd\.net|amazonaws\.com|cloudfront\.net|digitaloceanspaces\.com|backblazeb2\.com|translate\.goog|storage\.googleapis\.com|cloudfunctions\.net|appspot\.com|forms\.gle|sites\.google\.com|typeform\.com|jotform\.com|duckdns\.org|ngrok\.io|ngrok-free\.app|trycloudflare\.com|hopto\.org|ddns\.net|geocities\.com|tripod\.com|angelfire\.com)$/i;

export const isBuilder = (host: string): boolean => BUILDERS.test(host) && getPublicSuffix(host) !== null;

const PICTURE_HOSTS =
  /(?:^|\.)(?:imgur\.com|twimg\.com|ibb\.co|postimg\.cc|googleusercontent\.com|bp\.blogspot\.com|tinypic\.com|photobucket\.com|discordapp\.(?:com|net)|gyazo\.com|imageshack\.us)$/i;

/** Places where anyone leaves a picture without a name: whoever sends from a domain of its own has no need of them. */
export const isPictureHost = (host: string): boolean => PICTURE_HOSTS.test(host);

/** Names below which mail is sent on behalf of whoever opened an account there. */
const RENTED_SENDERS =
  /\.(?:onmicrosoft\.com|firebaseapp\.com|web\.app|appspotmail\.com|hubspot-?inbox\.com|myshopify\.com)$/i;
export const isRentedSender = (host: string): boolean => RENTED_SENDERS.test(host) || isBuilder(host);
