import { type Activity, Installation, Update } from './activity.ts';
import type { Lifecycle } from './told.ts';

/** What happened, and the conversation that it concerns where that is another than the activity's own. */
export type Happened = { lifecycle: Lifecycle; conversation: string | null };

/** Kept was added somewhere, or removed; null for what changes nothing (an update of the app). */
export function parseInstallation(body: unknown): Happened | null {
  const action = Installation.safeParse(body).data?.action;
  if (action === 'add') {
    return { lifecycle: { is: 'installed' }, conversation: null };
  }
  return action === 'remove' ? { lifecycle: { is: 'uninstalled' }, conversation: null } : null;
}

/** What changed in a conversation, or in a team; null where it concerns nobody. */
export function parseUpdate(body: unknown, activity: Activity): Happened | null {
  const update = Update.safeParse(body);
  if (!update.success) {
    return null;
  }
  const { membersAdded, membersRemoved, topicName } = update.data;
  const us = activity.recipient?.id ?? null;
  const isUs = ({ id }: { id: string }) => id === us;
  if (membersAdded.some(isUs)) {
    return { lifecycle: { is: 'installed' }, conversation: null };
  }
  if (membersRemoved.some(isUs)) {
    return { lifecycle: { is: 'uninstalled' }, conversation: null };
  }
  const channel = activity.channelData?.channel ?? null;
  switch (activity.channelData?.eventType) {
    case 'channelRenamed':
    case 'channelCreated':
    case 'channelRestored':
      return channel?.id && channel.name
        ? { lifecycle: { is: 'renamed', name: channel.name }, conversation: channel.id }
        : null;
    case 'channelDeleted':
      return channel?.id ? { lifecycle: { is: 'uninstalled' }, conversation: channel.id } : null;
    case 'teamDeleted':
    case 'teamHardDeleted':
      return { lifecycle: { is: 'uninstalled' }, conversation: null };
    case 'channelShared':
    case 'channelUnshared':
    case 'channelMemberAdded':
    case 'channelMemberRemoved':
      return { lifecycle: { is: 'members changed' }, conversation: channel?.id ?? null };
    default:
      break;
  }
  if (membersAdded.length > 0 || membersRemoved.length > 0) {
    return { lifecycle: { is: 'members changed' }, conversation: null };
  }
  return topicName ? { lifecycle: { is: 'renamed', name: topicName }, conversation: null } : null;
}
