import { Link } from "@tanstack/react-router";

const PLACES = [
  { to: "/models/health", word: "Health" },
  { to: "/models/registry", word: "Models" },
  { to: "/models/groups", word: "Groups" },
  { to: "/models/reviews", word: "Second reviews" },
] as const;

/** The pages about what was learnt. */
export function ModelsNav() {
  return (
    <nav className="models-nav" aria-label="Pages about models">
      {PLACES.map(({ to, word }) => (
        <Link key={to} to={to} activeProps={{ "aria-current": "page" }} activeOptions={{ includeSearch: false }}>
          {word}
        </Link>
      ))}
    </nav>
  );
}
