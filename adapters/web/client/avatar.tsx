import { Mark } from './icon.tsx';

const HUES = 8;

/** A colleague's initials on a colour of their own. */
export function Avatar({ id, name, size = 36 }: { id: string; name: string; size?: 20 | 28 | 36 }) {
  return (
    <span className={`avatar avatar-${size} hue-${hueOf(id)}`} aria-hidden="true">
      {initials(name)}
    </span>
  );
}

/** Kept's own: its mark. */
export function KeptAvatar({ size = 36 }: { size?: 20 | 28 | 36 }) {
  return (
    <span className={`avatar avatar-${size}`} aria-hidden="true">
      <Mark size={size} />
    </span>
  );
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => {
    const [first] = new Intl.Segmenter().segment(word ?? '');
    return first?.segment ?? '';
  });
  return letters.join('').toLocaleUpperCase();
}

function hueOf(id: string): number {
  let sum = 7;
  for (const char of id) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 9973;
  return sum % HUES;
}
