import { isWorkingTime, nextWorkingInstant, previousWorkingInstant } from './calendar.ts';
import { civilOf, gapEnd, type Instant, instantsOf, UTC_DAY, type Zone } from './instant.ts';
import {
  type CivilDay,
  civilDay,
  type Days,
  HORIZON,
  type Length,
  MINUTE,
  on,
  type Reader,
  shift,
  workingDay,
  workingZone,
} from './plain-time-days.ts';
import { type Clock, exactly, offsetOf, type Piece } from './plain-time-pieces.ts';

/** What a text meant. `choices` are future instants, ascending, that could have been meant; maybe none. */
export type TimeReading =
  | { ok: true; at: Instant }
  | { ok: false; why: 'empty' | 'unreadable' | 'past' | 'gap' | 'ambiguous'; choices: Instant[] };

/** Offered for a day without a time: 9:00, 12:00, 17:00. */
const UNTIMED = [540, 720, 1020];

/** A reading that is to be asked again. */
export function refuse(
  why: Extract<TimeReading, { ok: false }>['why'],
  choices: Instant[] = [],
): TimeReading {
  return { ok: false, why, choices: [...new Set(choices)].toSorted((a, b) => a - b) };
}

/** Finds the one instant that a piece names, or why there is none. */
export function settle(piece: Piece, reader: Reader): TimeReading {
  if (piece.length === null) return settleDays(piece.days, piece.clocks, reader);
  const { length } = piece;
  if (length.workingDays > 0) return settleWorkingDays(length, reader);
  const { now, zone } = reader;
  if (length.months === 0 && length.days === 0) return within(now + length.ms, reader);
  const days = on(shift(reader.today, length));
  const sameTime = settleDays(days, [wallClock(now, zone)], reader);
  if (length.ms === 0 || (!sameTime.ok && sameTime.why === 'unreadable')) return sameTime;
  const start = sameTime.ok ? sameTime.at : sameTime.choices.at(-1);
  return start === undefined ? refuse('past') : within(start + length.ms, reader);
}

function within(at: Instant, { now }: Reader): TimeReading {
  if (at <= now) return refuse('past');
  return at - now > HORIZON ? refuse('unreadable') : { ok: true, at };
}

function wallClock(now: Instant, zone: Zone): Clock {
  const { hour, minute } = civilOf(now, zone);
  return { ...exactly(hour * 60 + minute), ms: ((now % MINUTE) + MINUTE) % MINUTE };
}

/** The same wall time on the n-th working day, moved to the close when that is earlier, or into the hours. */
function settleWorkingDays(length: Length, reader: Reader): TimeReading {
  const { calendar, now } = reader;
  const mixed = length.months > 0 || length.days > 0 || length.ms > 0;
  const days = mixed ? null : workingDay(length.workingDays, reader);
  if (!days) return refuse('unreadable');
  const zone = workingZone(reader);
  const reading = settleDays(days, [wallClock(now, zone)], { ...reader, zone });
  if (!reading.ok || calendar === undefined || isWorkingTime(calendar, reading.at)) return reading;
  const opening = nextWorkingInstant(calendar, reading.at);
  const closing = previousWorkingInstant(calendar, reading.at);
  return within(civilDay(opening, zone) === days.dates[0] ? opening : closing, reader);
}

/** The instants at which any of the clocks show their time on any of the days. `later` counts the days put off. */
export function settleDays(
  days: Days | null,
  clocks: readonly Clock[],
  reader: Reader,
  later = 0,
): TimeReading {
  const { now } = reader;
  const untimed = {
    ...exactly(0),
    minutes: (days?.dates.length ?? 1) > 2 ? UNTIMED.slice(0, 1) : UNTIMED,
    ask: true,
  };
  const times = clocks.length > 0 ? clocks : [untimed];
  const meant: Instant[] = [];
  const gaps: Instant[] = [];
  for (const clock of times) {
    for (const minute of clock.minutes) {
      const dates = days?.dates ?? [dayIn(clock, reader) + later];
      for (const day of dates) {
        let found = instantsAt(day, minute, clock, reader);
        // "at 5" without a day is the next 5 o'clock of each half.
        const over = days === null && clock.bare && found.at.every((at) => at <= now);
        if (over) found = instantsAt(day + 1, minute, clock, reader);
        meant.push(...found.at);
        if (found.gap !== null && found.gap > now) gaps.push(found.gap);
      }
    }
  }
  const choices = [...new Set(meant.filter((at) => at > now && at - now <= HORIZON))];
  const ask = days?.ask === true || times.length > 1 || times.some((clock) => clock.ask);
  const [only] = choices;
  if (only !== undefined)
    return choices.length === 1 && !ask ? { ok: true, at: only } : refuse('ambiguous', choices);
  if (gaps.length > 0)
    return refuse(
      'gap',
      gaps.flatMap((gap) => [gap - MINUTE, gap]).filter((at) => at > now),
    );
  if (meant.some((at) => at > now)) return refuse('unreadable');
  return settleNext(days, clocks, reader, later);
}

/** All that was meant is over: the next such day. */
function settleNext(days: Days | null, clocks: readonly Clock[], reader: Reader, later: number): TimeReading {
  if (later > 0 || (days && !days.next)) return refuse('past');
  const next = settleDays(days?.next ? on(days.next.date) : null, clocks, reader, 1);
  if (days?.next?.take) return next;
  return refuse('past', next.ok ? [next.at] : next.choices);
}

function dayIn({ zone, minutes }: Clock, reader: Reader): CivilDay {
  if (zone === null) return reader.today;
  return Math.floor((reader.now + (offsetOf(zone, reader.today, minutes[0] ?? 0) ?? 0)) / UTC_DAY);
}

function instantsAt(
  day: CivilDay,
  minute: number,
  clock: Clock,
  reader: Reader,
): { at: Instant[]; gap: Instant | null } {
  const utc = day * UTC_DAY + minute * MINUTE;
  if (clock.zone !== null) {
    const offset = offsetOf(clock.zone, day, minute);
    return { at: offset === null ? [] : [utc - offset + clock.ms], gap: null };
  }
  const civil = civilOf(utc, 'UTC');
  return { at: instantsOf(civil, reader.zone).map((at) => at + clock.ms), gap: gapEnd(civil, reader.zone) };
}
