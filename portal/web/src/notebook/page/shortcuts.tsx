/** The cheat sheet of keys. */
import { Dialog } from "../../parts/dialog";
import { t } from "../../words/t";
import { SHORTCUTS } from "../shortcuts";
import { words } from "../words";

export function Shortcuts({ close }: { close: () => void }) {
  return (
    <Dialog title={t(words.shortcuts)} close={close} wide>
      <div class="shortcuts" role="group" aria-label={t(words.shortcuts)} tabIndex={0}>
        {SHORTCUTS.map(({ title, list }) => (
          <section key={title.en}>
            <h3>{t(title)}</h3>
            <dl>
              {list.map(({ keys, words: what }) => (
                <div key={keys.join()}><dt>{keys.map((key) => <kbd key={key}>{key}</kbd>)}</dt><dd>{t(what)}</dd></div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
