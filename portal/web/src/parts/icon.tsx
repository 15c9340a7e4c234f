/**
 * Small drawings of one stroke, 16 by 16. Always beside words or in a button that has a label: hidden from screen readers.
 * `<Icon name="search" />`
 */
const paths = {
  search: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.4L14 14",
  down: "m4 6 4 4 4-4",
  up: "m4 10 4-4 4 4",
  right: "m6 4 4 4-4 4",
  left: "m10 4-4 4 4 4",
  close: "m4 4 8 8m0-8-8 8",
  check: "m3 8.5 3.2 3.2L13 5",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  copy: "M6 6h7v7H6zM10 6V3H3v7h3",
  save: "M8 2v8m-3.5-3L8 10.5 11.5 7M3 13.5h10",
  warn: "M8 2 1.5 13.5h13L8 2Zm0 4.5v3.5m0 1.8v.2",
  info: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Zm0-6.5V11m0-6v.2",
  stop: "M4 4h8v8H4z",
  play: "M5 3v10l8-5-8-5Z",
  clock: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 5v3.2L10.3 10",
  person: "M8 8a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5ZM2.8 13.7c.7-2.3 2.7-3.5 5.2-3.5s4.5 1.2 5.2 3.5",
  sun: "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1.1 1.1M11.9 11.9 13 13M3 13l1.1-1.1M11.9 4.1 13 3",
  lock: "M3.5 7h9v6.5h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2",
  eye: "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8Zm6.5 2a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
  eyeShut: "M2 2l12 12M6.5 3.7A7 7 0 0 1 8 3.5c4 0 6.5 4.5 6.5 4.5a12 12 0 0 1-1.9 2.4M4 4.9A12 12 0 0 0 1.5 8S4 12.5 8 12.5a6.5 6.5 0 0 0 3-.8",
  more: "M3 8h.01M8 8h.01M13 8h.01",
  gate: "M2 4.5h12M4.5 2.5v11M11.5 2.5v11M4.5 7.5h7",
  undo: "M3.5 6h6a3.5 3.5 0 0 1 0 7H6M6 3.3 3.3 6 6 8.7",
  redo: "M12.5 6h-6a3.5 3.5 0 0 0 0 7H10M10 3.3 12.7 6 10 8.7",
  grip: "M6 4h.01M10 4h.01M6 8h.01M10 8h.01M6 12h.01M10 12h.01",
  refresh: "M13 8a5 5 0 1 1-1.5-3.55M13 2.5v2.7h-2.7",
  file: "M4 2h5l3 3v9H4zM9 2v3h3",
  table: "M2.5 3h11v10h-11zM2.5 6.5h11M6.5 6.5V13",
  chart: "M2.5 13.5h11M4.5 11V8M8 11V4M11.5 11V6.5",
  edit: "M3 13l.5-2.7L10.7 3 13 5.3 5.7 12.5 3 13Z",
  bin: "M3 4.5h10M6.5 4V2.5h3V4M4.5 4.5l.5 9h6l.5-9",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round">
      <path d={paths[name]} />
    </svg>
  );
}
