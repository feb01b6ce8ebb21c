/** Answers about texts that come again and again are kept; when they are too many all are forgotten, and worked out anew. */

/** Longer texts are worked out each time: who writes logs must not fill the memory with a few of them. */
const TEXT_MAX = 400;

/** `work` must depend on the text alone. */
export function keeping<T>(work: (text: string) => T, max: number): (text: string) => T {
  const answers = new Map<string, T>();
  return (text) => {
    const known = answers.get(text);
    if (known !== undefined) return known;
    const answer = work(text);
    if (text.length > TEXT_MAX) return answer;
    if (answers.size >= max) answers.clear();
    answers.set(text, answer);
    return answer;
  };
}
