/** The secret of a one-time link: of the whole address, of its fragment, or the bare secret. */
export function linkOf(text: string): string | undefined {
  const hash = text.indexOf("#");
  const link = (hash < 0 ? text : text.slice(hash + 1)).trim();
  return link.length >= 16 && link.length <= 200 && !/\s/.test(link) ? link : undefined;
}
