import type { Instant } from '../../../src/domain/instant.ts';
import { useDesk } from './desk.ts';
import { type AlsoIn, agoWords, alsoWords, fullWords, momentWords } from './moment-words.ts';
import { useWordsOfNow } from './server-clock.ts';

/** A time in the reader's zone, how far off it is when near, and the same in the other zone beside it. */
export function Moment({ at, also }: { at: Instant; also: AlsoIn | null }) {
  const { zone } = useDesk().me;
  const words = useWordsOfNow((now) => momentWords(at, zone, now));
  const beside = useWordsOfNow((now) => alsoWords(at, zone, also, now) ?? '');
  return (
    <span className="moment">
      <time dateTime={new Date(at).toISOString()} title={fullWords(at, zone)}>
        {words}
      </time>
      {beside && (
        <>
          {/* The dot stays with the time before it. */}
          {'\u00a0· '}
          <span className="moment-also" title={also ? fullWords(at, also.zone) : undefined}>
            {beside}
          </span>
        </>
      )}
    </span>
  );
}

/** When something was written: the clock time. */
export function ClockTime({ at }: { at: Instant }) {
  const { zone } = useDesk().me;
  const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: zone });
  return (
    <time className="clock-time" dateTime={new Date(at).toISOString()} title={fullWords(at, zone)}>
      {clock.format(at)}
    </time>
  );
}

/** How long ago, kept up to date. */
export function Ago({ at }: { at: Instant }) {
  const { zone } = useDesk().me;
  const words = useWordsOfNow((now) => agoWords(at, now));
  return (
    <time dateTime={new Date(at).toISOString()} title={fullWords(at, zone)}>
      {words}
    </time>
  );
}
