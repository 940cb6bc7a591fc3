import type { View } from '@slack/types';

/** A view with the heard's id as its `external_id`, by which another process finds what this one opened. */
export function namedView(view: View, heardId: string): View {
  return view.type === 'modal' ? { ...view, external_id: heardId } : view;
}
