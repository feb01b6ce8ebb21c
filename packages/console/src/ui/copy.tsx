import { Button } from "./button.tsx";
import { useToasts } from "./toast.tsx";

export function Copy({
  text,
  word,
  what,
}: {
  readonly text: () => string;
  readonly word?: string;
  readonly what: string;
}) {
  const { say, fail } = useToasts();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      say(`Copied: ${what}.`);
    } catch {
      fail(new Error("The browser does not allow copying here. Select the text and copy it by hand."));
    }
  };
  return (
    <Button
      small
      look="ghost"
      icon="copy"
      onClick={() => void copy()}
      {...(word ? {} : { "aria-label": `Copy ${what}` })}
    >
      {word}
    </Button>
  );
}
