/** The password and the code, as sign-in and confirmation ask for them. A recovery code does where the app can't be used. */
import { useState } from "preact/hooks";
import { Button } from "../parts/button";
import { Field, PasswordField } from "../parts/field";
import { door } from "../words/door";
import { t } from "../words/t";

interface Props { value: string; onValue: (value: string) => void }

export function Password({ value, onValue }: Props) {
  return <PasswordField words={t(door.password)} value={value} onValue={onValue} name="password" autocomplete="current-password" required />;
}

export function CodeField({ value, onValue }: Props) {
  const [recovery, setRecovery] = useState(false);
  return (
    <div class="code-field">
      <Field
        words={t(recovery ? door.recovery : door.code)}
        hint={t(recovery ? door.recoveryHint : door.codeHint)}
        class="code-box"
        value={value}
        onValue={onValue}
        name="code"
        autocomplete="one-time-code"
        inputMode={recovery ? "text" : "numeric"}
        maxLength={recovery ? 64 : 10}
        autocapitalize="none"
        spellcheck={false}
        required
      />
      <Button kind="quiet" small onClick={() => { setRecovery(!recovery); onValue(""); }}>{t(recovery ? door.useCode : door.useRecovery)}</Button>
    </div>
  );
}
