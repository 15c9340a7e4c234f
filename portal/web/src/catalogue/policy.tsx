/** The study's rules in plain words. Out of scope: rules that the catalogue doesn't tell, such as dominance. */
import type { Catalogue } from "../api/types";
import { t } from "../words/t";
import { words } from "./words";

export function PolicyBox({ catalogue: { policy, snapshot } }: { catalogue: Catalogue }) {
  return (
    <section class="panel policy" aria-labelledby="catalogue-policy">
      <h2 id="catalogue-policy">{t(words.policy)}</h2>
      <ul>
        <li>{t(words.patients, { n: policy.patients })}</li>
        {policy.institutions !== undefined && <li>{t(words.institutions, { n: policy.institutions })}</li>}
        <li>{t(policy.show_zero ? words.zeroShown : words.zeroHidden)}</li>
        <li>{t(words.fewer)}</li>
        <li>{t(policy.exploring ? words.exploring : words.notExploring)}</li>
      </ul>
      <dl class="policy-facts small">
        <div><dt class="muted">{t(words.bundle)}</dt><dd class="mono">{policy.id}</dd></div>
        <div><dt class="muted">{t(words.snapshot)}</dt><dd class="mono">{snapshot}</dd></div>
      </dl>
    </section>
  );
}
