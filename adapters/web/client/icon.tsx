const PATHS = {
  back: 'M15 5l-7 7 7 7',
  board: 'M4 5h16v14H4zM4 10h16M10 10v9',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  close: 'M6 6l12 12M18 6L6 18',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  down: 'M6 9l6 6 6-6',
  hash: 'M9.5 4L7.5 20M16.5 4l-2 16M4.5 9h16M3.5 15h16',
  more: 'M5.5 12h.01M12 12h.01M18.5 12h.01',
  plus: 'M12 5v14M5 12h14',
  send: 'M4.5 12L3.5 4.5 21 12 3.5 19.5 4.5 12zM4.5 12H12',
  thread: 'M4 5h16v11H9l-5 4z',
  window: 'M13 5H5v14h14v-8M15 4h5v5M20 4l-9 9',
  alert: 'M12 8v5M12 16.500h.01M12 3l10 18H2z',
} as const;

/** The name of an icon. */
export type IconName = keyof typeof PATHS;

/** A drawing beside words that say the same; screen readers pass it over. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' ? 2.8 : 1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

/** Kept's mark. */
export function Mark({ size = 36 }: { size?: number }) {
  return (
    <svg className="mark" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" className="mark-ground" />
      <path d="M8.5 16.8 14 22.2 23.6 10.2" className="mark-tick" />
    </svg>
  );
}
