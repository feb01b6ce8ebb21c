/** An entity as a link to the search for it: kind by icon and word, value as log text. */
import { type Entity, entityKey } from "@cordon/model/entity";
import { Link } from "@tanstack/react-router";
import { kindWord } from "../format/words.ts";
import { entityIcon, Icon } from "./icon.tsx";
import { LogText } from "./log-text.tsx";

type Shown = Pick<Entity, "kind" | "value"> & { readonly role?: Entity["role"] };

export function EntityChip({ entity, max = 48 }: { readonly entity: Shown; readonly max?: number }) {
  return (
    <Link
      to="/search"
      search={{ entity: [entityKey(entity)] }}
      className="chip chip-entity"
      title={`${kindWord(entity.kind)}${entity.role ? `, ${entity.role}` : ""}: search its events`}
    >
      <Icon name={entityIcon(entity.kind)} size={13} />
      <span className="sr">{kindWord(entity.kind)}: </span>
      <LogText text={entity.value} max={max} mono />
    </Link>
  );
}

/** The same without a link, for cards where a stray click would leave the place. */
export function EntityText({ entity, max = 48 }: { readonly entity: Shown; readonly max?: number }) {
  return (
    <span className="entity" title={kindWord(entity.kind)}>
      <Icon name={entityIcon(entity.kind)} size={13} />
      <span className="sr">{kindWord(entity.kind)}: </span>
      <LogText text={entity.value} max={max} mono />
    </span>
  );
}
