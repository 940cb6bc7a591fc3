import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comeBack, goAway } from '../../src/app/absence.ts';
import { act } from '../../src/app/act.ts';
import { changeMember, changeWorkspace, setAuthority } from '../../src/app/members.ts';
import { newWorkspace } from '../../src/app/set-up.ts';
import { wakeDue } from '../../src/app/wake-due.ts';
import { type CaseId, MemberId, NonBlank, PromiseId, WorkspaceId } from '../../src/domain/ids.ts';
import { type Member, Workspace } from '../../src/domain/people.ts';
import { enginesToTest } from '../support/engines.ts';
import { useCases } from '../support/use-cases.ts';

const HOUR = 3_600_000;
const engines = (await enginesToTest()).filter((name) => name !== 'redis');
let kept: Awaited<ReturnType<typeof useCases>>;
let ada: MemberId;

/** A case on which Ada has promised something, due three hours from now and made a minute ago. */
async function promised(title: string): Promise<CaseId> {
  const caseId = await kept.open(title);
  const terms = {
    id: PromiseId.parse(randomUUID()),
    ownerId: ada,
    action: NonBlank.parse('Call'),
    contactBy: ada,
    contactTo: '',
    followUpAt: kept.clock.now() + 3 * HOUR,
  };
  await act(kept.deps, kept.whoIs('Ada'), caseId, { do: 'promise', terms });
  kept.clock.forward(60_000);
  return caseId;
}

const riskOf = async (caseId: CaseId) => {
  const file = await kept.deps.store.transact(kept.workspaceId, (tx) => tx.readCase(caseId));
  const [promise] = file?.promises ?? [];
  return promise?.status === 'live' ? (promise.risk?.why ?? null) : promise?.status;
};
const now = async (id: MemberId): Promise<Member | undefined> => {
  const { members } = await kept.deps.store.transact(kept.workspaceId, (tx) => tx.workspace());
  return members.find((member) => member.id === id);
};
const change = (to: Partial<Member>, id = ada) =>
  changeMember(kept.deps, kept.workspaceId, id, (member) => ({ ...member, ...to }));
const span = () => ({ from: kept.clock.now(), until: kept.clock.now() + 6 * HOUR });

describe.each(engines)('on %s', (engine) => {
  beforeAll(async () => {
    kept = await useCases(engine);
    ada = kept.memberOf('Ada').id;
  });
  afterAll(() => kept.stop());

  describe('a member who changes', () => {
    it('is looked at again at once: at risk by a status, and no more when it is cleared', async () => {
      const caseId = await promised('status');
      await change({ chat: { away: span(), paused: null } });
      await wakeDue(kept.deps);
      expect(await riskOf(caseId)).toBe('owner away');

      await change({ chat: { away: null, paused: null } });
      await wakeDue(kept.deps);
      expect(await riskOf(caseId)).toBeNull();
    });

    it('is at risk while notifications are paused past the time', async () => {
      const caseId = await promised('paused');
      await change({ chat: { away: null, paused: span() } });
      await wakeDue(kept.deps);
      expect(await riskOf(caseId)).toBe('owner paused');
      await change({ chat: { away: null, paused: null } });
      await wakeDue(kept.deps);
      expect(await riskOf(caseId)).toBeNull();
    });

    it('says so themselves, and comes back', async () => {
      const caseId = await promised('away');
      await goAway(kept.deps, kept.whoIs('Ada'), null);
      await wakeDue(kept.deps);
      expect(await riskOf(caseId)).toBe('owner away');
      await comeBack(kept.deps, kept.whoIs('Ada'));
      expect(await riskOf(caseId)).toBeNull();
    });

    it('disturbs nobody by what decides nothing', async () => {
      await promised('quiet');
      await wakeDue(kept.deps);
      await change({ title: 'Senior support', name: NonBlank.parse('Ada Agent') });
      const before = await kept.deps.store.upcoming(kept.clock.now() + 1, 10);
      expect(before).toEqual([]);
      expect(await now(ada)).toMatchObject({ title: 'Senior support' });
    });

    it('keeps every one of many changes at the same time', async () => {
      const away = span();
      await Promise.all([
        change({ title: 'Agent' }),
        changeMember(kept.deps, kept.workspaceId, ada, ({ chat, ...rest }) => ({
          ...rest,
          chat: { ...chat, away },
        })),
        changeMember(kept.deps, kept.workspaceId, ada, ({ chat, ...rest }) => ({
          ...rest,
          chat: { ...chat, paused: away },
        })),
        change({ absence: away }),
      ]);
      expect(await now(ada)).toMatchObject({ title: 'Agent', absence: away, chat: { away, paused: away } });
      await change({ absence: null, chat: { away: null, paused: null } });
    });

    it('must be one of the workspace', async () => {
      const stranger = MemberId.parse(randomUUID());
      await expect(change({ title: 'Nobody' }, stranger)).rejects.toThrow('missing');
    });
  });

  describe('the team', () => {
    it('is called at the next look once it is set, where nobody was there to be called', async () => {
      const sam = kept.memberOf('Sam').id;
      const caseId = await promised('nobody to call');
      const limits = new Map<string, Member['limit']>();
      for (const name of ['Leo', 'Mia', 'Dora']) {
        const { id, limit } = kept.memberOf(name);
        limits.set(id, limit);
        await change({ limit: null, leadId: null }, id);
      }
      await change({ leadId: null, chat: { away: span(), paused: null } });
      await wakeDue(kept.deps);
      const climbOf = async () => {
        const file = await kept.deps.store.transact(kept.workspaceId, (tx) => tx.readCase(caseId));
        const [promise] = file?.promises ?? [];
        return promise?.status === 'live' ? promise.climb : null;
      };
      expect(await climbOf()).toMatchObject({ status: 'nobody', calls: [] });

      const authority = { leadId: null, limit: { money: 100, days: null }, title: '', admin: false };
      const result = await setAuthority(kept.deps, kept.whoIs('Ada'), sam, authority, randomUUID());
      await wakeDue(kept.deps);

      expect(result).toEqual({ ok: true, repeated: false });
      expect(await climbOf()).toMatchObject({ status: 'calling', calls: [{ holderId: sam }] });
      await change({ chat: { away: null, paused: null } });
    });

    it('is called for a case without a promise as well, once it is set', async () => {
      const { id: sam } = kept.memberOf('Sam');
      await change({ limit: null }, sam);
      const caseId = await kept.open('nobody promises');
      kept.clock.forward(HOUR);
      await wakeDue(kept.deps);
      const climbOf = async () => {
        const file = await kept.deps.store.transact(kept.workspaceId, (tx) => tx.readCase(caseId));
        return file?.case.status === 'open' ? file.case.waiting?.climb : null;
      };
      expect(await climbOf()).toMatchObject({ status: 'nobody' });
      const authority = { leadId: null, limit: { money: 100, days: null }, title: '', admin: false };
      await setAuthority(kept.deps, kept.whoIs('Ada'), sam, authority, randomUUID());
      await wakeDue(kept.deps);
      expect(await climbOf()).toMatchObject({ status: 'calling', calls: [{ holderId: sam }] });
    });

    it('is changed once by a form that comes twice, and by nobody who may not', async () => {
      const leo = kept.memberOf('Leo').id;
      const authority = { leadId: null, limit: null, title: 'Lead', admin: true };
      const nonce = randomUUID();
      const twice = await Promise.all([
        setAuthority(kept.deps, kept.whoIs('Leo'), leo, authority, nonce),
        setAuthority(kept.deps, kept.whoIs('Leo'), leo, authority, nonce),
      ]);
      expect(new Set(twice.map((result) => result.ok && result.repeated))).toEqual(new Set([false, true]));

      const refused = { ok: false, rejection: { why: 'not an admin', admins: [leo] } };
      const byAda = kept.whoIs('Ada');
      expect(await setAuthority(kept.deps, byAda, ada, authority, randomUUID())).toEqual(refused);
      expect(await changeWorkspace(kept.deps, byAda, () => ({ currency: 'USD' }), randomUUID())).toEqual(
        refused,
      );
      expect(await now(ada)).toMatchObject({ admin: false });
    });

    it('lets a form be sent again, mended, that was turned down', async () => {
      const byLeo = kept.whoIs('Leo');
      const leo = kept.memberOf('Leo').id;
      const nonce = randomUUID();
      const last = { leadId: null, limit: null, title: '', admin: false };
      expect(await setAuthority(kept.deps, byLeo, leo, last, nonce)).toMatchObject({
        rejection: { why: 'last admin' },
      });
      expect(await setAuthority(kept.deps, byLeo, leo, { ...last, admin: true }, nonce)).toEqual({
        ok: true,
        repeated: false,
      });
    });
  });
});

describe('a new workspace', () => {
  it('is whole: the usual week and policy, and nobody set to be called', () => {
    const id = WorkspaceId.parse(randomUUID());
    const made = newWorkspace(
      { id, name: NonBlank.parse('Northwind'), zone: 'Europe/Berlin', country: null, currency: 'EUR' },
      [],
    );
    expect(Workspace.parse(made.workspace)).toEqual(made.workspace);
    expect(made).toMatchObject({ members: [], workspace: { region: null, homeChannels: {} } });
    expect(made.workspace.week['1']).toEqual([{ from: '09:00', to: '17:30' }]);
  });
});
