import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noSubject } from '../../src/conversation/card.ts';
import type { SlackEars } from '../support/slack-ears.ts';
import { slackEars } from '../support/slack-ears.ts';
import { ada, type SlackWitness, slackWitness } from '../support/slack-witness.ts';

/** A case whose talk is in its opener's own messages with Kept: what the others see of it. */
describe('a case in somebody’s own messages with Kept', () => {
  let on: SlackEars;
  let see: SlackWitness;
  const leo = { team: 'T1', user: 'U3' };
  beforeAll(async () => {
    on = await slackEars();
    see = slackWitness(on);
  });
  afterAll(() => on.stop());

  it('is said to be seen by its opener alone, and how to change that', async () => {
    const opened = await see.openCase('Acme cannot log in', 'DU1');
    expect(opened.place.channel).toBe('DU1');
    expect(await see.toldOf('Only you see it there')).toContain('/care team, Settings');
  });

  it('is shown to somebody else who wants to its thread, for there is no way into it', async () => {
    const [row] = await on.cases();
    const caseId = row?.file.case.id ?? '';
    await see.post(caseId, 'DU1');
    const go = see.value({ do: 'act', action: 'go', subject: { ...noSubject, caseId } });
    const { ts } = see.buttonMessage(go);

    await on.fake.press({ ...leo, channel: 'C1', ts, button: 'Press' });
    expect(await see.toldOf('somebody’s own messages with Kept', 'U3')).toContain('cannot log in');
    expect(see.told('U3').join()).not.toContain('archives/DU1');

    await on.fake.press({ ...ada, channel: 'C1', ts, button: 'Press' });
    expect(await see.toldOf('archives/DU1')).not.toContain('somebody’s own messages');
  });
});
