import type { ByPerson } from './told.ts';

/** A press in the tab as the activity that the same press of a card would have been: so it lies in the inbox. */
export function tabBody(told: Extract<ByPerson, { kind: 'press' }>): object {
  const { from, where, tenantId, key, data } = told;
  return {
    type: 'invoke',
    name: 'adaptiveCard/action',
    id: key,
    serviceUrl: where.serviceUrl === '' ? NOWHERE : where.serviceUrl,
    from: {
      id: from.userId === '' ? from.personId : from.userId,
      name: from.name,
      aadObjectId: from.personId,
    },
    conversation: {
      id: where.conversation === '' ? NO_CHAT : where.conversation,
      conversationType: 'personal',
      tenantId,
    },
    value: { action: { data }, trigger: 'manual' },
    locale: from.locale,
    localTimezone: from.zone,
  };
}

/** Where Kept has no chat with them yet, nothing can be said to them but in the tab. */
const NOWHERE = 'https://teams.microsoft.com/';
export const NO_CHAT = 'none';
