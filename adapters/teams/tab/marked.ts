const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * A card's text as safe HTML. Of Markdown ours use bold words alone, and what people typed stands where nothing is
 * read as Markdown; whatever else a text holds is shown as it is.
 */
export function marked(text: string): string {
  const words = text
    .split(/\*\*(?=\S)(.+?)(?<=\S)\*\*/su)
    .map((part, i) => (i % 2 === 0 ? safe(part) : `<strong>${safe(part)}</strong>`))
    .join('');
  return `<p>${words.replaceAll('\n', '<br>')}</p>`;
}

function safe(text: string): string {
  return text.replaceAll(/[&<>"']/gu, (character) => ENTITIES[character] ?? '');
}
