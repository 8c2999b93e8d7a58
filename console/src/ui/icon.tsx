// Icons as strokes on a grid of 24; they say nothing that words beside them do not.
const strokes = {
  alert: "M12 8v5m0 3.5v.01M10.3 3.9 2.6 17.5A2 2 0 0 0 4.3 20.5h15.4a2 2 0 0 0 1.7-3L13.7 3.9a2 2 0 0 0-3.4 0Z",
  archive: "M3.5 4.5h17v4h-17v-4ZM5 8.5v10a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2v-10M9.5 12.5h5",
  back: "m14.5 6-6 6 6 6",
  bot: "M12 4v3M7 7h10a3 3 0 0 1 3 3v6a3 3 0 0 1-3 3H7a3 3 0 0 1-3-3v-6a3 3 0 0 1 3-3Zm2.5 5v2m5-2v2M2 12v3m20-3v3",
  building: "M5 21V5a2 2 0 0 1 2-2h7a2 2 0 0 1 2 2v16M16 10h2a2 2 0 0 1 2 2v9M3 21h18M9 7.5h3M9 11.5h3M9 15.5h3",
  calendar: "M7 3v3m10-3v3M4 9.5h16M6 5h12a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2Z",
  check: "m5 12.5 4.5 4.5L19 7.5",
  circleCheck: "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0ZM8.2 12.3l2.6 2.6 5-5.4",
  circleX: "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0ZM9.2 9.2l5.6 5.6m0-5.6-5.6 5.6",
  clock: "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0ZM12 7v5l3.2 2",
  close: "M6.5 6.5l11 11m0-11-11 11",
  copy: "M9 9h9a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H9a2 2 0 0 1-2-2v-8a2 2 0 0 1 2-2ZM4 15V5a2 2 0 0 1 2-2h8",
  door: "M10 4H6a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h4M15 8l4 4-4 4m4-4H9",
  down: "m6 9.5 6 6 6-6",
  download: "M12 4v11m-4.5-4.5L12 15l4.5-4.5M4 19.5h16",
  edit: "M4 20h4L19 9a2.8 2.8 0 0 0-4-4L4 16v4ZM13.5 6.5l4 4",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Zm12.3 0a2.8 2.8 0 1 1-5.6 0 2.8 2.8 0 0 1 5.6 0Z",
  forward: "m9.5 6 6 6-6 6",
  gear: "M12 15.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4Zm7.4-3.2c0-.5 0-.9-.1-1.3l2-1.6-2-3.4-2.4 1a7 7 0 0 0-2.2-1.3L14.3 3H9.7l-.4 2.4a7 7 0 0 0-2.2 1.3l-2.4-1-2 3.4 2 1.6a7.6 7.6 0 0 0 0 2.6l-2 1.6 2 3.4 2.4-1a7 7 0 0 0 2.2 1.3l.4 2.4h4.6l.4-2.4a7 7 0 0 0 2.2-1.3l2.4 1 2-3.4-2-1.6c.1-.4.1-.8.1-1.3Z",
  globe:
    "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0ZM3.5 9h17m-17 6h17M12 3c2.5 2.6 3.7 5.6 3.7 9s-1.2 6.4-3.7 9c-2.5-2.6-3.7-5.6-3.7-9s1.2-6.4 3.7-9Z",
  hold: "M12 3v3m0 12v3M6 12a6 6 0 1 1 12 0 6 6 0 0 1-12 0Zm4.5-2.2v4.4m3-4.4v4.4",
  info: "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0ZM12 11v5m0-8.5v.01",
  key: "M14.5 14.5a5 5 0 1 0-4.6-3L3 18.5V21h3.5v-2.5H9V16l1.9-1.9a5 5 0 0 0 3.6.4ZM16 8v.01",
  link: "M10 14a4.5 4.5 0 0 0 6.4 0l3-3A4.5 4.5 0 0 0 13 4.6l-1 1M14 10a4.5 4.5 0 0 0-6.4 0l-3 3A4.5 4.5 0 0 0 11 19.4l1-1",
  list: "M8.5 6.5H20M8.5 12H20M8.5 17.5H20M4 6.5v.01M4 12v.01M4 17.5v.01",
  menu: "M4 7h16M4 12h16M4 17h16",
  moon: "M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5Z",
  more: "M6 12a.7.7 0 1 1-1.4 0A.7.7 0 0 1 6 12Zm6.7 0a.7.7 0 1 1-1.4 0 .7.7 0 0 1 1.4 0Zm6.7 0a.7.7 0 1 1-1.4 0 .7.7 0 0 1 1.4 0Z",
  plus: "M12 5v14M5 12h14",
  print: "M7 8V3.5h10V8M7 17H5a2 2 0 0 1-2-2v-5a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2h-2M7 14h10v6.5H7V14Z",
  rules: "M4 6h9m4 0h3M4 12h3m4 0h9M4 18h11m4 0h1M13 4v4M7 10v4M15 16v4",
  search: "M17.5 11a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0ZM16 16l4.5 4.5",
  send: "M20.5 3.5 10 14m10.5-10.5L14 21l-4-7-7-4 17.5-6.5Z",
  shield: "M12 3l7.5 3v5.5c0 4.6-3 8-7.5 9.5-4.5-1.5-7.5-4.9-7.5-9.5V6L12 3Zm-3 9 2.2 2.2L15.3 10",
  smile: "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0ZM8.5 14.5c.9 1.3 2 2 3.5 2s2.6-.7 3.5-2M9 9.5v.01m6-.01v.01",
  trash: "M4 7h16M10 11v6m4-6v6M6 7l1 12a2 2 0 0 0 2 2h6a2 2 0 0 0 2-2l1-12M9 7V5a2 2 0 0 1 2-2h2a2 2 0 0 1 2 2v2",
  undo: "M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3",
  upload: "M12 15V4M7.5 8.5 12 4l4.5 4.5M4 19.5h16",
  user: "M16 8a4 4 0 1 1-8 0 4 4 0 0 1 8 0ZM4.5 20.5c.8-3.8 3.6-5.5 7.5-5.5s6.7 1.7 7.5 5.5",
  users:
    "M13 8a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0ZM2.5 19.5c.7-3.4 3.3-5 7-5s6.3 1.6 7 5M16 4.8a3.5 3.5 0 0 1 0 6.4M18 14.9c2 .7 3.2 2.2 3.6 4.6",
} as const;

export type IconName = keyof typeof strokes;

export function Icon({ name, className = "" }: { name: IconName; className?: string }) {
  return (
    <svg
      className={`icon-glyph ${className}`}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={strokes[name]} />
    </svg>
  );
}

/** The mark of the product. */
export function Mark() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#0b6e4f" />
      <circle cx="16" cy="16" r="8.5" fill="none" stroke="#fff" strokeWidth="2.4" />
      <path
        d="M16 10.8V16l3.6 2.4"
        fill="none"
        stroke="#fff"
        strokeWidth="2.4"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
