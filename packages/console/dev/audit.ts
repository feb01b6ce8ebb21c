/// <reference types="node" />
/// <reference lib="dom" />
/**
 * What a person with other eyes or without a mouse would trip over. Enters: an open page. Leaves: findings in words; none when all is well.
 *
 * AU1. Contrast is computed from what is drawn: text over all backgrounds below it, against WCAG 2.2 AA (4.5, large text 3).
 * AU2. Names come from the browser's own accessibility tree, not from guesses about markup.
 * AU3. The keyboard walk presses Tab and nothing else: every stop is on screen, has a name and is seen to have the focus.
 */
import type { CDPSession, Page } from "playwright-core";

/** Findings of one page that are told; more would be the same again. */
const FINDINGS_MAX = 40;
/** A page of hundreds of results has thousands of stops; the walk proves the first. */
const STOPS_MAX = 60;

export async function auditPage(page: Page, cdp: CDPSession): Promise<readonly string[]> {
  const drawn = await page.evaluate(findingsInPage);
  return [...new Set([...drawn, ...(await namelessNodes(cdp))])].slice(0, FINDINGS_MAX);
}

const NAMED_ROLES: ReadonlySet<string> = new Set([
  ...["button", "link", "textbox", "searchbox", "combobox", "checkbox", "radio", "switch", "slider", "spinbutton"],
  ...["tab", "menuitem", "option", "dialog", "image", "img", "progressbar", "meter", "heading", "treeitem"],
]);

interface AxNode {
  readonly ignored: boolean;
  readonly role?: { readonly value?: unknown };
  readonly name?: { readonly value?: unknown };
  readonly properties?: readonly { readonly name: string; readonly value: { readonly value?: unknown } }[];
  readonly backendDOMNodeId?: number;
}

/** AU2. */
async function namelessNodes(cdp: CDPSession): Promise<readonly string[]> {
  const { nodes } = (await cdp.send("Accessibility.getFullAXTree")) as { readonly nodes: readonly AxNode[] };
  const found: string[] = [];
  for (const { ignored, role, name, backendDOMNodeId } of nodes) {
    const kind = String(role?.value ?? "");
    if (ignored || !NAMED_ROLES.has(kind) || String(name?.value ?? "").trim() !== "") continue;
    found.push(`${kind} without a name: ${await markupOf(cdp, backendDOMNodeId)}`);
  }
  return found;
}

async function markupOf(cdp: CDPSession, backendNodeId: number | undefined): Promise<string> {
  if (backendNodeId === undefined) return "?";
  const { outerHTML } = (await cdp.send("DOM.getOuterHTML", { backendNodeId })) as { readonly outerHTML: string };
  return outerHTML.slice(0, 140);
}

/** AU3. Leaves findings; `stops`: how many there were. The walk goes on over the end of the page until it comes to where it was. */
export async function walkByTab(page: Page): Promise<{ readonly findings: readonly string[]; readonly stops: number }> {
  const findings: string[] = [];
  const seen = new Set<number>();
  let last = 0;
  for (let pressed = 0; pressed < STOPS_MAX; pressed += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(stopInPage);
    if (stop === undefined) continue;
    if (stop.id === last && (await page.evaluate(tabbableInPage)).length > 1)
      findings.push(`the focus does not leave ${stop.told}`);
    if (stop.id !== last && seen.has(stop.id))
      return { findings: [...findings, ...(await unvisited(page, seen))], stops: seen.size };
    seen.add(stop.id);
    last = stop.id;
    if (!stop.onScreen) findings.push(`focus off the screen: ${stop.told}`);
    if (!stop.marked) findings.push(`focus is not seen: ${stop.told}`);
  }
  return { findings, stops: seen.size };
}

/** Operable things that Tab never reached, though the walk came to its end. */
async function unvisited(page: Page, seen: ReadonlySet<number>): Promise<readonly string[]> {
  const all = await page.evaluate(tabbableInPage);
  return all.filter(({ id }) => !seen.has(id)).map(({ told }) => `Tab never comes to ${told}`);
}

// What follows runs inside the page: each function stands alone.

function stopInPage() {
  const at = document.activeElement;
  if (at === null || at === document.body || at === document.documentElement) return undefined;
  const box = at.getBoundingClientRect();
  const style = getComputedStyle(at);
  // Kept on the element itself: rows of long lists change places.
  const known = Reflect.get(at, "auditStop");
  const id: number = typeof known === "number" ? known : Math.random();
  Reflect.set(at, "auditStop", id);
  const outlined = style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 1;
  const own = at.querySelector("[class]");
  return {
    id,
    told: at.outerHTML.slice(0, 120),
    onScreen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    marked:
      outlined ||
      style.boxShadow !== "none" ||
      (own !== null && at.tagName.toLowerCase() === "g" && getComputedStyle(own).stroke !== "none"),
  };
}

function tabbableInPage() {
  const open = document.querySelector("dialog[open]");
  const scope: ParentNode = open ?? document;
  const one = new Set<string>();
  return [
    ...scope.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex^='-'])"),
  ].flatMap((each) => {
    if (!(each instanceof HTMLElement || each instanceof SVGElement)) return [];
    if (each.tabIndex < 0 || each.matches(":disabled") || each.closest("[inert]") !== null) return [];
    const box = each.getBoundingClientRect();
    if (!each.checkVisibility() || getComputedStyle(each).visibility === "hidden" || box.width === 0) return [];
    if (each instanceof HTMLInputElement && each.type === "radio") {
      // One stop for a group of choices.
      if (one.has(each.name)) return [];
      one.add(each.name);
      if (!each.checked && scope.querySelector(`input[name="${each.name}"]:checked`) !== null) return [];
    }
    const id: unknown = Reflect.get(each, "auditStop");
    return [{ id: typeof id === "number" ? id : 0, told: each.outerHTML.slice(0, 120) }];
  });
}

function findingsInPage(): string[] {
  const out: string[] = [];
  const tell = (what: string, node: Element): void => {
    out.push(`${what}: ${node.outerHTML.slice(0, 140)}`);
  };
  const seen = (node: Element): boolean =>
    node.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && node.getClientRects().length > 0;

  type Colour = readonly [number, number, number, number];
  const parse = (text: string): Colour => {
    const numbers = (text.match(/-?[\d.]+(?:e-?\d+)?/g) ?? []).map(Number);
    const [r = 0, g = 0, b = 0, a = 1] = text.startsWith("color(")
      ? numbers.map((n, i) => (i < 3 ? n * 255 : n))
      : numbers;
    return [r, g, b, a];
  };
  const over = ([r, g, b, a]: Colour, [r2, g2, b2]: Colour): Colour => [
    ...([r * a + r2 * (1 - a), g * a + g2 * (1 - a), b * a + b2 * (1 - a)] as const),
    1,
  ];
  const luminance = ([r, g, b]: Colour): number => {
    const part = (value: number): number => {
      const c = value / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    };
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const backgroundOf = (node: Element): Colour | undefined => {
    const layers: Colour[] = [];
    for (let each: Element | null = node; each !== null; each = each.parentElement) {
      const style = getComputedStyle(each);
      if (style.backgroundImage !== "none") return undefined;
      layers.push(parse(style.backgroundColor));
      if ((layers.at(-1)?.[3] ?? 0) === 1) break;
    }
    return layers.reduceRight<Colour>((below, layer) => over(layer, below), [255, 255, 255, 1]);
  };
  const contrast = (node: Element): void => {
    const style = getComputedStyle(node);
    const below = backgroundOf(node);
    if (below === undefined) return;
    const opacity = ((): number => {
      let product = 1;
      for (let each: Element | null = node; each !== null; each = each.parentElement)
        product *= Number(getComputedStyle(each).opacity);
      return product;
    })();
    const [r, g, b, a] = parse(node instanceof SVGElement ? style.fill : style.color);
    const front = over([r, g, b, a * opacity], below);
    const [light = 0, dark = 0] = [luminance(front), luminance(below)].sort((x, y) => y - x);
    const ratio = (light + 0.05) / (dark + 0.05);
    const size = Number.parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) tell(`contrast ${ratio.toFixed(2)}`, node);
  };

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const done = new Set<Element>();
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    const parent = node.parentElement;
    if (parent === null || (node.textContent ?? "").trim() === "" || done.has(parent)) continue;
    done.add(parent);
    const idle = parent.closest(":disabled, [aria-disabled=true], .sr, script, style, title, option");
    if (idle === null && seen(parent)) contrast(parent);
  }

  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  for (const id of new Set(ids.filter((each, at) => ids.indexOf(each) !== at))) out.push(`id twice: ${id}`);
  for (const name of ["aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "for"])
    for (const node of document.querySelectorAll(`[${name}]`))
      for (const id of (node.getAttribute(name) ?? "").split(/\s+/).filter(Boolean))
        if (document.getElementById(id) === null) tell(`${name} points to nothing`, node);
  if (document.documentElement.lang === "") out.push("no language");
  if (document.title.trim() === "") out.push("no title");
  if (document.querySelectorAll("main, [role=main]").length !== 1) out.push("not one main part");

  const open = document.querySelector("dialog[open]");
  const scope: ParentNode = open ?? document;
  const headings = [...scope.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(seen);
  let level = open === null ? 0 : 1;
  for (const heading of headings) {
    const own = Number(heading.tagName.slice(1));
    if (own > level + 1) tell(`heading jumps from ${level} to ${own}`, heading);
    level = own;
  }
  if (open === null && headings.filter(({ tagName }) => tagName === "H1").length !== 1) out.push("not one h1");

  for (const list of document.querySelectorAll("ul, ol"))
    for (const child of list.children) if (!child.matches("li, script, template")) tell("not an item in a list", child);
  for (const item of document.querySelectorAll("li"))
    if (item.parentElement?.matches("ul, ol, menu, [role=list]") !== true) tell("item outside a list", item);
  for (const list of document.querySelectorAll("dl"))
    for (const child of list.children) if (!child.matches("dt, dd, div")) tell("not a term in a dl", child);
  const operable = "a[href], button, input, select, textarea, summary, [role=button], [role=link], [role=tab]";
  for (const node of document.querySelectorAll(operable)) {
    const inner = node.querySelector(`${operable}, [tabindex]`);
    if (inner !== null) tell("one control within another", node);
    if (node.closest("[aria-hidden=true]") !== null && node instanceof HTMLElement && node.tabIndex >= 0)
      tell("hidden, and Tab comes to it", node);
    if (!seen(node) || node.matches(".skip, .sr, :disabled")) continue;
    const { width, height } = node.getBoundingClientRect();
    const label = node.closest("label")?.getBoundingClientRect();
    const [w, h] = [Math.max(width, label?.width ?? 0), Math.max(height, label?.height ?? 0)];
    const inline = getComputedStyle(node).display === "inline";
    if (!inline && (w < 24 || h < 24)) {
      const crowded = [...document.querySelectorAll(operable)].some((other) => {
        if (other === node || !seen(other) || node.closest("label")?.contains(other)) return false;
        const [a, b] = [node.getBoundingClientRect(), other.getBoundingClientRect()];
        const far = Math.hypot(
          a.x + a.width / 2 - Math.max(b.left, Math.min(a.x + a.width / 2, b.right)),
          a.y + a.height / 2 - Math.max(b.top, Math.min(a.y + a.height / 2, b.bottom)),
        );
        return far < 12;
      });
      if (crowded) tell(`target ${Math.round(w)} x ${Math.round(h)}, and crowded`, node);
    }
  }
  const labelled = "[aria-label], [aria-labelledby]";
  for (const node of document.querySelectorAll(
    `div${labelled.split(", ")[0]}, span[aria-label], p[aria-label], bdi[aria-label]`,
  ))
    if (!node.hasAttribute("role")) tell("a label on what has no role", node);
  for (const node of document.querySelectorAll("[tabindex]"))
    if (Number(node.getAttribute("tabindex")) > 0) tell("tabindex above 0", node);
  for (const table of document.querySelectorAll("table"))
    if (table.querySelector("th") === null) tell("table without headers", table);
  for (const node of document.querySelectorAll("th"))
    if ((node.textContent ?? "").trim() === "") tell("empty header", node);
  for (const node of document.querySelectorAll<HTMLElement>("main *, aside *, section")) {
    const { overflowY, overflowX } = getComputedStyle(node);
    const scrolls =
      (/auto|scroll/.test(overflowY) && node.scrollHeight > node.clientHeight + 2) ||
      (/auto|scroll/.test(overflowX) && node.scrollWidth > node.clientWidth + 2);
    if (!scrolls || node.tabIndex >= 0 || !seen(node)) continue;
    if (node.querySelector("a[href], button, input, select, textarea, summary, [tabindex='0']") === null)
      tell("scrolls, and no key comes to it", node);
  }
  if (document.documentElement.scrollWidth > innerWidth + 1)
    out.push(`page is wider than the window by ${document.documentElement.scrollWidth - innerWidth}`);
  return out;
}
