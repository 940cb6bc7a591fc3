import type { UnderWay } from '../../src/app/under-way.ts';
import { type Arrival, leftOf, type Shown } from './arrival.ts';
import { hearingWords as words } from './hearing-words.ts';
import { type Job, type Outlet, pressOf, underOf } from './job.ts';
import { refuse, sentence } from './refusing.ts';
import type { TeamsConnection } from './teams-deps.ts';
import type { ByPerson } from './told.ts';
import type { Whisper } from './whisper.ts';

/** Whoever pressed a button hears by then that it takes longer. Teams waits some seconds more. */
const ANSWER_MS = 4_500;

/** The ways in which people are answered. */
export type Outlets = {
  /** To what was told just now. `shown` is told what they were shown first. */
  job(
    heardId: string,
    connection: TeamsConnection,
    told: ByPerson,
    arrival: Arrival,
    shown: (what: Shown) => void,
  ): Job;
  /** To what nothing is owed for: at once, or not at all. */
  passingJob(id: string, connection: TeamsConnection, told: ByPerson, arrival: Arrival): Job;
  /** To what was told to a process that is no more: Teams waits for nothing any longer. */
  lateJob(heardId: string, connection: TeamsConnection, told: ByPerson): Job;
};

/** See `Outlets`. */
export function createOutlets({ whisper, underWay }: { whisper: Whisper; underWay: UnderWay }): Outlets {
  const about = (heardId: string, connection: TeamsConnection, told: ByPerson) => ({
    heardId,
    wordsId: heardId,
    connection,
    told,
    on: ownPost(told),
  });

  /** In the conversation: in the place of their form or answer, where it stands by itself, else as a message. */
  function inConversation(job: Omit<Job, 'outlet'>): Outlet['give'] {
    return async (shown, how = {}) => {
      const { on, told } = job;
      const isTheirs = on !== null && told.where.kind === 'personal' && underOf(told)?.of !== 'post';
      if (isTheirs && shown.is === 'card' && (await whisper.replace(job, on, shown))) {
        return;
      }
      await whisper.give(job, shown, how);
    };
  }

  /** Teams waits for a while: then it stands in the place of what they pressed, for them alone. */
  function inAnswer(
    arrival: Arrival,
    slow: Shown,
    give: { first: (what: Shown) => void; later: Outlet['give'] },
  ): Outlet['give'] {
    const timer = setTimeout(
      () => {
        if (arrival.isOpen()) {
          arrival.answer({ how: 'shown', shown: slow });
        }
      },
      leftOf(ANSWER_MS, arrival),
    );
    return async (shown, how) => {
      clearTimeout(timer);
      give.first(shown);
      if (arrival.isOpen()) {
        arrival.answer({ how: 'shown', shown });
      } else {
        await underWay.follow(give.later(shown, how));
      }
    };
  }

  return {
    job: (heardId, connection, told, arrival, first) => {
      const job = about(heardId, connection, told);
      const later = inConversation(job);
      const isAnswered = told.kind === 'dialog' || (told.kind === 'press' && told.how !== 'submit');
      const give: Outlet['give'] = isAnswered
        ? inAnswer(arrival, sentence(words.slow), { first, later })
        : async (shown, how) => {
            first(shown);
            await later(shown, how);
          };
      // What comes after the dialog was answered stands in the conversation.
      const hostNow = () => (told.kind === 'dialog' && arrival.isOpen() ? 'dialog' : 'card');
      return {
        ...job,
        outlet: {
          get host() {
            return hostNow();
          },
          give,
        },
      };
    },
    passingJob: (id, connection, told, arrival) => {
      // What comes too late could wipe what they typed meanwhile.
      const nobody = { first: () => {}, later: () => Promise.resolve() };
      const give = inAnswer(arrival, refuse.notNow(told), nobody);
      return {
        ...about(id, connection, told),
        outlet: { host: told.kind === 'dialog' ? 'dialog' : 'card', give },
      };
    },
    lateJob: (heardId, connection, told) => {
      const job = about(heardId, connection, told);
      return { ...job, outlet: { host: 'card', give: inConversation(job) } };
    },
  };
}

/** The message that a press was made in, where it is an answer of ours: no post that stands for a case. */
function ownPost(told: ByPerson): string | null {
  const press = told.kind === 'press' ? pressOf(told) : null;
  return told.kind !== 'press' || press === null || underOf(told)?.of === 'post' ? null : told.on;
}
