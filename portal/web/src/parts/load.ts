/**
 * Data of one address for a page, and acts with a busy state. Out of scope: caching between pages.
 *
 * `const { data, trouble, again } = useLoad<Study[]>("/api/studies")`: loads on first drawing and when the address changes
 * `const { busy, trouble, act } = useAct(async () => …)`: runs one act at a time; `act()` is true where it went well
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../api/client";
import { troubleOf } from "../api/trouble";
import type { Trouble } from "../api/types";

export interface Loaded<T> { data: T | undefined; trouble: Trouble | undefined; loading: boolean; again: () => void; set: (data: T) => void }

export function useLoad<T>(address: string): Loaded<T> {
  const [state, setState] = useState<{ address: string; data?: T; trouble?: Trouble }>({ address });
  const [turn, setTurn] = useState(0);
  const [loading, setLoading] = useState(true);
  useEffect(() => {
    const stop = new AbortController();
    setLoading(true);
    api.get<T>(address, { signal: stop.signal }).then(
      (data) => { setState({ address, data }); setLoading(false); },
      (thrown: unknown) => {
        if (stop.signal.aborted) return;
        setState((was) => ({ ...(was.address === address ? was : { address }), trouble: troubleOf(thrown) }));
        setLoading(false);
      },
    );
    return () => stop.abort();
  }, [address, turn]);
  const now = state.address === address ? state : { address };
  return { data: now.data, trouble: now.trouble, loading, again: () => setTurn((n) => n + 1), set: (data) => setState({ address, data }) };
}

export function useAct<A extends unknown[]>(what: (...args: A) => Promise<void>): { busy: boolean; trouble: Trouble | undefined; act: (...args: A) => Promise<boolean>; forget: () => void } {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const running = useRef(false);
  const act = async (...args: A): Promise<boolean> => {
    if (running.current) return false;
    running.current = true;
    setBusy(true);
    setTrouble(undefined);
    try {
      await what(...args);
      return true;
    } catch (thrown) {
      setTrouble(troubleOf(thrown));
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return { busy, trouble, act, forget: () => setTrouble(undefined) };
}
