/**
 * Reads an amount as people write it: "1,500", "1 500" and "1.500" are thousands to somebody, a point or comma
 * before one or two digits is decimal, and a currency sign is nobody's mistake. Null when it can't be read.
 */
export function readAmount(text: string): number | null {
  const plain = text
    .trim()
    .replace(/^\p{Sc}\s*|\s*\p{Sc}$/gu, '')
    .replace(/[\s'’](?=\d{3}(?:\D|$))/g, '');
  const whole = plain.replace(/[.,](?=\d{3}(?:\D|$))/g, '').replace(',', '.');
  const amount = /^\d+(?:\.\d{1,2})?$/.test(whole) ? Number(whole) : Number.NaN;
  return Number.isSafeInteger(Math.ceil(amount)) ? amount : null;
}
