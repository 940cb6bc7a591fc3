import { z } from 'zod';

const Node = z.record(z.string(), z.unknown());

/**
 * A card, or what holds one, so that the Playground's own page can draw it: it shows the values of lists that are
 * filtered as one types instead of their titles, and its people picker knows neither choices nor what is chosen.
 */
export function forThePage(it: unknown): unknown {
  if (Array.isArray(it)) return it.map(forThePage);
  const node = Node.safeParse(it).data;
  if (node === undefined) return it;
  const parts = Object.entries(node).map(([name, part]) => [name, forThePage(part)] as const);
  if (node['type'] !== 'Input.ChoiceSet' || node['style'] !== 'filtered') return Object.fromEntries(parts);
  return { ...Object.fromEntries(parts.filter(([name]) => name !== 'choices.data')), style: 'compact' };
}
