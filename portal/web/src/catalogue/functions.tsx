/** Functions that questions may call; pressing one takes its name along. */
import { t } from "../words/t";
import { copy } from "./table-box";
import { words } from "./words";

export function Functions({ title, names }: { title: string; names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <section class="stack functions" aria-label={title}>
      <h2>{title} <span class="muted figures">{names.length}</span></h2>
      <ul class="function-list">
        {names.map((name) => <li key={name}><button type="button" class="function mono" title={t(words.copyName, { name })} onClick={() => copy(name)}>{name}</button></li>)}
      </ul>
    </section>
  );
}
